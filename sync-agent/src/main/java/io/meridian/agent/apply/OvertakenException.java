package io.meridian.agent.apply;

/** A head was marked, or moved on by another source's applier, after the group was planned: nothing of it was written, and it is planned anew. */
final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertakenException() {
        super("a shard's head was marked or moved on meanwhile", null, false, false);
    }
}
