package io.meridian.simulation.store;

import io.meridian.agent.fence.FenceState;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;

/** A row of {@code meridian.fence}. */
public record Fence(Epoch epoch, FenceState state, Epoch owned, long openedAtMicros, Base base) {
    static final Fence FIRST = new Fence(Epoch.NEVER, FenceState.CLOSED, Epoch.NEVER, 0, new Base.None());

    public boolean open() {
        return state == FenceState.OPEN;
    }

    Fence closed(Epoch at) {
        return new Fence(at, FenceState.CLOSED, epoch, openedAtMicros, base);
    }

    Fence raised(Epoch at) {
        return new Fence(at, FenceState.CLOSED, owned, openedAtMicros, base);
    }

    static Fence opened(Epoch epoch, long atMicros, Base base) {
        return new Fence(epoch, FenceState.OPEN, epoch, atMicros, base);
    }
}
