package io.meridian.control.switching;

/** The states of a run as people and programs read them. */
public enum StateName {
    PLANNED,
    PREPARED,
    HOLDING,
    FENCING,
    CATCHING_UP,
    ACTIVATED,
    ROUTED,
    ROLLING_BACK,
    DONE,
    ROLLED_BACK,
    NEEDS_OPERATOR,
    EXPIRING,
    GATHERING,
    ALIGNING,
    SUPERSEDED
}
