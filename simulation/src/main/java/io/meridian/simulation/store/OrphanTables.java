package io.meridian.simulation.store;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code meridian.orphan}, {@code meridian.unclean} and {@code meridian.touched}; each method is a part of its caller's transaction. */
public final class OrphanTables {
    private static final Comparator<Origin> BY_PLACE = Comparator.comparing(Origin::shard)
            .thenComparing(Origin::source)
            .thenComparing(origin -> origin.position().incarnation())
            .thenComparingLong(origin -> origin.position().lsn())
            .thenComparingInt(origin -> origin.position().part())
            .thenComparingInt(Origin::index);
    private static final Comparator<Orphan> AS_DECIDED = Comparator.comparing(Orphan::epoch)
            .thenComparingLong(orphan -> orphan.origin().position().lsn())
            .thenComparing(Orphan::origin, BY_PLACE);

    /** Content and decision come in any order. */
    private record Row(Optional<Orphan> content, boolean told, Optional<Decision> decision, Epoch decidedEpoch) {
        static final Row NONE = new Row(Optional.empty(), false, Optional.empty(), Epoch.NEVER);
    }

    private final SortedMap<Origin, Row> orphans = new TreeMap<>(BY_PLACE);
    private final SortedMap<ShardId, Epoch> unclean = new TreeMap<>();
    private final SortedMap<ShardId, SortedMap<Integer, Epoch>> touched = new TreeMap<>();

    // ---- OrphanRows

    void store(Collection<Orphan> found, boolean toldByOthers) {
        for (Orphan orphan : found) {
            Row row = orphans.getOrDefault(orphan.origin(), Row.NONE);
            orphans.put(
                    orphan.origin(),
                    new Row(Optional.of(orphan), row.told() || toldByOthers, row.decision(), row.decidedEpoch()));
            touchedBy(orphan.origin());
        }
    }

    void decided(Collection<Decision> decisions, Map<ShardId, Epoch> epochs) {
        for (Decision decision : decisions) {
            Epoch epoch = epochs.getOrDefault(decision.shard(), Epoch.NEVER);
            Row row = orphans.getOrDefault(decision.cause(), Row.NONE);
            if (!row.decidedEpoch().isAbove(epoch)) {
                orphans.put(decision.cause(), new Row(row.content(), true, Optional.of(decision), epoch));
                touchedBy(decision.cause());
            }
        }
    }

    void reopen(Map<Origin, Epoch> causes) {
        causes.forEach((cause, epoch) -> {
            Row row = orphans.get(cause);
            if (row != null && row.decidedEpoch().equals(epoch)) {
                if (row.content().isEmpty()) {
                    orphans.remove(cause);
                } else {
                    orphans.put(cause, new Row(row.content(), row.told(), Optional.empty(), Epoch.NEVER));
                }
            }
        });
    }

    void dropInLineage(ShardId shard, Base.At base) {
        orphans.entrySet()
                .removeIf(each -> each.getKey().shard().equals(shard)
                        && each.getValue().decision().isEmpty()
                        && each.getKey().source().equals(base.region())
                        && each.getKey()
                                .position()
                                .incarnation()
                                .equals(base.position().incarnation())
                        && each.getValue()
                                .content()
                                .filter(orphan -> orphan.epoch().equals(base.epoch()))
                                .isPresent()
                        && each.getKey().position().lsn() <= base.position().lsn());
    }

    void drop(Origin origin) {
        orphans.entrySet()
                .removeIf(each -> each.getKey().equals(origin)
                        && each.getValue().decision().isEmpty());
    }

    /** A row that has what an orphan wrote is as old as that. */
    private void touchedBy(Origin origin) {
        Row row = orphans.get(origin);
        if (row != null
                && unclean.containsKey(origin.shard())
                && row.content().isPresent()
                && row.decision()
                        .filter(decision -> decision.verdict() == Decision.Verdict.SALVAGED)
                        .isPresent()) {
            Orphan orphan = row.content().get();
            touch(origin.shard(), LogForm.row(orphan.change()), orphan.epoch());
        }
    }

    // ---- OpenOrphans

    /** In the order in which they are decided. */
    List<Orphan> open(ShardId shard) {
        return orphans.entrySet().stream()
                .filter(each -> each.getKey().shard().equals(shard)
                        && each.getValue().decision().isEmpty())
                .flatMap(each -> each.getValue().content().stream())
                .sorted(AS_DECIDED)
                .toList();
    }

    /** Shards with orphans that nobody decided. */
    public List<ShardId> undecided() {
        return orphans.entrySet().stream()
                .filter(each -> each.getValue().decision().isEmpty())
                .map(each -> each.getKey().shard())
                .distinct()
                .toList();
    }

    List<Orphan> untold() {
        return orphans.values().stream()
                .filter(row -> !row.told())
                .flatMap(row -> row.content().stream())
                .toList();
    }

    void told(Collection<Orphan> now) {
        now.forEach(orphan -> store(List.of(orphan), true));
    }

    /** What became of the writes that are orphans here. */
    public SortedMap<Long, Boolean> decidedById(ShardId shard) {
        var all = new TreeMap<Long, Boolean>();
        orphans.forEach((origin, row) -> {
            if (origin.shard().equals(shard)) {
                row.content()
                        .ifPresent(orphan -> all.put(
                                LogForm.id(orphan.change()), row.decision().isPresent()));
            }
        });
        return all;
    }

    List<Long> ids(ShardId shard) {
        return new ArrayList<>(decidedById(shard).keySet());
    }

    // ---- UncleanRows, TouchedRows

    boolean isUnclean(ShardId shard) {
        return unclean.containsKey(shard);
    }

    void mark(Map<ShardId, Epoch> epochs) {
        epochs.forEach(
                (shard, epoch) -> unclean.merge(shard, epoch, (known, next) -> next.isAbove(known) ? next : known));
    }

    /** {@code Settling.clean} and {@code UncleanRows.clear}. @param granted newest owned epoch that the view knows */
    void clear(Set<ShardId> stillUnclean, Map<ShardId, Epoch> granted) {
        granted.forEach((shard, epoch) -> {
            Epoch marked = unclean.get(shard);
            if (marked != null && !stillUnclean.contains(shard) && !marked.isAbove(epoch)) {
                unclean.remove(shard);
                touched.remove(shard);
            }
        });
    }

    /** What the fence's trigger, and {@code TouchedRows.note}, do for unclean shards. */
    void note(ShardId shard, int row, Epoch epoch) {
        if (unclean.containsKey(shard)) {
            touch(shard, row, epoch);
        }
    }

    private void touch(ShardId shard, int row, Epoch epoch) {
        touched.computeIfAbsent(shard, _ -> new TreeMap<>())
                .merge(row, epoch, (known, next) -> next.isAbove(known) ? next : known);
    }

    /** In which epoch the row was written last, as far as it was noted. */
    Optional<Epoch> touched(ShardId shard, int row) {
        SortedMap<Integer, Epoch> rows = touched.get(shard);
        return rows == null ? Optional.empty() : Optional.ofNullable(rows.get(row));
    }
}
