package io.meridian.simulation.engine;

/** One direction of a stream: messages arrive in order, none twice, none missing in between; once one is lost, none arrives any more. */
public final class Pipe<P extends Comparable<P>> {
    private final Scheduler scheduler;
    private final Links<P> links;
    private final P from;
    private final P to;
    private long lastArrivalMicros;
    private boolean broken;

    public Pipe(Scheduler scheduler, Links<P> links, P from, P to) {
        this.scheduler = scheduler;
        this.links = links;
        this.from = from;
        this.to = to;
    }

    public boolean broken() {
        return broken;
    }

    public void close() {
        broken = true;
    }

    public void send(Runnable arrive) {
        if (broken) {
            return;
        }
        if (!links.up(from, to)) {
            broken = true;
            return;
        }
        lastArrivalMicros = Math.max(lastArrivalMicros + 1, scheduler.nowMicros() + links.delay(from, to));
        scheduler.at(lastArrivalMicros, () -> {
            if (!broken && links.up(from, to)) {
                arrive.run();
            } else {
                broken = true;
            }
        });
    }
}
