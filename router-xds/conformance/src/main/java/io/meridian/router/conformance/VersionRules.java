package io.meridian.router.conformance;

import static io.meridian.router.conformance.Kind.CLUSTER;
import static io.meridian.router.conformance.Kind.ROUTE;
import static io.meridian.router.conformance.Rule.BEYOND;
import static io.meridian.router.conformance.Rule.BOTH;
import static io.meridian.router.conformance.Rule.DELTA;
import static io.meridian.router.conformance.Rule.WORLD;
import static io.meridian.router.conformance.Rule.holds;
import static io.meridian.router.conformance.Rule.must;
import static io.meridian.router.conformance.Rule.removes;

import java.util.List;

/** What versions mean, and what is sent to who comes back. */
final class VersionRules {
    private static final String VERSIONS = "ACK/NACK and resource type instance version";
    private static final String COMING_BACK = "Incremental xDS";

    static final List<Rule> ALL = List.of(
            new Rule("version-changes", WORLD, "another content has another version", VERSIONS, s -> {
                s.publish(CLUSTER, "a=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                String first = client.nextAccepted().version();
                s.publish(CLUSTER, "a=2");
                must(!client.next().version().equals(first), "both are " + first);
            }),
            new Rule("versions-per-type", WORLD, "a change of one type leaves another type's version", VERSIONS, s -> {
                s.publish(CLUSTER, "a=1");
                s.publish(ROUTE, "r=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                String before = client.nextAccepted().version();
                s.publish(ROUTE, "r=2");
                XdsClient other = s.client();
                other.ask(CLUSTER);
                String after = other.next().version();
                must(before.equals(after), "clusters did not change, their version did: " + before + ", " + after);
            }),
            new Rule("back-unsent", BOTH, "who comes back with everything is sent nothing", VERSIONS, s -> {
                s.publish(CLUSTER, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(CLUSTER);
                holds(client.nextAccepted(), "a=1", "b=1");
                XdsClient back = s.reconnected(client);
                back.resume(CLUSTER);
                back.silent();
                s.publish(CLUSTER, "a=1", "b=2");
                must("2".equals(back.next().contents().get("b")), "the next change was not sent");
            }),
            new Rule("back-named-unsent", BOTH, "so is who comes back with all that it names", VERSIONS, s -> {
                s.publish(ROUTE, "a=1", "b=1", "c=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a", "b");
                holds(client.nextAccepted(), "a=1", "b=1");
                XdsClient back = s.reconnected(client);
                back.resume(ROUTE);
                back.silent();
            }),
            new Rule(
                    "back-changed",
                    DELTA,
                    "who comes back is sent what changed and told what is gone",
                    COMING_BACK,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1", "c=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1", "c=1");
                        s.publish(CLUSTER, "a=1", "b=2");
                        XdsClient back = s.reconnected(client);
                        back.resume(CLUSTER);
                        removes(holds(back.next(), "b=2"), "c");
                    }),
            new Rule(
                    "back-changed-all",
                    WORLD,
                    "who comes back with an old version is sent the new one",
                    VERSIONS,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1");
                        s.publish(CLUSTER, "a=1");
                        XdsClient back = s.reconnected(client);
                        back.resume(CLUSTER);
                        holds(back.next(), "a=1");
                    }),
            new Rule("back-with-more-names", BOTH, "who comes back with one name more is sent it", VERSIONS, s -> {
                s.publish(ROUTE, "a=1", "b=1");
                XdsClient client = s.client();
                client.ask(ROUTE, "a");
                holds(client.nextAccepted(), "a=1");
                XdsClient back = s.reconnected(client);
                back.had(ROUTE).names.add("b");
                back.resume(ROUTE);
                must("1".equals(back.next().contents().get("b")), "b was not sent");
            }),
            new Rule(
                    "replica-unsent",
                    BOTH,
                    "who changes to another replica of the same state is sent nothing",
                    BEYOND,
                    s -> {
                        s.publish(CLUSTER, "a=1", "b=1");
                        s.publish(ROUTE, "r=1", "q=1");
                        XdsClient client = s.client();
                        client.ask(CLUSTER);
                        holds(client.nextAccepted(), "a=1", "b=1");
                        client.ask(ROUTE, "r");
                        holds(client.nextAccepted(), "r=1");
                        XdsClient back = s.reconnectedToReplica(client);
                        back.resume(CLUSTER);
                        back.resume(ROUTE);
                        back.silent();
                    }));

    private VersionRules() {}
}
