package io.meridian.simulation.engine;

import java.util.SplittableRandom;

/** Chance out of a seed. Parts that should not be disturbed by what others draw have one of their own. */
public final class Chance {
    private final SplittableRandom random;

    public Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Between {@code least} and {@code most}, both included; most often near {@code least}, as delays are. */
    public long delay(long least, long most) {
        double one = random.nextDouble();
        return least + (long) ((most - least + 1) * one * one * one);
    }

    public boolean of(double probability) {
        return random.nextDouble() < probability;
    }

    /** 0 to {@code bound} - 1. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public double fraction() {
        return random.nextDouble();
    }
}
