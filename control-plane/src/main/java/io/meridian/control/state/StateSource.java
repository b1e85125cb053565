package io.meridian.control.state;

/** The newest state that is known here. Readers get an immutable snapshot; listeners are told that there is a newer one, not which. */
public interface StateSource {
    ControlState current();

    /** @param changed called by the thread that applies: it may only wake somebody up */
    AutoCloseable onChange(Runnable changed);
}
