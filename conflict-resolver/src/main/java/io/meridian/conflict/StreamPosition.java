package io.meridian.conflict;

import io.meridian.topology.ownership.Position;

/** A place in one source's stream of one partition: how far it was applied, or which record another one follows. */
public sealed interface StreamPosition {
    /** Before the first record ever: nothing was applied yet, or the record has no predecessor. */
    record Beginning() implements StreamPosition {}

    record At(Position position) implements StreamPosition {}
}
