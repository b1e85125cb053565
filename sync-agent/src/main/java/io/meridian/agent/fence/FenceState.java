package io.meridian.agent.fence;

/** What a fence lets through: OPEN is the only one that admits writes. MOVING is a withdrawn row that tells writers to ask again soon. */
public enum FenceState {
    OPEN,
    MOVING,
    CLOSED
}
