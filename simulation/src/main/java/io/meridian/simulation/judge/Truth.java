package io.meridian.simulation.judge;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The committed writes of each shard, epoch by epoch, and what each epoch was built on. The chain of bases gives the one order that is history: what
 * each region's copy has to be a beginning of, at any moment, until it is turned to another branch. From that alone follow one writer, nothing lost,
 * exactly once and one order; what is in no chain has to be an orphan that is known and decided everywhere in the end.
 */
public final class Truth {
    private final SortedMap<ShardId, SortedMap<Epoch, Term>> lines = new TreeMap<>();
    private long lastId;

    /** One shard's time in one owned epoch. */
    private static final class Term {
        private final RegionId owner;
        /** All that it was built on. */
        private final List<Written> inherited;

        private final List<Written> writes = new ArrayList<>();
        private Optional<Base.At> closed = Optional.empty();
        private long lsn;

        Term(RegionId owner, List<Written> inherited, long lsn) {
            this.owner = owner;
            this.inherited = List.copyOf(inherited);
            this.lsn = lsn;
        }

        int size() {
            return inherited.size() + writes.size();
        }

        Written at(int index) {
            return index < inherited.size() ? inherited.get(index) : writes.get(index - inherited.size());
        }
    }

    /**
     * @param id the write's, or the decision's
     * @param row that has {@code value} then; -1: a decision that changes none
     * @param rank how old that value is: the epoch and place in which it was first written
     */
    public record Written(long id, Epoch epoch, RegionId region, long lsn, int row, long value, Rank rank) {
        public record Rank(Epoch epoch, long lsn) implements Comparable<Rank> {
            @Override
            public int compareTo(Rank other) {
                int byEpoch = epoch.compareTo(other.epoch);
                return byEpoch != 0 ? byEpoch : Long.compare(lsn, other.lsn);
            }
        }
    }

    private SortedMap<Epoch, Term> line(ShardId shard) {
        return lines.computeIfAbsent(shard, _ -> new TreeMap<>());
    }

    private Term term(ShardId shard, Epoch epoch, String what) {
        Term term = line(shard).get(epoch);
        if (term == null) {
            throw new Violation(
                    Invariant.ONE_WRITER,
                    what + " of shard " + shard + " in epoch " + epoch + ", which nobody has opened");
        }
        return term;
    }

    private Optional<Term> newest(ShardId shard) {
        return line(shard).isEmpty()
                ? Optional.empty()
                : Optional.of(line(shard).lastEntry().getValue());
    }

    /** Of the next write. */
    public long nextId() {
        return ++lastId;
    }

    /** How much history there is. */
    public int size(ShardId shard) {
        return newest(shard).map(Term::size).orElse(0);
    }

    /** How much there was when {@code epoch} was opened. */
    public int sizeAtOpening(ShardId shard, Epoch epoch) {
        Term term = line(shard).get(epoch);
        return term == null ? 0 : term.inherited.size();
    }

    /** The last CLOSE of the newest epoch. */
    public Optional<Base.At> closed(ShardId shard) {
        return newest(shard).flatMap(term -> term.closed);
    }

    public boolean begun(ShardId shard) {
        return !line(shard).isEmpty();
    }

    /** What each row has in the end of all history. */
    public SortedMap<Integer, Long> rows(ShardId shard) {
        var rows = new TreeMap<Integer, Long>();
        newest(shard).ifPresent(term -> {
            for (int index = 0; index < term.size(); index++) {
                Written written = term.at(index);
                if (written.row() >= 0) {
                    rows.put(written.row(), written.value());
                }
            }
        });
        return rows;
    }

    /** What was committed and lies on no chain from the newest epoch; decisions are no writes. */
    public SortedSet<Long> outside(ShardId shard) {
        var outside = new TreeSet<Long>();
        line(shard)
                .values()
                .forEach(term -> term.writes.stream()
                        .filter(written -> written.value() == written.id())
                        .forEach(written -> outside.add(written.id())));
        newest(shard).ifPresent(term -> {
            for (int index = 0; index < term.size(); index++) {
                outside.remove(term.at(index).id());
            }
        });
        return outside;
    }

    /** All up to {@code base}. */
    public List<Long> upTo(ShardId shard, Base base) {
        return inherited(shard, base).stream().map(Written::id).toList();
    }

    private List<Written> inherited(ShardId shard, Base base) {
        return switch (base) {
            case Base.None _ -> List.of();
            case Base.At at -> {
                Term term = term(shard, at.epoch(), "a base");
                var all = new ArrayList<Written>(term.inherited);
                term.writes.stream()
                        .filter(written -> written.lsn() <= at.position().lsn())
                        .forEach(all::add);
                yield all;
            }
        };
    }

    /**
     * @param copied how much of the shard the region's own copy holds before this write
     * @param late it escaped the limit of transactions, and may come when others own the shard
     */
    public void written(
            RegionId region, ShardId shard, Epoch epoch, long lsn, long id, int row, int copied, boolean late) {
        fits(region, shard, epoch, lsn, copied, late, "a write")
                .writes
                .add(new Written(id, epoch, region, lsn, row, id, new Written.Rank(epoch, lsn)));
    }

