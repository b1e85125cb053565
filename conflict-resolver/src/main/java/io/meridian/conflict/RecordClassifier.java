package io.meridian.conflict;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Position;
import java.util.Optional;
import java.util.function.Supplier;

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
        return ofShard(head, entry, source, position, Optional::empty);
    }

    /**
     * As above, where regions may be lost: what is not in the lineage of the head's epoch is an orphan, and no fault.
     *
     * @param known asked only where the head alone does not tell; empty: whatever is not plain is outside the lineage
     */
    public static Verdict ofShard(
            ShardHead head,
            ShardEntry entry,
            RegionId source,
            Position position,
            Supplier<Optional<KnownLineage>> known) {
        return switch (head) {
            case ShardHead.Broken broken ->
                outside("entries behind epoch " + broken.last().epoch() + " at "
                        + broken.last().position()
                        + " were passed over while the shard was stopped: it must be seeded anew from its owner");
            case ShardHead.Whole whole -> ofWhole(whole, entry, source, position, known);
        };
    }

    private static Verdict ofWhole(
            ShardHead.Whole head,
            ShardEntry entry,
            RegionId source,
            Position position,
            Supplier<Optional<KnownLineage>> known) {
        return switch (entry) {
            case ShardEntry.RowChange row ->
                head instanceof ShardHead.At at && at.epoch().isAbove(row.epoch())
                        ? older(at, row.epoch(), position, known)
                        : write(head, row.epoch(), new ShardHead.At(row.epoch(), source, position, false));
            case ShardEntry.Close close ->
                close(head, close, new ShardHead.At(close.closes(), source, position, true), known);
            case ShardEntry.Open open ->
                open(head, open, new ShardHead.At(open.epoch(), source, position, false), known);
        };
    }

    /** Of an epoch that has ended: the lineage tells, never when this region heard of it. */
    private static Verdict older(
            ShardHead.At head, Epoch epoch, Position position, Supplier<Optional<KnownLineage>> known) {
        String begun = "epoch " + epoch + ", but epoch " + head.epoch() + " has begun";
        return known.get()
                .map(knowledge -> switch (knowledge.lineage().standing(epoch, firstPart(position), head.epoch())) {
                    case Lineage.Standing.History _ -> new Verdict.Duplicate();
                    case Lineage.Standing.Outside outside -> new Verdict.Orphan(outside.reason());
                    case Lineage.Standing.Unknown unknown ->
                        outside(begun + ", and what epoch " + unknown.missing() + " builds on is not known here");
                })
                .orElseGet(() -> outside(begun));
    }

    /** Heads and bases are about transactions as a whole. */
    private static Position firstPart(Position position) {
        return position.part() == 0 ? position : new Position(position.incarnation(), position.lsn(), 0);
    }

    private static Verdict close(
            ShardHead.Whole head, ShardEntry.Close close, ShardHead.At after, Supplier<Optional<KnownLineage>> known) {
        if (!close.fenceEpoch().isAbove(close.closes())) {
            return outside("a CLOSE of epoch " + close.closes() + " that raises the fence to " + close.fenceEpoch());
        }
        if (head instanceof ShardHead.At at && at.epoch().isAbove(close.closes())) {
            Verdict verdict = older(at, close.closes(), after.position(), known);
            return verdict instanceof Verdict.Orphan
                    ? new Verdict.Duplicate()
                    : verdict; // it holds nothing that could be missed
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

    private static Verdict open(
            ShardHead.Whole head, ShardEntry.Open open, ShardHead.At after, Supplier<Optional<KnownLineage>> known) {
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
                    case ShardHead.At at ->
                        known.get()
                                .map(knowledge -> openOn(at, base, after, knowledge))
                                .orElseGet(() -> openOn(at, base, after));
                };
        };
    }

    private static Verdict openOn(ShardHead.At head, Base.At base, ShardHead.At after) {
        if (base.epoch().isAbove(head.epoch())) {
            return new Verdict.AwaitsBase(base);
        }
        if (head.epoch().isAbove(base.epoch())) {
            return notOnItsChain(head, base, after);
        }
        if (!head.region().equals(base.region()) || !sameLog(head, base.position())) {
            return otherLog(head, base, after);
        }
        int headToBase = head.position().compareTo(base.position());
        if (head.closed() && headToBase == 0) {
            return new Verdict.History(after);
        }
        if (!head.closed() && headToBase <= 0) {
            return new Verdict.AwaitsBase(base);
        }
        return elsewhere(head, base, after);
    }

    /**
     * Where bases may be cuts: all that lies on the chain up to the base must be in, and nothing else. Of an epoch of this region's own what is in is known
     * with its CLOSE only.
     */
    private static Verdict openOn(ShardHead.At head, Base.At base, ShardHead.At after, KnownLineage known) {
        if (base.epoch().isAbove(head.epoch())) {
            return new Verdict.AwaitsBase(base);
        }
        boolean tailUnknown = head.region().equals(known.here()) && !head.closed() && !known.turned();
        if (head.epoch().isAbove(base.epoch())) {
            return switch (known.lineage().standing(base.epoch(), base.position(), head.epoch())) {
                case Lineage.Standing.History _ when tailUnknown -> new Verdict.AwaitsBase(base);
                case Lineage.Standing.History _ -> new Verdict.Surplus(head, base);
                case Lineage.Standing.Outside _, Lineage.Standing.Unknown _ -> notOnItsChain(head, base, after);
            };
        }
        if (!head.region().equals(base.region()) || !sameLog(head, base.position())) {
            return otherLog(head, base, after);
        }
        if (tailUnknown) {
            return new Verdict.AwaitsBase(base);
        }
        int headToBase = head.position().compareTo(base.position());
        if (headToBase == 0) {
            return new Verdict.History(after);
        }
        if (headToBase > 0) {
            return new Verdict.Surplus(head, base);
        }
        return head.closed() || known.turned() ? elsewhere(head, base, after) : new Verdict.AwaitsBase(base);
    }

    private static Verdict notOnItsChain(ShardHead.At head, Base.At base, ShardHead.At after) {
        return outside("OPEN of epoch " + after.epoch() + " builds on epoch " + base.epoch() + ", but epoch "
                + head.epoch() + " was applied, which is not on its chain of bases");
    }

    private static Verdict otherLog(ShardHead.At head, Base.At base, ShardHead.At after) {
        return outside("OPEN of epoch " + after.epoch() + " builds on " + base.region() + " " + base.position()
                + ", but epoch " + head.epoch() + " is " + head.region() + "'s at " + head.position());
    }

    private static Verdict elsewhere(ShardHead.At head, Base.At base, ShardHead.At after) {
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
