package io.meridian.topology;

import static java.util.Objects.requireNonNullElse;

/**
 * What is done when a region looks lost to the others.
 *
 * @param maxLoss bounds what an automatic failover may leave behind; there when {@code mode} is {@link Mode#AUTO}
 */
public record FailoverPolicy(Mode mode, LossBound maxLoss) {
    /** Not said: people are told, and decide. */
    public static final FailoverPolicy DEFAULT = new FailoverPolicy(Mode.RECOMMEND, LossBound.NONE);

    /** The first is what older logs, which say nothing, mean. */
    public enum Mode {
        RECOMMEND,
        OFF,
        AUTO
    }

    public FailoverPolicy {
        mode = requireNonNullElse(mode, Mode.RECOMMEND);
        maxLoss = requireNonNullElse(maxLoss, LossBound.NONE);
    }

    public boolean automatic() {
        return mode == Mode.AUTO;
    }
}
