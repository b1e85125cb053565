package io.meridian.agent.stream;

import io.meridian.agent.transport.MeanRecord;
import io.meridian.topology.RegionId;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far this region's copy is behind a source.
 *
 * @param millis of the oldest partition; empty: not known, because no heartbeat came yet or it is from the future
 * @param recordsBehind known to exist and not applied
 * @param rowsBehind row changes in them, and {@code bytesBehind} their size before compression: both reckoned from what the records that came last
 *     are like; empty: none came yet
 * @param silentMillis since the source's Kafka answered last; empty: nobody here can tell
 * @param partitionMillis by partition, as {@code millis}: also the lag of every shard in it that is not stopped
 */
public record Lag(
        RegionId source,
        OptionalLong millis,
        long recordsBehind,
        OptionalLong rowsBehind,
        OptionalLong bytesBehind,
        OptionalLong silentMillis,
        List<OptionalLong> partitionMillis) {
    /** Clocks of two regions differ a little, and a heartbeat that seems to come from the future by less is one that has just come. */
    private static final long CLOCKS_APART_MILLIS = 1_000;

    static Lag of(
            RegionId source,
            List<OptionalLong> heartbeatMicros,
            long records,
            MeanRecord.Size mean,
            OptionalLong silentMillis,
            long nowMillis) {
        List<OptionalLong> partitions =
                heartbeatMicros.stream().map(beat -> age(beat, nowMillis)).toList();
        boolean known = partitions.stream().allMatch(OptionalLong::isPresent);
        return new Lag(
                source,
                known ? partitions.stream().mapToLong(OptionalLong::orElseThrow).max() : OptionalLong.empty(),
                records,
                reckoned(records, mean.rows(), mean.known()),
                reckoned(records, mean.bytes(), mean.known()),
                silentMillis,
                partitions);
    }

    /**
     * Up to a second when nothing is late. The source's clock is taken at its word unless it is ahead: then what it says is no lag at all, and 0 would
     * let a move begin on it.
     */
    private static OptionalLong age(OptionalLong heartbeatMicros, long nowMillis) {
        if (heartbeatMicros.isEmpty()) {
            return OptionalLong.empty();
        }
        long millis = nowMillis - heartbeatMicros.getAsLong() / 1_000;
        return millis < -CLOCKS_APART_MILLIS ? OptionalLong.empty() : OptionalLong.of(Math.max(0, millis));
    }

    private static OptionalLong reckoned(long records, double each, boolean known) {
        if (records == 0) {
            return OptionalLong.of(0);
        }
        return known ? OptionalLong.of(Math.round(records * each)) : OptionalLong.empty();
    }
}
