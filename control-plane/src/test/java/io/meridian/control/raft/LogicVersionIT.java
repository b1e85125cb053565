package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.control.Await;
import io.meridian.control.clock.LogicReporter;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.topology.ProblemType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes are upgraded one by one; the rules change once, for all of them at one entry of the log. */
class LogicVersionIT {
    private static final List<String> ALL = List.of("a", "b", "c");

    @TempDir
    Path folder;

    @Test
    void itIsRaisedWhenEveryVoterKnowsItAndStopsANodeThatDoesNot() throws Exception {
        var reporters = new ArrayList<LogicReporter>();
        try (var quorum = new Quorum(folder, 5000, "a", "b", "c")) {
            quorum.releaseKnows(2);
            quorum.restart("a", ALL);
            quorum.restart("b", ALL);
            quorum.releaseKnows(1);
            quorum.restart("c", ALL);
            for (String id : ALL) {
                reporters.add(reporter(quorum, id, id.equals("c") ? 1 : 2));
            }
            RaftNode a = quorum.node("a");
            Await.until(
                    Quorum.SOON,
                    () -> a.applied().current().cluster().supports().keySet(),
                    ids -> ids.containsAll(ALL));

            assertThat(quorum.port(a).submit(new Command.RaiseLogic("early", Instant.now(), 2, ALL)))
                    .isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
                        assertThat(refused.why().type()).isEqualTo(ProblemType.LOGIC_NOT_SUPPORTED);
                        assertThat(refused.why().detail())
                                .contains("c knows up to 1")
                                .doesNotContain("a knows");
                    });

            // As if it had come to vote between the look at the voters and the command.
            var unseen = new Command.RaiseLogic("late", Instant.now(), 2, List.of("a", "b"));
            assertThat(quorum.port(a).submit(unseen)).isInstanceOf(Outcome.Committed.class);
            assertThat(quorum.port(a).submit(new Command.Confirm(Instant.now())))
                    .isInstanceOf(Outcome.Committed.class);
            RaftNode old = quorum.node("c");
            Await.until(Quorum.SOON, old::running, running -> !running);
            assertThat(a.running()).isTrue();

            quorum.stop("c");
            quorum.releaseKnows(2);
            quorum.restart("c", ALL);
            Await.until(
                    Quorum.SOON, () -> quorum.node("c").applied().current().logicVersion(), version -> version == 2);
            Await.until(Quorum.SOON, () -> quorum.node("c").running(), running -> running);
            quorum.stop("c");
            quorum.releaseKnows(1);
            assertThatThrownBy(() -> quorum.restart("c", ALL))
                    .hasStackTraceContaining("the control plane's logic version is 2, and this node knows up to 1");
        } finally {
            for (LogicReporter reporter : reporters) {
                reporter.close();
            }
        }
    }

    private static LogicReporter reporter(Quorum quorum, String id, int supports) {
        return new LogicReporter(
                quorum.port(quorum.node(id)), quorum.node(id).applied(), Clock.systemUTC(), id, supports);
    }
}
