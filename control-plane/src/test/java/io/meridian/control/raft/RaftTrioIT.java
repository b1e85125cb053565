package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.FreePort;
import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.topology.ProblemType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three voters in this JVM, each with a folder and a port of its own. */
class RaftTrioIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final List<String> NAMES = List.of("east", "west", "north");

    @TempDir
    Path folder;

    private final StateCodec codec = new StateCodec();
    private final Map<String, String> voters = new TreeMap<>();
    private final Map<String, RaftNode> nodes = new HashMap<>();
    private long snapshotAfter = 5000;

    @BeforeEach
    void addresses() {
        for (String name : NAMES) {
            voters.put(name, FreePort.address());
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (RaftNode node : nodes.values()) {
            node.close();
        }
    }

    private RaftNode start(String name) throws Exception {
        String address = voters.getOrDefault(name, "");
        var node = new RaftNode(
                new RaftSettings(
                        name,
                        Integer.parseInt(address.substring(address.indexOf(':') + 1)),
                        voters,
                        false,
                        folder.resolve(name),
                        Duration.ofMillis(600),
                        Duration.ofMillis(1200),
                        Duration.ofSeconds(2),
                        snapshotAfter,
                        1),
                codec);
        nodes.put(name, node);
        return node;
    }

    private RaftNode leader() throws Exception {
        return Await.until(
                        SOON,
                        () -> nodes.values().stream().filter(RaftNode::leads).findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private RaftCommandPort port(RaftNode node) {
        return new RaftCommandPort(node, codec);
    }

    private static Command topology(String key) {
        return new Command.ApplyTopology(key, Instant.now(), MoveLab.topology());
    }

    private static Command move(String key, String shards) {
        var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 128);
        return new Command.StartMove(key, Instant.now(), shards, "west-1", limits);
    }

    @Test
    void aCommandAskedAgainWithItsKeyAfterTheLeaderDiedHasEffectOnce() throws Exception {
        for (String name : NAMES) {
            start(name);
        }
        RaftNode leader = leader();
        assertThat(port(leader).submit(topology("t"))).isInstanceOf(Outcome.Committed.class);
        var first = (Outcome.Committed) port(leader).submit(move("m", "0-2"));
        leader.close();
        nodes.remove(leader.name());
        RaftNode survivor = nodes.values().iterator().next();

        var again = (Outcome.Committed)
                Await.until(SOON, () -> port(survivor).submit(move("m", "0-2")), Outcome.Committed.class::isInstance);

        assertThat(again.receipt()).isEqualTo(first.receipt());
        ControlState state = survivor.read().orElseThrow();
        assertThat(state.runs()).hasSize(1);
    }

    /** Each node may still believe the token when it takes the request; the log does not. */
    @Test
    void whoseTokenWasRevokedChangesNothingThroughAnyNode() throws Exception {
        for (String name : NAMES) {
            start(name);
        }
        RaftNode leader = leader();
        var admin = Actor.ofFile("admin", List.of(Role.OPERATOR));
        var create = new Command.CreateToken(
                "t", Instant.now(), "bob", new TreeSet<>(List.of(Role.OPERATOR)), "ab".repeat(32), Optional.empty());
        assertThat(port(leader).submit(new Command.Asked(admin, "", create))).isInstanceOf(Outcome.Committed.class);
        Actor bob = java.util.Objects.requireNonNull(
                        leader.applied().current().access().tokens().get("bob"))
                .actor();
        assertThat(port(leader).submit(new Command.Asked(bob, "", new Command.Brake("b", Instant.now(), "a test"))))
                .isInstanceOf(Outcome.Committed.class);
        port(leader).submit(new Command.Asked(admin, "stolen", new Command.RevokeToken("r", Instant.now(), "bob")));

        for (RaftNode node : nodes.values()) {
            var release = new Command.Asked(bob, "", new Command.ReleaseBrake("x" + node.name(), Instant.now()));

            Outcome outcome = Await.until(SOON, () -> port(node).submit(release), o -> !(o instanceof Outcome.Unknown));

            assertThat(((Outcome.Refused) outcome).why().type()).isEqualTo(ProblemType.TOKEN_REVOKED);
        }
        ControlState state = leader.read().orElseThrow();
        assertThat(state.safety().brake()).isPresent();
        assertThat(state.audit().count()).isEqualTo(3 + NAMES.size());
    }

    @Test
    void aFollowerAnswersReadsThatContainWhatTheLeaderCommitted() throws Exception {
        for (String name : NAMES) {
            start(name);
        }
        RaftNode leader = leader();
        RaftNode follower = nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        for (int number = 0; number < 20; number++) {
            port(leader).submit(topology("t" + number));

            ControlState read = follower.read().orElseThrow();

            assertThat(read.receipts().has("t" + number)).isTrue();
        }
    }

    @Test
    void aRestartReadsTheSnapshotAndAWipedLogEnd() throws Exception {
        snapshotAfter = 20;
        for (String name : NAMES) {
            start(name);
        }
        RaftNode leader = leader();
        port(leader).submit(topology("t"));
        var last = (Outcome.Committed) port(leader).submit(move("m", "0-2"));
        RaftNode lagging =
                nodes.values().stream().filter(n -> n != leader).findFirst().orElseThrow();
        lagging.close();
        nodes.remove(lagging.name());
        for (int number = 0; number < 60; number++) {
            assertThat(port(leader).submit(topology("again-" + number))).isInstanceOf(Outcome.Committed.class);
        }

        RaftNode back = start(lagging.name());

        ControlState caughtUp = Await.until(
                SOON, () -> back.applied().current(), state -> state.receipts().has("again-59"));
        assertThat(caughtUp.run(last.receipt().subject())).isPresent();
        assertThat(back.running())
                .as("a snapshot from the leader does not close the division")
                .isTrue();
        for (RaftNode node : List.copyOf(nodes.values())) {
            node.close();
        }
        nodes.clear();
        for (String name : NAMES) {
            start(name);
        }
        RaftNode again = leader();
        assertThat(again.read().orElseThrow().run(last.receipt().subject())).isPresent();
        assertThat(port(again).submit(move("m", "0-2"))).isEqualTo(last);
    }

    @Test
    void withoutAQuorumTheOutcomeIsUnknownAndReadsAreRefused() throws Exception {
        RaftNode alone = start("east");

        assertThat(port(alone).submit(topology("t"))).isInstanceOf(Outcome.Unknown.class);
        assertThat(alone.read()).isEmpty();
        assertThat(alone.leader()).isEmpty();
    }
}
