package io.meridian.router.conformance;

import static io.meridian.router.conformance.Kind.CLUSTER;
import static io.meridian.router.conformance.Kind.LISTENER;
import static io.meridian.router.conformance.Kind.ROUTE;
import static io.meridian.router.conformance.Rule.BEYOND;
import static io.meridian.router.conformance.Rule.BOTH;
import static io.meridian.router.conformance.Rule.DELTA;
import static io.meridian.router.conformance.Rule.WORLD;
import static io.meridian.router.conformance.Rule.holds;
import static io.meridian.router.conformance.Rule.must;
import static io.meridian.router.conformance.Rule.removes;

import java.time.Duration;
import java.util.List;

/** What is sent when something changes, is accepted, is refused. */
final class UpdateRules {
    private static final String UPDATES = "When to send an update";
    private static final String ACKS = "ACK/NACK and resource type instance version";
    private static final String GROUPS = "Grouping Resources into Responses";
    private static final String NONCES = "Resource updates";
    private static final Duration RESENDS_WITHIN = Duration.ofMillis(2_500);

    static final List<Rule> ALL = List.of(
            new Rule("ack-unanswered", BOTH, "an ACK calls for no response", UPDATES, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1");
                client.silent();
            }),
            new Rule("unchanged-unsent", BOTH, "the same contents, published again, are not sent again", UPDATES, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1");
                s.publish(CLUSTER, "a=1");
                client.silent();
            }),
            new Rule("others-unsent", BOTH, "a change of one type sends nothing of another", ACKS, s -> {
                s.publish(CLUSTER, "a=1");
                s.publish(ROUTE, "r=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1");
                client.ask(ROUTE, "r");
                holds(client.nextAccepted(), "r=1");
                s.publish(ROUTE, "r=2");
                must(client.nextAccepted().is(ROUTE), "clusters were sent, which did not change");
                client.silent();
            }),
            new Rule("changed-only", DELTA, "only what changed is sent", GROUPS, s -> {
                s.publish(CLUSTER, "a=1", "b=1", "c=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1", "b=1", "c=1");
                s.publish(CLUSTER, "a=1", "b=2", "c=1");
                holds(client.nextAccepted(), "b=2");
            }),
            new Rule("clusters-together", WORLD, "one changed cluster brings all of them", GROUPS, s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1", "b=1");
                s.publish(CLUSTER, "a=1", "b=2");
                holds(client.next(), "a=1", "b=2");
            }),
            new Rule("listeners-together", WORLD, "one changed listener brings all of them", GROUPS, s -> {
                s.publish(LISTENER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(LISTENER);
                holds(client.nextAccepted(), "a=1", "b=1");
                s.publish(LISTENER, "a=1", "b=2");
                holds(client.next(), "a=1", "b=2");
            }),
            new Rule("removed-told", DELTA, "what is gone is named as removed", "Deleting Resources", s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1", "b=1");
                s.publish(CLUSTER, "a=1");
                removes(holds(client.next()), "b");
            }),
            new Rule(
                    "removed-left-out",
                    WORLD,
                    "a cluster that is gone is left out of the next response",
                    "Deleting Resources",
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1");
                        s.publish(CLUSTER, "a=1");
                        holds(client.next(), "a=1");
                    }),
            new Rule("nonces-differ", BOTH, "every response has a nonce of its own", "Basic Protocol Overview", s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                Received first = client.nextAccepted();
                s.publish(CLUSTER, "a=2");
                Received second = client.nextAccepted();
                must(!first.nonce().isEmpty() && !second.nonce().isEmpty(), "a response without a nonce");
                must(!first.nonce().equals(second.nonce()), "the nonce " + first.nonce() + " came twice");
            }),
            new Rule("resend-bounded", BOTH, "what was refused is sent once more at most", BEYOND, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                client.refuse(client.next());
                long end = System.nanoTime() + RESENDS_WITHIN.toNanos();
                int resends = 0;
                while (System.nanoTime() < end && resends < 100) {
                    for (Received response : client.within(Duration.ofMillis(20))) {
                        resends++;
                        client.refuse(response);
                    }
                }
                must(resends <= 1, resends + " resends, and it goes on");
            }),
            new Rule(
                    "refused-then-mended",
                    BOTH,
                    "after a NACK the next version is sent, and can be accepted",
                    ACKS,
                    s -> {
                        s.publish(ROUTE, "r=1");
                        XdsClient client = s.client();
                        client.ask(ROUTE, "r");
                        holds(client.nextAccepted(), "r=1");
                        s.publish(ROUTE, "r=bad");
                        client.refuse(client.next());
                        s.publish(ROUTE, "r=2");
                        Received response = client.next();
                        while ("bad".equals(response.contents().get("r"))) {
                            client.refuse(response);
                            response = client.next();
                        }
                        holds(response, "r=2");
                        client.accept(response);
                        client.silent();
                    }),
            new Rule(
                    "refusal-of-one-type",
                    BOTH,
                    "a refused type does not stop another one for good",
                    "Aggregated Discovery Service",
                    s -> {
                        s.publish(CLUSTER, "a=bad");
                        s.publish(ROUTE, "r=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        client.ask(ROUTE, "r");
                        Received response = client.next();
                        for (int refusals = 0; response.is(CLUSTER); refusals++) {
                            must(refusals < 50, "clusters come without end, routes never");
                            client.refuse(response);
                            response = client.next();
                        }
                        holds(response, "r=1");
                    }),
            new Rule("stale-nonce-unanswered", WORLD, "a request with a stale nonce is not answered", NONCES, s -> {
                s.publish(ROUTE, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a");
                Received first = client.nextAccepted();
                s.publish(ROUTE, "a=2", "b=1");
                client.next();
                client.askWithNonce(ROUTE, first.nonce(), "b");
                client.silent();
            }),
            new Rule(
                    "stale-nonce-honoured",
                    DELTA,
                    "names are honoured even with a stale nonce",
                    "Incremental xDS",
                    s -> {
                        s.publish(ROUTE, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(ROUTE, "a");
                        Received first = client.nextAccepted();
                        s.publish(ROUTE, "a=2", "b=1");
                        Received second = client.next();
                        client.askWithNonce(ROUTE, first.nonce(), "b");
                        client.accept(second);
                        must("1".equals(client.next().contents().get("b")), "b was not sent");
                    }),
            new Rule(
                    "slow-gets-newest",
                    BOTH,
                    "who reads late gets the newest state, not all that were between",
                    BEYOND,
                    s -> {
                        String filler = "x".repeat(1 << 20);
                        s.publish(ROUTE, "r=1" + filler);
                        XdsClient client = s.slowClient();
                        client.ask(ROUTE, "r");
                        client.within(Duration.ofMillis(300));
                        for (int i = 2; i <= 40; i++) {
                            s.publish(ROUTE, "r=" + i + filler);
                        }
                        client.within(Duration.ofMillis(300));
                        int responses = 0;
                        String seen = "";
                        while (!seen.equals("40")) {
                            client.takeOne();
                            seen = client.nextAccepted()
                                    .contents()
                                    .getOrDefault("r", "")
                                    .replace("x", "");
                            responses++;
                        }
                        must(responses <= 3, responses + " responses until the newest one");
                    }));

    private UpdateRules() {}
}
