package io.meridian.control.feed;

import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.StateSource;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A state that a test shows. */
public final class ShownState implements StateSource {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ControlState state;

    public ShownState(ControlState state) {
        this.state = state;
    }

    @Override
    public ControlState current() {
        return state;
    }

    @Override
    public AutoCloseable onChange(Runnable changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    public void show(ControlState next) {
        state = next;
        listeners.forEach(Runnable::run);
    }

    public void accept(Decision decision) {
        show(EventApplier.applyAll(state, ((Decision.Accepted) decision).events()));
    }

    /** The next revision: shard 0 is placed at the other zone. */
    public ControlState raised() {
        ZoneId other = ZoneId.of(state.shard(ShardId.of(0)).zone().name().equals("east-1") ? "east-2" : "east-1");
        return EventApplier.applyAll(state, List.of(new Event.Placed(other, List.of(ShardId.of(0)))));
    }
}
