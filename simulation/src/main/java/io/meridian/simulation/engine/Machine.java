package io.meridian.simulation.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Something that runs: it has a clock of its own rate, it can crash (then what it had planned never happens) and pause (then it happens later, in
 * the same order, and nobody inside notices).
 */
public final class Machine {
    private final Scheduler scheduler;
    private final String name;
    private final double rate;
    private final long offsetMicros;
    private long life = 1;
    private boolean up = true;
    private long pausedUntilMicros;
    private final Deque<Runnable> missed = new ArrayDeque<>();

    /** @param rate of its clock, near 1 @param offsetMicros what its clock shows at true time 0 */
    public Machine(Scheduler scheduler, String name, double rate, long offsetMicros) {
        this.scheduler = scheduler;
        this.name = name;
        this.rate = rate;
        this.offsetMicros = offsetMicros;
    }

    public String name() {
        return name;
    }

    public boolean up() {
        return up;
    }

    /** Grows with each start. */
    public long life() {
        return life;
    }

    public boolean paused() {
        return scheduler.nowMicros() < pausedUntilMicros;
    }

    public long clockMicros() {
        return offsetMicros + (long) (scheduler.nowMicros() * rate);
    }

    public void crash() {
        up = false;
        life++;
        pausedUntilMicros = 0;
        missed.clear();
    }

    public void start() {
        up = true;
    }

    public void pause(long micros) {
        pausedUntilMicros = Math.max(pausedUntilMicros, scheduler.nowMicros() + micros);
        scheduler.at(pausedUntilMicros, this::catchUp);
    }

    /** What came during the pause, or two of them that overlap, in the order in which it came. */
    private void catchUp() {
        if (!paused() && !missed.isEmpty()) {
            missed.removeFirst().run();
            scheduler.at(scheduler.nowMicros(), this::catchUp);
        }
    }

    /** After {@code wait} by this machine's clock, unless it crashes before. */
    public void after(Duration wait, Runnable action) {
        afterMicros(wait.toNanos() / 1000, action);
    }

    public void afterMicros(long micros, Runnable action) {
        scheduler.after((long) (micros / rate), bound(action));
    }

    /** Again and again, as long as this life lasts. */
    public void every(Duration wait, Runnable action) {
        after(wait, () -> {
            action.run();
            every(wait, action);
        });
    }

    /** {@code action} as it happens in this life of the machine: never after a crash, and only after a pause. */
    public Runnable bound(Runnable action) {
        long bornIn = life;
        Runnable inThisLife = () -> {
            if (up && life == bornIn) {
                action.run();
            }
        };
        return () -> {
            if (paused() || !missed.isEmpty()) {
                missed.addLast(inThisLife);
            } else {
                inThisLife.run();
            }
        };
    }
}