    /** By one transaction. @param decisions in their order; {@code row} -1: what was there stays */
    public void decided(RegionId region, ShardId shard, Epoch epoch, long lsn, int copied, List<Written> decisions) {
        Term term = fits(region, shard, epoch, lsn, copied, false, "decisions");
        for (Written decision : decisions) {
            for (int index = 0; decision.row() >= 0 && index < term.size(); index++) {
                Written there = term.at(index);
                Violation.unless(
                        there.row() != decision.row() || there.rank().compareTo(decision.rank()) < 0,
                        Invariant.NEWER_STAYS,
                        () -> region + " gives row " + decision.row() + " of shard " + shard + " the orphan "
                                + decision.value() + " of " + decision.rank() + ", where " + there + " is newer");
            }
            term.writes.add(decision);
        }
    }

    private Term fits(RegionId region, ShardId shard, Epoch epoch, long lsn, int copied, boolean late, String what) {
        Term term = follows(region, shard, epoch, lsn, what);
        Violation.unless(
                late || newest(shard).equals(Optional.of(term)),
                Invariant.ONE_WRITER,
                () -> region + " commits " + what + " of shard " + shard + " in epoch " + epoch + " when epoch "
                        + line(shard).lastKey() + " has begun");
        Violation.unless(
                copied == term.size(),
                Invariant.NOTHING_LOST,
                () -> region + " commits " + what + " of shard " + shard + " in epoch " + epoch + " with " + copied
                        + " of " + term.size() + " earlier writes");
        return term;
    }

    public void opened(RegionId region, ShardId shard, Epoch epoch, Base base, long lsn, List<Long> copied) {
        SortedMap<Epoch, Term> line = line(shard);
        Violation.unless(
                line.isEmpty() || epoch.isAbove(line.lastKey()),
                Invariant.EPOCHS_MONOTONE,
                () -> region + " opens shard " + shard + " at epoch " + epoch + " after epoch " + line.lastKey());
        List<Written> inherited = inherited(shard, base);
        same(region, shard, copied, inherited, "opens shard " + shard + " at epoch " + epoch);
        line.put(epoch, new Term(region, inherited, lsn));
    }

    private static void same(RegionId region, ShardId shard, List<Long> copied, List<Written> wanted, String doing) {
        Violation.unless(
                copied.equals(wanted.stream().map(Written::id).toList()),
                Invariant.NOTHING_LOST,
                () -> region + " " + doing + " with " + copied.size() + " writes, where its base has " + wanted.size()
                        + ": " + copied + " and " + wanted + " of shard " + shard);
    }

    public void closed(RegionId region, ShardId shard, Epoch epoch, Position position) {
        Term term = follows(region, shard, epoch, position.lsn(), "a CLOSE");
        term.closed = Optional.of(new Base.At(region, epoch, position));
    }

    private Term follows(RegionId region, ShardId shard, Epoch epoch, long lsn, String what) {
        Term term = term(shard, epoch, what);
        Violation.unless(
                term.owner.equals(region) && lsn > term.lsn && term.closed.isEmpty(),
                Invariant.ONE_WRITER,
                () -> region + " commits " + what + " of shard " + shard + " in epoch " + epoch + " of " + term.owner
                        + " at " + lsn + " behind " + term.lsn
                        + term.closed.map(close -> ", closed by " + close).orElse(""));
        term.lsn = lsn;
        return term;
    }

    /** @param copied how much of the shard the applying region holds before */
    public void applied(RegionId region, ShardId shard, Epoch epoch, long id, int copied) {
        Term term = term(shard, epoch, region + " applies a write");
        Violation.unless(
                copied < term.size() && term.at(copied).id() == id,
                Invariant.ONE_ORDER,
                () -> region + " applies write " + id + " of shard " + shard + " in epoch " + epoch + " as number "
                        + copied + ", where the owner has "
                        + (copied < term.size() ? term.at(copied).toString() : "nothing"));
    }

    /** An OPEN took effect in a copy. */
    public void entered(RegionId region, ShardId shard, Epoch epoch, List<Long> copied) {
        Term term = term(shard, epoch, region + " applies an OPEN");
        same(region, shard, copied, term.inherited, "enters epoch " + epoch + " of shard " + shard);
    }

    /**
     * A copy was turned back to {@code base}.
     *
     * @param copied what it holds behind that
     * @param takenBack what it held above
     * @param kept as orphans
     */
    public void turned(
            RegionId region,
            ShardId shard,
            Base.At base,
            List<Long> copied,
            List<Long> takenBack,
            Collection<Long> kept) {
        same(region, shard, copied, inherited(shard, base), "turns back to " + base);
        List<Long> lost = takenBack.stream()
                .filter(id -> isWrite(shard, id) && !kept.contains(id))
                .toList();
        Violation.unless(
                lost.isEmpty(),
                Invariant.ORPHANS_ARE_KEPT,
                () -> region + " takes back " + lost + " of shard " + shard + " and keeps none of it");
    }

    private boolean isWrite(ShardId shard, long id) {
        return line(shard).values().stream()
                .anyMatch(term -> term.writes.stream().anyMatch(one -> one.id() == id && one.value() == id));
    }
}
