package io.meridian.control.raft;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import java.util.Optional;

/** What a command would come to now: a linearizable read and the same {@code decide}; the events are shown and dropped. */
public final class DryRunCommandPort implements CommandPort {
    private final RaftNode node;

    public DryRunCommandPort(RaftNode node) {
        this.node = node;
    }

    @Override
    public Outcome submit(Command command) throws InterruptedException {
        Optional<ControlState> state = node.read();
        if (state.isEmpty()) {
            return new Outcome.Unknown("the quorum did not confirm a read in time");
        }
        return switch (Decider.decide(state.get(), command)) {
            case Decision.Accepted accepted ->
                new Outcome.Previewed(accepted.receipt(), EventApplier.applyAll(state.get(), accepted.events()));
            case Decision.Refused refused -> new Outcome.Refused(refused.why());
        };
    }
}
