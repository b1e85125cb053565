package io.meridian.router.conformance;

import static io.meridian.router.conformance.Kind.CLUSTER;
import static io.meridian.router.conformance.Kind.ENDPOINT;
import static io.meridian.router.conformance.Kind.LISTENER;
import static io.meridian.router.conformance.Kind.ROUTE;
import static io.meridian.router.conformance.Rule.BEYOND;
import static io.meridian.router.conformance.Rule.BOTH;
import static io.meridian.router.conformance.Rule.holds;
import static io.meridian.router.conformance.Rule.must;

import io.grpc.Status;
import java.util.List;

/** Streams as such: nodes, types, services, ends. */
final class StreamRules {
    private static final String NODE = "Basic Protocol Overview";
    private static final String SERVICES = "RPC Services and Methods for Each Variant";

    static final List<Rule> ALL = List.of(
            new Rule("node-once", BOTH, "only the first request need name the node", NODE, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1"); // the ACK names no node, nor do the next ones
                client.silent();
                s.publish(CLUSTER, "a=2");
                holds(client.nextAccepted(), "a=2");
            }),
            new Rule(
                    "types-side-by-side",
                    BOTH,
                    "types share a stream, each with nonces and answers of its own",
                    "Aggregated Discovery Service",
                    s -> {
                        s.publish(s.snapshot()
                                .with(CLUSTER, "a=1")
                                .with(ENDPOINT, "a=1")
                                .with(LISTENER, "l=1")
                                .with(ROUTE, "r=1"));
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1");
                        client.ask(ENDPOINT, "a");
                        holds(client.nextAccepted(), "a=1");
                        client.ask(LISTENER);
                        holds(client.nextAccepted(), "l=1");
                        client.ask(ROUTE, "r");
                        holds(client.nextAccepted(), "r=1");
                        client.silent();
                    }),
            new Rule("cds", BOTH, "clusters come on a stream of their own, too", SERVICES, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client(CLUSTER);
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1");
            }),
            new Rule("eds", BOTH, "endpoints come on a stream of their own, too", SERVICES, s -> {
                s.publish(ENDPOINT, "a=1");
                XdsClient client = s.client(ENDPOINT);
                client.ask(ENDPOINT, "a");
                holds(client.nextAccepted(), "a=1");
            }),
            new Rule("lds", BOTH, "listeners come on a stream of their own, too", SERVICES, s -> {
                s.publish(LISTENER, "a=1");
                XdsClient client = s.client(LISTENER);
                client.ask(LISTENER);
                holds(client.nextAccepted(), "a=1");
            }),
            new Rule("rds", BOTH, "routes come on a stream of their own, too", SERVICES, s -> {
                s.publish(ROUTE, "a=1");
                XdsClient client = s.client(ROUTE);
                client.ask(ROUTE, "a");
                holds(client.nextAccepted(), "a=1");
            }),
            new Rule("unknown-type", BOTH, "an unknown type ends the stream with a status that names it", BEYOND, s -> {
                XdsClient client = s.client();
                client.askRaw("type.googleapis.com/no.such.Type", "conformance-1");
                clear(client.end(), "no.such.Type");
            }),
            new Rule(
                    "no-node",
                    BOTH,
                    "a first request without a node ends the stream with a status that says so",
                    BEYOND,
                    s -> {
                        XdsClient client = s.client();
                        client.askRaw(CLUSTER.url(), "");
                        clear(client.end(), "node");
                    }),
            new Rule(
                    "node-changes",
                    BOTH,
                    "a node that changes its name ends the stream with a status that says so",
                    BEYOND,
                    s -> {
                        s.publish(CLUSTER, "a=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        client.nextAccepted();
                        client.askRaw(ROUTE.url(), "conformance-2");
                        clear(client.end(), "conformance-2");
                    }),
            new Rule(
                    "unknown-nonce",
                    BOTH,
                    "a nonce that was never sent ends the stream with a status that says so",
                    BEYOND,
                    s -> {
                        s.publish(CLUSTER, "a=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        client.nextAccepted();
                        client.askWithNonce(CLUSTER, "no nonce of ours");
                        clear(client.end(), "nonce");
                    }));

    private StreamRules() {}

    private static void clear(Status status, String word) {
        String description = status.getDescription();
        must(
                !status.isOk()
                        && status.getCode() != Status.Code.UNKNOWN
                        && status.getCode() != Status.Code.INTERNAL
                        && description != null
                        && description.contains(word),
                "ended with " + status.getCode() + ": " + description);
    }
}
