package io.meridian.agent.orders;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Carries out what is asked for, one after the other, on a thread of its own, and keeps what became of each for as long as it is asked for. An order that
 * could not be tried is tried again a second later. After a restart everything that is still asked for is done again, so doing twice must be as doing once.
 *
 * @param <O> an order, told from others by what is in it
 * @param <D> what became of one
 */
public final class Orders<O, D> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Orders.class);
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Carries out one order. */
    @FunctionalInterface
    public interface Carrying<O, D> {
        /** @throws Exception it could not be tried */
        D out(O order) throws Exception;
    }

    private final Supplier<List<O>> asked;
    private final Carrying<O, D> carrying;
    private final Runnable told;
    private final Map<O, D> done = new HashMap<>();
    private final Thread thread;
    private volatile boolean running = true;

    /** @param told called when there is something new in {@link #done} */
    public Orders(String name, Supplier<List<O>> asked, Carrying<O, D> carrying, Runnable told) {
        this.asked = asked;
        this.carrying = carrying;
        this.told = told;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What is asked for has changed. */
    public void changed() {
        LockSupport.unpark(thread);
    }

    /** Of what is still asked for. */
    public synchronized List<D> done() {
        return List.copyOf(done.values());
    }

    private synchronized Optional<O> next() {
        List<O> orders = asked.get();
        done.keySet().retainAll(new HashSet<>(orders));
        return orders.stream().filter(order -> !done.containsKey(order)).findFirst();
    }

    private void run() {
        while (running) {
            try {
                Optional<O> order = next();
                if (order.isEmpty()) {
                    LockSupport.parkNanos(IDLE.toNanos());
                    continue;
                }
                D outcome = carrying.out(order.get());
                LOG.infof("order carried out outcome=%s", outcome);
                synchronized (this) {
                    done.put(order.get(), outcome);
                }
                told.run();
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                LOG.warnf("order not carried out yet problem=%s", e.toString());
                LockSupport.parkNanos(IDLE.toNanos());
            }
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
