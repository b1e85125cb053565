package io.meridian.simulation.judge;

/** An invariant does not hold: the history ends here. */
public final class Violation extends RuntimeException {
    private final transient Invariant invariant;

    public Violation(Invariant invariant, String detail) {
        super(detail);
        this.invariant = invariant;
    }

    public Violation(Invariant invariant, RuntimeException cause) {
        super(cause.toString(), cause);
        this.invariant = invariant;
    }

    public Invariant invariant() {
        return invariant;
    }

    /** {@code detail} is made only when it is needed: most checks hold. */
    public static void unless(boolean holds, Invariant invariant, java.util.function.Supplier<String> detail) {
        if (!holds) {
            throw new Violation(invariant, detail.get());
        }
    }
}
