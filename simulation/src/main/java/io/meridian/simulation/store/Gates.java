package io.meridian.simulation.store;

import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.ShardId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The gates of a store, and the agent's short transactions under them ({@code FenceBatches}). A restart of the store ends all that hold one. */
public final class Gates {
    private final Machine store;
    private final Scheduler scheduler;
    private final Rules rules;
    private Map<ShardId, Gate> gates = new TreeMap<>();

    public Gates(Machine store, Scheduler scheduler, Rules rules) {
        this.store = store;
        this.scheduler = scheduler;
        this.rules = rules;
    }

    Gate of(ShardId shard) {
        return gates.computeIfAbsent(shard, _ -> new Gate());
    }

    /** All transactions end, nothing of them is kept; what was committed is. */
    public void restart() {
        store.crash();
        store.start();
        gates = new TreeMap<>();
    }

    /**
     * Takes those gates that are free, all at once, and commits {@code work} on them a moment later; if the session dies before, nothing was done.
     *
     * @return the busy ones
     */
    public List<ShardId> underFree(Machine session, Collection<ShardId> shards, Consumer<List<ShardId>> work) {
        List<ShardId> free = shards.stream().filter(this::closable).toList();
        if (!free.isEmpty()) {
            List<Runnable> releases = free.stream().map(this::take).toList();
            commit(session, () -> work.accept(free), () -> releases.forEach(Runnable::run));
        }
        return shards.stream().filter(shard -> !free.contains(shard)).toList();
    }

    /** Waits for one gate for at most {@code limitMicros} ({@code lock_timeout}). */
    public void waiting(Machine session, ShardId shard, long limitMicros, Consumer<List<ShardId>> work) {
        Gate gate = of(shard);
        boolean[] begun = new boolean[1];
        Runnable giveUp = gate.alone(() -> {
            begun[0] = true;
            commit(session, () -> work.accept(List.of(shard)), gate::released);
        });
        if (!begun[0]) {
            scheduler.after(limitMicros, giveUp);
        }
    }

    private boolean closable(ShardId shard) {
        return of(shard).free() || !rules.closerWaits();
    }

    private Runnable take(ShardId shard) {
        Gate gate = of(shard);
        if (!gate.free()) {
            return () -> {};
        }
        gate.alone(() -> {});
        return gate::released;
    }

    private void commit(Machine session, Runnable work, Runnable release) {
        long life = session.life();
        long storeLife = store.life();
        scheduler.after(scheduler.delay(800, 4_000), new Runnable() {
            @Override
            public void run() {
                if (store.life() != storeLife) {
                    return; // its gates are gone with it
                }
                if (session.paused() && session.life() == life) {
                    scheduler.after(5_000, this); // the gate is held meanwhile
                    return;
                }
                if (session.up() && session.life() == life) {
                    work.run();
                }
                release.run();
            }
        });
    }
}
