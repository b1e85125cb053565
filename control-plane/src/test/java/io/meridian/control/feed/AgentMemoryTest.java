package io.meridian.control.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.wire.AgentReport;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentMemoryTest {
    private final AgentMemory agent = new AgentMemory(MoveLab.WEST, "main", "s", "n");

    /** As when it attaches to a node that is behind the one that it left; it tells a hash once. */
    @Test
    void aHashOfARunThatThisNodeDoesNotKnowYetIsKept() {
        MoveLab lab = MoveLab.ready();
        ControlState behind = lab.state();
        String run = lab.accept(lab.move("0-2", "west-1")).receipt().subject();
        tell(run);

        assertThat(hashes(behind)).isEmpty();
        assertThat(hashes(lab.state())).extracting(Command.HashSeen::run).containsExactly(run);
    }

    @Test
    void oneOfARunThatEndedIsForgotten() {
        MoveLab lab = MoveLab.ready();
        String run = lab.accept(lab.move("0-2", "west-1")).receipt().subject();
        tell(run);
        ControlState running = lab.state();
        lab.accept(new Command.CancelRun("c", lab.tick(), run));
        assertThat(lab.run(run).ended()).isTrue();

        assertThat(hashes(lab.state())).isEmpty();
        assertThat(hashes(running)).isEmpty();
    }

    private void tell(String run) {
        agent.hear(AgentReport.newBuilder()
                .addHashes(HashReport.newBuilder()
                        .setRun(run)
                        .setMoment(HashMoment.HASH_MOMENT_AFTER)
                        .setShard(1)
                        .setHash("ab"))
                .build());
    }

    private List<Command.HashSeen> hashes(ControlState state) {
        return agent.report(state, Instant.EPOCH).hashes();
    }
}
