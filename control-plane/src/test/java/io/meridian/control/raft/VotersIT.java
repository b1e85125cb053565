package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.cluster.VoterChange;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Voters come, go and are replaced while commands go on. */
class VotersIT {
    private static final int SNAPSHOT_AFTER = 20;

    @TempDir
    Path folder;

    private static Command topology(String key) {
        return new Command.ApplyTopology(key, Instant.now(), MoveLab.topology());
    }

    /** Refused, but an entry of the log; so long that its segments (4 MB) fill and can be purged. */
    private static Command longRefusal() {
        return new Command.CancelRun("long", Instant.now(), "x".repeat(200_000));
    }

    private static void write(Quorum quorum, RaftNode node, String key) throws Exception {
        Await.until(Quorum.SOON, () -> quorum.port(node).submit(topology(key)), Outcome.Committed.class::isInstance);
    }

    private static void has(RaftNode node, String key) throws Exception {
        Await.until(
                Quorum.SOON,
                () -> node.applied().current(),
                state -> state.receipts().has(key));
    }

    @Test
    void oneVoterBecomesFiveAndThenThree() throws Exception {
        try (var quorum = new Quorum(folder, 5000, "a", "b", "c", "d", "e")) {
            quorum.found("a");
            write(quorum, quorum.leader(), "one");
            for (String id : List.of("b", "c", "d", "e")) {
                RaftNode joining = quorum.join(id, "a");
                assertThat(joining.running()).as("not let in yet").isFalse();
                assertThat(joining.settledVoters()).isEmpty();

                Optional<Problem> problem =
                        quorum.node("a").voters().change(new VoterChange.Add(id, quorum.address(id)));

                assertThat(problem).isEmpty();
                has(joining, "one");
            }
            assertThat(quorum.node("a").voters().all())
                    .hasSize(5)
                    .allSatisfy(
                            voter -> assertThat(voter.report()).as(voter.id()).isPresent());
            assertThat(quorum.node("d").settledVoters()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
            assertThat(quorum.node("e").voters().change(new VoterChange.Remove("b")))
                    .isEmpty();
            Await.until(Quorum.SOON, quorum.node("a")::settledVoters, Set.of("a", "c", "d", "e")::equals);
            assertThat(quorum.node("a").voters().change(new VoterChange.Remove("c")))
                    .isEmpty();
            RaftNode removed = quorum.node("b");
            Await.until(Quorum.SOON, removed::running, running -> !running);
            quorum.stop("b");
            quorum.stop("c");
            write(quorum, quorum.node("d"), "three");

            quorum.stop("e");
            write(quorum, quorum.node("d"), "two of three");

            assertThat(quorum.node("d").voters().change(new VoterChange.Remove("d")))
                    .map(Problem::type)
                    .contains(ProblemType.VOTERS_CONFLICT);
            assertThat(quorum.node("a").read().map(ControlState::receipts))
                    .hasValueSatisfying(
                            receipts -> assertThat(receipts.has("two of three")).isTrue());
        }
    }

    /** Its log is long purged, so the state comes as a snapshot; after that the state machine has to go on as any other's. */
    @Test
    void aNodeThatLostItsDiskComesBackUnderANewId() throws Exception {
        try (var quorum = new Quorum(folder, SNAPSHOT_AFTER, "east", "west", "north", "east-2")) {
            quorum.found("east", "west", "north");
            write(quorum, quorum.leader(), "before");
            Await.until(Quorum.SOON, () -> quorum.leader().voters().lead("west"), Optional::isEmpty);
            quorum.stop("east");
            quorum.wipe("east");
            for (int number = 0; number < 3 * SNAPSHOT_AFTER; number++) {
                assertThat(quorum.port(quorum.node("west")).submit(longRefusal()))
                        .isInstanceOf(Outcome.Refused.class);
            }
            write(quorum, quorum.node("west"), "k59");
            long purgedBefore =
                    Await.until(Quorum.SOON, () -> quorum.leader().report().oldest(), oldest -> oldest > 3);
            RaftNode back = quorum.join("east-2", "west", "north");

            Optional<Problem> problem = quorum.node("north")
                    .voters()
                    .change(new VoterChange.Replace("east", "east-2", quorum.address("east-2")));

            assertThat(problem).isEmpty();
            has(back, "before");
            has(back, "k59");
            assertThat(back.report().oldest())
                    .as("what was purged came by snapshot")
                    .isGreaterThanOrEqualTo(purgedBefore);
            assertThat(back.running()).isTrue();
            quorum.stop("north");
            for (int number = 0; number < 2 * SNAPSHOT_AFTER; number++) {
                write(quorum, back, "after" + number);
            }
            assertThat(back.report().snapshot())
                    .as("it takes snapshots of its own")
                    .isGreaterThan(3 * SNAPSHOT_AFTER + SNAPSHOT_AFTER);
            quorum.stop("east-2");
            RaftNode again = quorum.join("east-2", "west", "north");
            has(again, "after39");
            assertThat(Await.until(Quorum.SOON, again::read, Optional::isPresent))
                    .isPresent();
        }
    }

    @Test
    void leadershipGoesToWhomItIsGivenAndNotToOneThatIsSilent() throws Exception {
        try (var quorum = new Quorum(folder, 5000, "a", "b", "c")) {
            quorum.found("a", "b", "c");
            write(quorum, quorum.leader(), "t");
            RaftNode leader = quorum.leader();
            String other = leader.name().equals("a") ? "b" : "a";
            String third = leader.name().equals("c") ? "b" : "c";

            assertThat(quorum.node(third).voters().lead(other)).isEmpty();

            Await.until(Quorum.SOON, () -> quorum.node(other).leads(), leads -> leads);
            quorum.stop(leader.name());
            assertThat(quorum.node(other).voters().lead(leader.name()))
                    .map(Problem::detail)
                    .hasValueSatisfying(detail -> assertThat(detail).contains("does not answer"));
            assertThat(quorum.node(other).leads()).isTrue();
        }
    }

    @Test
    void aNewVoterThatIsNotThereIsNotLetIn() throws Exception {
        try (var quorum = new Quorum(folder, 5000, "a", "b", "ghost")) {
            quorum.found("a", "b");
            write(quorum, quorum.leader(), "t");

            Optional<Problem> problem =
                    quorum.leader().voters().change(new VoterChange.Add("ghost", quorum.address("ghost")));

            assertThat(problem).hasValueSatisfying(why -> {
                assertThat(why.type()).isEqualTo(ProblemType.VOTERS_CONFLICT);
                assertThat(why.detail()).contains("is a new one started");
            });
            assertThat(quorum.leader().voters().all()).hasSize(2);
            write(quorum, quorum.leader(), "goes on");
        }
    }
}
