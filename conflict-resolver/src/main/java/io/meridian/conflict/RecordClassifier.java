package io.meridian.conflict;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;

/**
 * Is this record history, a duplicate, a gap, or outside the lineage? Two questions, asked in this order: of the record against the
 * stream ({@link #ofStream}), then of each entry against its shard ({@link #ofShard}).
 *
 * <p>The first makes effects happen once and in the source's order. The second makes all regions apply a shard's writes in one order,
 * (epoch, position), whoever owned it when: an epoch begins with OPEN, which waits until the epoch it builds on is in to the end, and
 * ends with CLOSE. It decides by epochs and positions alone, never by when this region heard of a close: that diverges for ever.
 *
 * @see "PROTOCOL 3 and 4, invariants 4 and 5"
 */
public final class RecordClassifier {
    private RecordClassifier() {}

    /**
     * @param applied how far the source's partition was applied here
     * @param record where the record stands
     * @param predecessor the record before it in the partition, as it says itself
     */
    public static StreamVerdict ofStream(StreamPosition applied, Position record, StreamPosition predecessor) {
        if (applied instanceof StreamPosition.At last) {
            if (!last.position().incarnation().equals(record.incarnation())) {
                return new StreamVerdict.ForeignIncarnation(last.position(), record);
            }
            if (record.compareTo(last.position()) <= 0) {
                return new StreamVerdict.Duplicate();
            }
        }
        return predecessor.equals(applied) ? new StreamVerdict.Next() : new StreamVerdict.Gap(applied, predecessor);
    }

    /**
     * @param head of the shard here, after all entries before this one; when a shard's last history is this region's own, its own marker
     * @param source region in whose stream the entry came
     * @param position of the entry's record
     */
    public static Verdict ofShard(ShardHead head, ShardEntry entry, RegionId source, Position position) {
        return switch (head) {
            case ShardHead.Broken broken ->
                outside("entries behind epoch " + broken.last().epoch() + " at "
                        + broken.last().position()
                        + " were passed over while the shard was stopped: it must be seeded anew from its owner");
            case ShardHead.Whole whole -> ofShard(whole, entry, source, position);
        };
    }

    private static Verdict ofShard(ShardHead.Whole head, ShardEntry entry, RegionId source, Position position) {
        return switch (entry) {
            case ShardEntry.RowChange row ->
                write(head, row.epoch(), new ShardHead.At(row.epoch(), source, position, false));
            case ShardEntry.Close close -> close(head, close, new ShardHead.At(close.closes(), source, position, true));
            case ShardEntry.Open open -> open(head, open, new ShardHead.At(open.epoch(), source, position, false));
        };
    }

    private static Verdict close(ShardHead.Whole head, ShardEntry.Close close, ShardHead.At after) {
        if (!close.fenceEpoch().isAbove(close.closes())) {
            return outside("a CLOSE of epoch " + close.closes() + " that raises the fence to " + close.fenceEpoch());
        }
        return head.equals(after) ? new Verdict.Duplicate() : write(head, close.closes(), after);
    }

    private static Verdict write(ShardHead.Whole head, Epoch epoch, ShardHead.At after) {
        return switch (head) {
            case ShardHead.None _ -> outside("epoch " + epoch + ", whose OPEN has not come");
            case ShardHead.At at
            when epoch.isAbove(at.epoch()) ->
                outside("epoch " + epoch + ", whose OPEN has not come; the head is in epoch " + at.epoch());
            case ShardHead.At at
            when at.epoch().isAbove(epoch) -> outside("epoch " + epoch + ", but epoch " + at.epoch() + " has begun");
            case ShardHead.At at
            when !at.region().equals(after.region()) ->
                outside("a second writer in epoch " + epoch + ": " + at.region() + " owns it");
            case ShardHead.At at
            when at.closed() -> outside("it lies behind the CLOSE of epoch " + epoch + " at " + at.position());
            case ShardHead.At at
            when !sameLog(at, after.position()) ->
                outside("epoch " + epoch + " at " + after.position() + " is not in the log of its head "
                        + at.position());
            case ShardHead.At at
            when after.position().compareTo(at.position()) < 0 ->
                outside("it lies before the head " + at.position() + " of its epoch " + epoch);
            case ShardHead.At _ -> new Verdict.History(after);
        };
    }

    private static Verdict open(ShardHead.Whole head, ShardEntry.Open open, ShardHead.At after) {
        if (head instanceof ShardHead.At at && !open.epoch().isAbove(at.epoch())) {
            return new Verdict.Duplicate();
        }
        return switch (open.base()) {
            case Base.None _ ->
                switch (head) {
                    case ShardHead.None _ -> new Verdict.History(after);
                    case ShardHead.At at ->
                        outside("OPEN of epoch " + open.epoch()
                                + " builds on nothing, but the shard has history up to epoch " + at.epoch());
                };
            case Base.At base
            when !open.epoch().isAbove(base.epoch()) ->
                outside("OPEN of epoch " + open.epoch() + " builds on epoch " + base.epoch());
            case Base.At base ->
                switch (head) {
                    case ShardHead.None _ -> new Verdict.AwaitsBase(base);
                    case ShardHead.At at -> openOn(at, base, after);
                };
        };
    }

    private static Verdict openOn(ShardHead.At head, Base.At base, ShardHead.At after) {
        if (base.epoch().isAbove(head.epoch())) {
            return new Verdict.AwaitsBase(base);
        }
        if (head.epoch().isAbove(base.epoch())) {
            return outside("OPEN of epoch " + after.epoch() + " builds on epoch " + base.epoch() + ", but epoch "
                    + head.epoch() + " was applied, which is not on its chain of bases");
        }
        if (!head.region().equals(base.region()) || !sameLog(head, base.position())) {
            return outside("OPEN of epoch " + after.epoch() + " builds on " + base.region() + " " + base.position()
                    + ", but epoch " + head.epoch() + " is " + head.region() + "'s at " + head.position());
        }
        int headToBase = head.position().compareTo(base.position());
        if (head.closed() && headToBase == 0) {
            return new Verdict.History(after);
        }
        if (!head.closed() && headToBase <= 0) {
            return new Verdict.AwaitsBase(base);
        }
        return outside("OPEN of epoch " + after.epoch() + " builds on " + base.position() + ", but epoch "
                + head.epoch() + (head.closed() ? " was closed at " : " has a record at ") + head.position());
    }

    private static boolean sameLog(ShardHead.At head, Position position) {
        return head.position().incarnation().equals(position.incarnation());
    }

    private static Verdict outside(String reason) {
        return new Verdict.OutsideLineage(reason);
    }
}
