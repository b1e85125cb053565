package io.meridian.simulation.judge;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The committed writes of each shard in the order in which they were made, whoever owned it: what each region's copy has to be a beginning of, at
 * any moment. From that alone follow one writer, nothing lost, exactly once and one order.
 */
public final class Truth {
    private final SortedMap<ShardId, Line> lines = new TreeMap<>();
    private long lastId;

    /** One shard's. */
    private static final class Line {
        private final List<Written> writes = new ArrayList<>();
        private Optional<Base.At> closed = Optional.empty();
        private Epoch epoch = Epoch.NEVER;
        private long lsn;
        private int openedAt;
    }

    public record Written(long id, Epoch epoch, RegionId region, long lsn) {}

    private Line line(ShardId shard) {
        return lines.computeIfAbsent(shard, _ -> new Line());
    }

    /** Of the next write. */
    public long nextId() {
        return ++lastId;
    }

    public int size(ShardId shard) {
        return line(shard).writes.size();
    }

    /** How much there was when the present epoch was opened. */
    public int sizeAtOpening(ShardId shard) {
        return line(shard).openedAt;
    }

    /** The last CLOSE, if nothing of the shard was committed since. */
    public Optional<Base.At> closed(ShardId shard) {
        return line(shard).closed;
    }

    public boolean begun(ShardId shard) {
        return !line(shard).epoch.equals(Epoch.NEVER);
    }

    /** @param copied how much of the shard the region's own copy holds before this write */
    public void written(RegionId region, ShardId shard, Epoch epoch, long lsn, long id, int copied) {
        Line line = line(shard);
        follows(line, region, shard, epoch, lsn, "a write");
        Violation.unless(
                copied == line.writes.size(),
                Invariant.NOTHING_LOST,
                () -> region + " writes shard " + shard + " in epoch " + epoch + " with " + copied + " of "
                        + line.writes.size() + " earlier writes");
        line.writes.add(new Written(id, epoch, region, lsn));
    }

    public void opened(RegionId region, ShardId shard, Epoch epoch, long lsn, int copied) {
        Line line = line(shard);
        Violation.unless(
                epoch.isAbove(line.epoch),
                Invariant.EPOCHS_MONOTONE,
                () -> region + " opens shard " + shard + " at epoch " + epoch + " after epoch " + line.epoch);
        Violation.unless(
                copied == line.writes.size(),
                Invariant.NOTHING_LOST,
                () -> region + " opens shard " + shard + " at epoch " + epoch + " with " + copied + " of "
                        + line.writes.size() + " earlier writes");
        line.epoch = epoch;
        line.lsn = lsn;
        line.openedAt = line.writes.size();
        line.closed = Optional.empty();
    }

    public void closed(RegionId region, ShardId shard, Epoch epoch, Position position) {
        Line line = line(shard);
        follows(line, region, shard, epoch, position.lsn(), "a CLOSE");
        line.closed = Optional.of(new Base.At(region, epoch, position));
    }

    private static void follows(Line line, RegionId region, ShardId shard, Epoch epoch, long lsn, String what) {
        Violation.unless(
                epoch.equals(line.epoch) && lsn > line.lsn && line.closed.isEmpty(),
                Invariant.ONE_WRITER,
                () -> region + " commits " + what + " of shard " + shard + " in epoch " + epoch + " at " + lsn
                        + " behind epoch " + line.epoch + " at " + line.lsn
                        + line.closed.map(close -> ", closed by " + close).orElse(""));
        line.lsn = lsn;
    }

    /** @param copied how much of the shard the applying region holds before */
    public void applied(RegionId region, ShardId shard, long id, int copied) {
        List<Written> writes = line(shard).writes;
        Violation.unless(
                copied < writes.size() && writes.get(copied).id() == id,
                Invariant.ONE_ORDER,
                () -> region + " applies write " + id + " of shard " + shard + " as number " + copied
                        + ", where the owner has "
                        + (copied < writes.size() ? writes.get(copied).toString() : "nothing"));
    }
}
