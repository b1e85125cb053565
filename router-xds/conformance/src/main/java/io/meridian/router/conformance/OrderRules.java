package io.meridian.router.conformance;

import static io.meridian.router.conformance.Kind.CLUSTER;
import static io.meridian.router.conformance.Kind.ENDPOINT;
import static io.meridian.router.conformance.Kind.ROUTE;
import static io.meridian.router.conformance.Rule.BOTH;
import static io.meridian.router.conformance.Rule.holds;
import static io.meridian.router.conformance.Rule.must;

import java.util.List;

/** Make before break, on an aggregated stream. */
final class OrderRules {
    private static final String ORDER = "Eventual consistency considerations";

    static final List<Rule> ALL = List.of(
            new Rule("cluster-before-route", BOTH, "a new cluster is sent before the route that names it", ORDER, s -> {
                XdsClient client = inStep(s);
                s.publish(s.snapshot().with(CLUSTER, "a=1", "b=1").with(ROUTE, "r=b"));
                Received first = client.nextAccepted();
                must(first.is(CLUSTER), "the route was sent first");
                holds(nextOf(client, ROUTE), "r=b");
            }),
            new Rule("cluster-before-endpoints", BOTH, "a new cluster is sent before its endpoints", ORDER, s -> {
                XdsClient client = inStep(s);
                client.ask(ENDPOINT, "a", "b");
                client.accept(client.next());
                s.publish(s.snapshot().with(CLUSTER, "a=1", "b=1").with(ENDPOINT, "a=1", "b=1"));
                must(client.nextAccepted().is(CLUSTER), "the endpoints were sent first");
            }),
            new Rule(
                    "route-before-removal",
                    BOTH,
                    "a cluster is removed after the route that named it has changed",
                    ORDER,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        s.publish(ROUTE, "r=a");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1");
                        client.ask(ROUTE, "r");
                        holds(client.nextAccepted(), "r=a");
                        s.publish(s.snapshot().with(CLUSTER, "b=1").with(ROUTE, "r=b"));
                        Received first = client.nextAccepted();
                        must(!(first.is(CLUSTER) && lacks(first, "a")), "the cluster was removed first");
                        boolean routed = first.is(ROUTE);
                        while (!routed) {
                            Received next = client.nextAccepted();
                            must(!(next.is(CLUSTER) && lacks(next, "a")), "the cluster was removed first");
                            routed = next.is(ROUTE);
                        }
                        must(lacks(nextOf(client, CLUSTER), "a"), "the cluster was not removed");
                    }),
            new Rule("replaced-at-once", BOTH, "replacing a cluster adds, then routes, then removes", ORDER, s -> {
                XdsClient client = inStep(s);
                s.publish(s.snapshot().with(CLUSTER, "b=1").with(ROUTE, "r=b"));
                Received added = client.nextAccepted();
                must(added.is(CLUSTER) && added.contents().containsKey("b"), "the new cluster was not sent first");
                must(!lacks(added, "a"), "the old cluster was removed before the route had changed");
                holds(nextOf(client, ROUTE), "r=b");
                must(lacks(nextOf(client, CLUSTER), "a"), "the old cluster was not removed");
            }));

    private OrderRules() {}

    /** A client that has cluster a and a route to it. */
    private static XdsClient inStep(Scene s) throws Exception {
        s.publish(s.snapshot().with(CLUSTER, "a=1").with(ENDPOINT, "a=1").with(ROUTE, "r=a"));
        XdsClient client = s.client();
        client.ask(CLUSTER);
        holds(client.nextAccepted(), "a=1");
        client.ask(ROUTE, "r");
        holds(client.nextAccepted(), "r=a");
        return client;
    }

    /** Delta says so; in state of the world what is not there is gone. */
    private static boolean lacks(Received clusters, String name) {
        return clusters.removed().contains(name)
                || (!clusters.version().isEmpty() && !clusters.contents().containsKey(name));
    }

    private static Received nextOf(XdsClient client, Kind kind) throws InterruptedException {
        Received response = client.nextAccepted();
        must(response.is(kind), "sent " + response.typeUrl() + " instead of " + kind.url());
        return response;
    }
}
