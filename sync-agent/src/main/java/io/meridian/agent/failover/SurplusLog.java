package io.meridian.agent.failover;

import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads once, for many shards of a partition, what they hold beyond their bases: from the own topic of changes or from the copy log of another region. */
final class SurplusLog {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Nearer than this, reading on costs less than asking. */
    private static final long NEAR = 500;

    private final Consumer<byte[], byte[]> log;
    private final TopicPartition place;
    private final RegionId region;

    SurplusLog(Consumer<byte[], byte[]> log, TopicPartition place, RegionId region) {
        this.log = log;
        this.place = place;
        this.region = region;
    }

    private record Wanted(SurplusOfShard shard, SurplusOfShard.Segment segment) {}

    /** @throws IllegalStateException the log does not hold all of it: nothing may be turned back that is not kept elsewhere */
    void read(Collection<SurplusOfShard> shards) {
        Set<Wanted> wanted = new HashSet<>();
        shards.forEach(shard -> shard.left(region).forEach(segment -> wanted.add(new Wanted(shard, segment))));
        if (wanted.isEmpty()) {
            return;
        }
        String incarnation = incarnation(wanted);
        log.assign(List.of(place));
        long begin = log.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
        long end = log.endOffsets(List.of(place)).getOrDefault(place, 0L);
        Optional<Position> low = lowest(wanted);
        log.seek(place, low.map(position -> lastUpTo(position, begin, end)).orElse(begin));
        follow(wanted, incarnation, end);
    }

    private static String incarnation(Set<Wanted> wanted) {
        Set<String> incarnations = new HashSet<>();
        wanted.forEach(one -> incarnations.add(one.segment().upTo().incarnation()));
        if (incarnations.size() != 1) {
            throw new IllegalStateException("surplus of several incarnations of one log: " + incarnations);
        }
        return incarnations.iterator().next();
    }

    /** Empty: from the beginning. */
    private static Optional<Position> lowest(Set<Wanted> wanted) {
        Position lowest = null;
        for (Wanted one : wanted) {
            if (one.segment().after().isEmpty()) {
                return Optional.empty();
            }
            Position after = one.segment().after().get();
            if (lowest == null || Long.compareUnsigned(after.lsn(), lowest.lsn()) < 0) {
                lowest = after;
            }
        }
        return Optional.ofNullable(lowest);
    }

    /**
     * An offset from which on all records behind {@code position} come. Resent records lie behind those that they repeat; from the last place where the log
     * passes the position, what follows is all there is, whichever of several such places is found.
     */
    private long lastUpTo(Position position, long begin, long end) {
        long low = begin;
        long high = end;
        while (high - low > NEAR) {
            long middle = low + (high - low) / 2;
            Optional<Position> there = positionAt(middle);
            boolean before = there.isPresent()
                    && (!there.get().incarnation().equals(position.incarnation())
                            || Long.compareUnsigned(there.get().lsn(), position.lsn()) <= 0);
            if (before) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Optional<Position> positionAt(long offset) {
        log.seek(place, offset);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : log.poll(POLL)) {
                return Optional.of(
                        RecordCodec.fromBytes(record.value(), place.partition()).position());
            }
        }
        return Optional.empty();
    }

    private void follow(Set<Wanted> wanted, String incarnation, long end) {
        Map<Wanted, Boolean> begun = new HashMap<>();
        Set<Wanted> left = new HashSet<>(wanted);
        Position last = null;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!left.isEmpty() && log.position(place) < end) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(place + " could not be read to its end");
            }
            for (ConsumerRecord<byte[], byte[]> copied : log.poll(POLL)) {
                deadline = System.nanoTime() + LIMIT.toNanos();
                SourceRecord record = RecordCodec.fromBytes(copied.value(), place.partition());
                if (!record.position().incarnation().equals(incarnation)) {
                    continue; // an older log's, which nothing here is wanted of
                }
                if (last != null
                        && (record.position().compareTo(last) <= 0
                                || !record.predecessor().equals(Optional.of(last)))) {
                    continue; // resent, or without its predecessor: that one comes again, too
                }
                for (Wanted one : List.copyOf(left)) {
                    if (last == null ? startsBefore(one, record) : begun.containsKey(one)) {
                        begun.put(one, true);
                    }
                    if (one.shard().begins(one.segment(), record)) {
                        begun.put(one, true);
                    }
                    if (begun.containsKey(one)) {
                        one.shard().take(one.segment(), record);
                        if (!one.shard().left(region).contains(one.segment())) {
                            left.remove(one);
                        }
                    }
                }
                last = record.position();
            }
        }
        if (!left.isEmpty()) {
            Wanted one = left.iterator().next();
            throw new IllegalStateException(place.topic() + " does not hold any more what this region has of shard "
                    + one.shard().shard + " in epoch " + one.segment().epoch() + " up to "
                    + one.segment().upTo() + " and must take back");
        }
    }

    /** The first record that was read leaves nothing out between the segment's lower end and itself. */
    private static boolean startsBefore(Wanted one, SourceRecord first) {
        return one.segment()
                .after()
                .filter(after -> Long.compareUnsigned(first.position().lsn(), after.lsn()) <= 0
                        || first.predecessor()
                                .filter(before -> before.incarnation().equals(after.incarnation())
                                        && Long.compareUnsigned(before.lsn(), after.lsn()) <= 0)
                                .isPresent())
                .isPresent();
    }
}
