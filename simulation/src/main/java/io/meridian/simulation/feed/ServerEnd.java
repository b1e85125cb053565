package io.meridian.simulation.feed;

import io.meridian.control.state.ControlState;
import java.util.Optional;

/** A stream as its node sees it. @param <V> what arrives at the other end */
public interface ServerEnd<V> {
    /** New with each stream. */
    String session();

    /** What the other end was told last. */
    Optional<ControlState> told();

    V tell(ControlState state);

    /** The stream broke. */
    void gone();
}
