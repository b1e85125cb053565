package io.meridian.control.switching;

/**
 * Where a wave of a run may stand. {@link StateName} is what people read; a run that needs an operator stands in one of two places, because what it
 * was stuck in decides where it may go.
 */
public enum Place {
    PLANNED(StateName.PLANNED, Side.FREE, "the plan is made: hash, waves, what each shard's epoch was"),
    PREPARED(
            StateName.PREPARED, Side.FREE, "the gates: routers, agents, leases, lag, headroom; also between two waves"),
    HOLDING(
            StateName.HOLDING,
            Side.FREE,
            "the wave's shards are frozen; every router must report that its hold endpoint knows"),
    FENCING(StateName.FENCING, Side.WITHDRAWN, "withdrawn at e+1; the old region closes its fences"),
    CATCHING_UP(StateName.CATCHING_UP, Side.WITHDRAWN, "every CLOSE(e) is known; the new region applies up to it"),
    ACTIVATED(
            StateName.ACTIVATED, Side.FORWARD, "point of no return: granted at e+2 on CLOSE(e); the new region opens"),
    ACTIVATED_STUCK(
            StateName.NEEDS_OPERATOR,
            Side.FORWARD,
            "the new region does not open; a person looks, reports still count"),
    ROUTED(StateName.ROUTED, Side.FORWARD, "routers know the new owner, holds are released"),
    ROLLING_BACK(
            StateName.ROLLING_BACK,
            Side.BACK,
            "every CLOSE(e) is awaited, then granted at e+2 to the old region, which opens"),
    ROLLING_BACK_STUCK(
            StateName.NEEDS_OPERATOR, Side.BACK, "the old region does not answer; a person looks, reports still count"),
    EXPIRING(
            StateName.EXPIRING,
            Side.WITHDRAWN,
            "a failover: the lost region's leases are renewed no more; when they are over, what it owns is withdrawn at e+1"),
    GATHERING(
            StateName.GATHERING,
            Side.WITHDRAWN,
            "every survivor stops at what it has of the lost region, raises its fence and answers how far it came"),
    GATHERING_STUCK(
            StateName.NEEDS_OPERATOR,
            Side.WITHDRAWN,
            "no answer to build on, or more would be lost than may be; a person looks, reports still count"),
    ALIGNING(
            StateName.ALIGNING,
            Side.WITHDRAWN,
            "the cut is the furthest answer; the new owner fetches what it lacks up to it"),
    DONE(StateName.DONE, Side.END, "certificate"),
    ROLLED_BACK(StateName.ROLLED_BACK, Side.END, "this wave is where it was; earlier waves stay moved, certified"),
    SUPERSEDED(
            StateName.SUPERSEDED,
            Side.END,
            "a region was lost: this wave's shards are a failover's now; earlier waves stay moved, certified");

    /** What has become of the wave's ownership: within a wave nothing goes from FORWARD or from BACK to another side, but to the end. */
    public enum Side {
        /** Epochs are unchanged: letting the requests go is all there is to undo. */
        FREE,
        /** Owned by nobody; both ways are open. */
        WITHDRAWN,
        /** Past the point of no return. */
        FORWARD,
        /** Going back; it cannot go forward any more. */
        BACK,
        END
    }

    private final StateName shownAs;
    private final Side side;
    private final String does;

    Place(StateName shownAs, Side side, String does) {
        this.shownAs = shownAs;
        this.side = side;
        this.does = does;
    }

    public StateName shownAs() {
        return shownAs;
    }

    public Side side() {
        return side;
    }

    public String does() {
        return does;
    }

    static Place of(SwitchState state) {
        return switch (state) {
            case SwitchState.Planned _ -> PLANNED;
            case SwitchState.Prepared _ -> PREPARED;
            case SwitchState.Holding _ -> HOLDING;
            case SwitchState.Fencing _ -> FENCING;
            case SwitchState.CatchingUp _ -> CATCHING_UP;
            case SwitchState.Activated _ -> ACTIVATED;
            case SwitchState.Routed _ -> ROUTED;
            case SwitchState.RollingBack _ -> ROLLING_BACK;
            case SwitchState.NeedsOperator stuck -> stuckIn(stuck);
            case SwitchState.Done _ -> DONE;
            case SwitchState.RolledBack _ -> ROLLED_BACK;
            case SwitchState.Expiring _ -> EXPIRING;
            case SwitchState.Gathering _ -> GATHERING;
            case SwitchState.Aligning _ -> ALIGNING;
            case SwitchState.Superseded _ -> SUPERSEDED;
        };
    }

    private static Place stuckIn(SwitchState.NeedsOperator stuck) {
        return switch (of(stuck.waiting())) {
            case ACTIVATED -> ACTIVATED_STUCK;
            case ROLLING_BACK -> ROLLING_BACK_STUCK;
            case GATHERING -> GATHERING_STUCK;
            case PLANNED,
                    PREPARED,
                    HOLDING,
                    FENCING,
                    CATCHING_UP,
                    ACTIVATED_STUCK,
                    ROUTED,
                    ROLLING_BACK_STUCK,
                    EXPIRING,
                    GATHERING_STUCK,
                    ALIGNING,
                    DONE,
                    ROLLED_BACK,
                    SUPERSEDED -> throw new IllegalStateException("nothing is stuck in " + stuck.waiting());
        };
    }
}
