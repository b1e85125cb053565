package io.meridian.simulation.engine;

import java.util.PriorityQueue;

/** True time, and what is to happen in it. What is due at the same moment happens in the order in which it was planned. */
public final class Scheduler {
    private record Event(long atMicros, long number, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) -> one.atMicros != other.atMicros
            ? Long.compare(one.atMicros, other.atMicros)
            : Long.compare(one.number, other.number));
    private final Chance chance;
    private long nowMicros;
    private long planned;
    private long happened;

    public Scheduler(long seed) {
        this.chance = new Chance(seed);
    }

    public long nowMicros() {
        return nowMicros;
    }

    public long happened() {
        return happened;
    }

    public Chance random() {
        return chance;
    }

    public long delay(long least, long most) {
        return chance.delay(least, most);
    }

    public boolean chance(double probability) {
        return chance.of(probability);
    }

    public void at(long atMicros, Runnable action) {
        events.add(new Event(Math.max(atMicros, nowMicros), planned++, action));
    }

    public void after(long micros, Runnable action) {
        at(nowMicros + micros, action);
    }

    /** Lets the next event happen. @return false: nothing is due up to {@code limitMicros} */
    public boolean step(long limitMicros) {
        Event next = events.peek();
        if (next == null || next.atMicros > limitMicros) {
            return false;
        }
        events.remove();
        nowMicros = next.atMicros;
        happened++;
        next.action.run();
        return true;
    }
}
