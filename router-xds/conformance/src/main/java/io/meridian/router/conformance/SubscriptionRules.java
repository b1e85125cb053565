package io.meridian.router.conformance;

import static io.meridian.router.conformance.Kind.CLUSTER;
import static io.meridian.router.conformance.Kind.ENDPOINT;
import static io.meridian.router.conformance.Kind.LISTENER;
import static io.meridian.router.conformance.Kind.ROUTE;
import static io.meridian.router.conformance.Rule.BOTH;
import static io.meridian.router.conformance.Rule.DELTA;
import static io.meridian.router.conformance.Rule.WORLD;
import static io.meridian.router.conformance.Rule.holds;
import static io.meridian.router.conformance.Rule.must;
import static io.meridian.router.conformance.Rule.removes;

import java.time.Duration;
import java.util.List;

/** What a client is given for what it asked. */
final class SubscriptionRules {
    private static final String ASKING = "How the client specifies what resources to return";
    private static final String ABSENT = "Knowing When a Requested Resource Does Not Exist";
    private static final String LEAVING = "Unsubscribing From Resources";

    static final List<Rule> ALL = List.of(
            new Rule("wildcard-legacy", BOTH, "a first request without names gets all clusters", ASKING, s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.next(), "a=1", "b=1");
            }),
            new Rule("wildcard-by-name", BOTH, "the name * gets all listeners", ASKING, s -> {
                s.publish(LISTENER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(LISTENER, "*");
                holds(client.next(), "a=1", "b=1");
            }),
            new Rule("wildcard-empty", BOTH, "a wildcard is answered when there is nothing", ASKING, s -> {
                s.publish(LISTENER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.next());
            }),
            new Rule("names-only", BOTH, "who names resources gets these and no others", ASKING, s -> {
                s.publish(ENDPOINT, "a=1", "b=1", "c=1");
                XdsClient client = s.client();
                client.ask(ENDPOINT, "a", "c");
                holds(client.nextAccepted(), "a=1", "c=1");
                client.silent();
            }),
            new Rule("names-only-clusters", BOTH, "clusters, too, can be named one by one", ASKING, s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER, "b");
                holds(client.nextAccepted(), "b=1");
                client.silent();
            }),
            new Rule("names-grow", BOTH, "a newly named resource is sent", ASKING, s -> {
                s.publish(ENDPOINT, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(ENDPOINT, "a");
                holds(client.nextAccepted(), "a=1");
                client.ask(ENDPOINT, "b");
                must("1".equals(client.nextAccepted().contents().get("b")), "b is not in the answer");
                client.silent();
            }),
            new Rule(
                    "no-wildcard-after-names",
                    BOTH,
                    "once something was named, no names are no wildcard",
                    ASKING,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER, "a");
                        holds(client.nextAccepted(), "a=1");
                        client.drop(CLUSTER, "a");
                        for (Received response : client.within(Duration.ofMillis(300))) {
                            holds(response);
                            client.accept(response);
                        }
                        s.publish(CLUSTER, "a=2", "b=2");
                        client.silent();
                    }),
            new Rule("wildcard-left", BOTH, "who drops * keeps what it named", ASKING, s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER, "*", "a");
                holds(client.nextAccepted(), "a=1", "b=1");
                client.drop(CLUSTER, "*");
                client.within(Duration.ofMillis(300)).forEach(client::accept);
                s.publish(CLUSTER, "a=2", "b=2");
                Received response = client.nextAccepted();
                must(response.contents().containsKey("a"), "the change of a was not sent");
                must(!response.contents().containsKey("b"), "b was sent, which only the wildcard gave");
            }),
            new Rule(
                    "missing-reported",
                    DELTA,
                    "a named resource that does not exist is reported as removed",
                    ABSENT,
                    s -> {
                        s.publish(ENDPOINT, "a=1");
                        XdsClient client = s.client();
                        client.ask(ENDPOINT, "a", "none");
                        removes(holds(client.next(), "a=1"), "none");
                    }),
            new Rule(
                    "missing-cluster",
                    WORLD,
                    "a named cluster that does not exist is missing from the answer",
                    ABSENT,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER, "a", "none");
                        holds(client.next(), "a=1");
                    }),
            new Rule("missing-appears", BOTH, "a named resource is sent when it comes to exist", ABSENT, s -> {
                s.publish(ENDPOINT, "a=1");
                XdsClient client = s.client();
                client.ask(ENDPOINT, "a", "later");
                must("1".equals(client.nextAccepted().contents().get("a")), "a was not sent");
                client.within(Duration.ofMillis(200)).forEach(client::accept);
                s.publish(ENDPOINT, "a=1", "later=1");
                must("1".equals(client.next().contents().get("later")), "later was not sent");
            }),
            new Rule(
                    "on-demand",
                    DELTA,
                    "beside the wildcard a named cluster is answered",
                    "Subscribing to Resources",
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1");
                        client.ask(CLUSTER, "a");
                        holds(client.nextAccepted(), "a=1");
                        client.silent();
                    }),
            new Rule(
                    "on-demand-missing",
                    DELTA,
                    "beside the wildcard a missing named cluster is reported",
                    ABSENT,
                    s -> {
                        s.publish(CLUSTER, "a=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1");
                        client.ask(CLUSTER, "none");
                        removes(holds(client.next()), "none");
                    }),
            new Rule(
                    "subscribe-again",
                    DELTA,
                    "who subscribes again is sent it again",
                    "Subscribing to Resources",
                    s -> {
                        s.publish(ENDPOINT, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(ENDPOINT, "a", "b");
                        holds(client.nextAccepted(), "a=1", "b=1");
                        client.ask(ENDPOINT, "a");
                        holds(client.nextAccepted(), "a=1");
                    }),
            new Rule("unsubscribe", BOTH, "what is no longer named is no longer sent", LEAVING, s -> {
                s.publish(ROUTE, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a", "b");
                holds(client.nextAccepted(), "a=1", "b=1");
                client.drop(ROUTE, "b");
                client.within(Duration.ofMillis(200)).forEach(client::accept);
                s.publish(ROUTE, "a=1", "b=2");
                for (Received response : client.within(Duration.ofMillis(400))) {
                    must(!response.contents().containsKey("b"), "b was sent");
                }
            }),
            new Rule("unsubscribe-and-again", BOTH, "what was dropped and is named again is sent again", ASKING, s -> {
                s.publish(ROUTE, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a", "b");
                holds(client.nextAccepted(), "a=1", "b=1");
                client.drop(ROUTE, "b");
                client.within(Duration.ofMillis(200)).forEach(client::accept);
                client.ask(ROUTE, "b");
                must("1".equals(client.next().contents().get("b")), "b is not in the answer");
            }),
            new Rule("unsubscribe-phantom", DELTA, "dropping what was never named is ignored", LEAVING, s -> {
                s.publish(ROUTE, "a=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a");
                holds(client.nextAccepted(), "a=1");
                client.drop(ROUTE, "never");
                client.silent();
                s.publish(ROUTE, "a=2");
                holds(client.next(), "a=2");
            }),
            new Rule(
                    "unsubscribe-in-wildcard",
                    DELTA,
                    "who drops a name under a wildcard is told whether it still has it",
                    LEAVING,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER, "*", "a");
                        holds(client.nextAccepted(), "a=1", "b=1");
                        client.drop(CLUSTER, "a");
                        holds(client.next(), "a=1");
                    }));

    private SubscriptionRules() {}
}
