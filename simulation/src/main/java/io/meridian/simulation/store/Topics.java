package io.meridian.simulation.store;

import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.record.SourceRecord;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One region's Kafka. What was sent arrives in order per partition, whether its sender lives or not; in times of trouble a send may fail while one
 * that was sent after it arrives.
 */
public final class Topics {
    /** A record in the copy log, with its offset at the peer. */
    public record Copied(SourceRecord record, int sourceOffset) {}

    private final Scheduler scheduler;
    private final List<List<SourceRecord>> changes = new ArrayList<>();
    private final SortedMap<RegionId, List<List<Copied>>> copies = new TreeMap<>();
    private final long[] lastArrivalMicros;
    private final List<Runnable> onChanges = new ArrayList<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    private long troubleUntilMicros;

    public Topics(Scheduler scheduler, int partitions) {
        this.scheduler = scheduler;
        this.lastArrivalMicros = new long[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            changes.add(new ArrayList<>());
        }
    }

    public void trouble(long micros) {
        troubleUntilMicros = scheduler.nowMicros() + micros;
    }

    private boolean fails() {
        return scheduler.nowMicros() < troubleUntilMicros && scheduler.chance(0.2);
    }

    public List<SourceRecord> changes(int partition) {
        return changes.get(partition);
    }

    public boolean empty() {
        return changes.stream().allMatch(List::isEmpty);
    }

    /** Told, by nobody in particular, whenever there are more changes. */
    public void onChanges(Runnable wake) {
        onChanges.add(wake);
    }

    /** @param answered whether it is in; only while the sender lives */
    public void send(Machine sender, SourceRecord record, Consumer<Boolean> answered) {
        boolean fails = fails();
        int partition = record.partition();
        lastArrivalMicros[partition] =
                Math.max(lastArrivalMicros[partition] + 1, scheduler.nowMicros() + scheduler.delay(500, 5_000));
        Runnable answer = sender.bound(() -> answered.accept(!fails));
        scheduler.at(lastArrivalMicros[partition], () -> {
            if (!fails) {
                changes.get(partition).add(record);
                onChanges.forEach(Runnable::run);
            }
            answer.run();
        });
    }

    public Optional<Checkpoint> checkpoint() {
        return checkpoint;
    }

    public void keep(Machine sender, Checkpoint next, Consumer<Boolean> answered) {
        boolean fails = fails();
        Runnable answer = sender.bound(() -> answered.accept(!fails));
        scheduler.after(scheduler.delay(500, 5_000), () -> {
            if (!fails) {
                checkpoint = Optional.of(next);
            }
            answer.run();
        });
    }

    public List<Copied> copy(RegionId source, int partition) {
        List<List<Copied>> copy = copies.computeIfAbsent(source, _ -> {
            var partitions = new ArrayList<List<Copied>>();
            changes.forEach(_ -> partitions.add(new ArrayList<>()));
            return partitions;
        });
        return copy.get(partition);
    }

    /** @return false: it failed, and those behind it may be in all the same */
    public boolean append(RegionId source, Copied copied) {
        if (fails()) {
            return false;
        }
        copy(source, copied.record().partition()).add(copied);
        return true;
    }
}
