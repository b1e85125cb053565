package io.meridian.control.raft;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import java.time.Duration;

/** Commands are decided in the log. When one was committed, this node has applied it before the answer is given. */
public final class RaftCommandPort implements CommandPort {
    /** Long enough for an election in between; past it the outcome is unknown. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RaftNode node;
    private final StateCodec codec;

    public RaftCommandPort(RaftNode node, StateCodec codec) {
        this.node = node;
        this.codec = codec;
    }

    @Override
    public Outcome submit(Command command) throws InterruptedException {
        return switch (node.write(codec.encode(command), PATIENCE)) {
            case RaftNode.Written.Unknown unknown -> new Outcome.Unknown(unknown.why());
            case RaftNode.Written.Answered answered -> {
                // Committed either way; a follower that lags is only a little late in showing it.
                boolean shown = node.applied().await(answered.index(), node.requestTimeout());
                yield switch (codec.reply(answered.reply())) {
                    case Reply.Accepted accepted ->
                        shown
                                ? new Outcome.Committed(accepted.receipt())
                                : new Outcome.Unknown("committed, but this node lags behind");
                    case Reply.Refused refused -> new Outcome.Refused(refused.why());
                };
            }
        };
    }
}
