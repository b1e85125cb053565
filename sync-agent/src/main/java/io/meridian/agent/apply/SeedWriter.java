package io.meridian.agent.apply;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.SeedRows;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.seeding.Taking;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.agent.store.LineageBoard;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * What a group's transaction writes of shards that are taken anew. At the first mark nothing of the shard stays here; from then on its rows here are some of
 * its owner's, each as the owner has it at that place of the stream: a change of a row that is not here yet changes nothing, since its image comes later. One
 * thing is not told later: a row that got its key when the telling had passed that key, with a value that the log does not hold. It is noted as missed,
 * until its image, or that it is gone, comes after all.
 */
final class SeedWriter {
    private static final Logger LOG = Logger.getLogger(SeedWriter.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Connection store;
    private final SeedingBoard board;
    private final HeadBoard heads;
    private final StoppedShards stopped;
    private final List<Topology.Table> tables;
    private final TableShapes shapes;
    private final EffectStatements statements;
    /** Of the running transaction: to be done once it is committed. Heads come before the board, which says by what they are judged. */
    private final List<Runnable> whenCommitted = new ArrayList<>();
    /** Shards of which it noted a missed row. */
    private final Set<ShardId> missedNow = new HashSet<>();
    /** Shards whose missed rows may be in by it. */
    private final Set<ShardId> foundNow = new HashSet<>();

    SeedWriter(
            Connection store,
            SeedingBoard board,
            HeadBoard heads,
            StoppedShards stopped,
            List<Topology.Table> tables,
            TableShapes shapes,
            EffectStatements statements) {
        this.store = store;
        this.board = board;
        this.heads = heads;
        this.stopped = stopped;
        this.tables = tables.stream().filter(Topology.Table::sharded).toList();
        this.shapes = shapes;
        this.statements = statements;
    }

    /** In order. @param changes of shards of which not all rows are here yet */
    void rows(List<RowChange> changes) throws SQLException {
        for (RowChange change : changes) {
            List<String> key = shapes.of(change.relation()).key();
            if (change instanceof RowChange.Insert insert && insert.row().contains(Value.UNCHANGED)) {
                missed(change, key(change.relation(), key, insert.row()));
                continue;
            }
            for (List<RowEffect> batch : ChangeFold.oneByOne(List.of(change), _ -> key)) {
                for (RowEffect effect : batch) {
                    if (!statements.runIfThere(effect) && effect instanceof RowEffect.Rekey rekey) {
                        missed(change, key(change.relation(), key, rekey.row()));
                    }
                }
            }
            settled(List.of(change));
        }
    }

    /** All of these hold all their values, and took effect. */
    void settled(List<RowChange> changes) throws SQLException {
        Map<ShardId, Map<String, List<String>>> keys = new HashMap<>();
        for (RowChange change : changes) {
            if (!mayBeMissed(change.shard())) {
                continue;
            }
            List<String> columns = shapes.of(change.relation()).key();
            List<String> ofTable = keys.computeIfAbsent(change.shard(), _ -> new HashMap<>())
                    .computeIfAbsent(change.relation().qualifiedName(), _ -> new ArrayList<>());
            switch (change) {
                case RowChange.Insert insert -> ofTable.add(key(change.relation(), columns, insert.row()));
                case RowChange.Delete delete -> ofTable.add(key(change.relation(), columns, delete.oldKey()));
                case RowChange.Update update -> {
                    if (!update.row().contains(Value.UNCHANGED)) {
                        ofTable.add(key(change.relation(), columns, update.row()));
                    }
                    update.oldKey()
                            .map(old -> key(change.relation(), columns, old))
                            .filter(old -> !old.equals(key(change.relation(), columns, update.row())))
                            .ifPresent(ofTable::add);
                }
            }
        }
        for (var ofShard : keys.entrySet()) {
            for (var ofTable : ofShard.getValue().entrySet()) {
                SeedRows.found(store, ofShard.getKey(), ofTable.getKey(), ofTable.getValue());
            }
            foundNow.add(ofShard.getKey());
        }
    }

    private boolean mayBeMissed(ShardId shard) {
        return missedNow.contains(shard)
                || board.taking(shard).filter(Taking::missing).isPresent();
    }

    private void missed(RowChange change, String key) throws SQLException {
        SeedRows.miss(store, change.shard(), change.relation().qualifiedName(), key);
        if (missedNow.add(change.shard())) {
            SeedRows.touch(store, change.shard()).ifPresent(taking -> put(change.shard(), taking));
        }
    }

    private static String key(Relation relation, List<String> columns, List<Value> row) {
        ObjectNode key = JSON.createObjectNode();
        for (String column : columns) {
            if (row.get(relation.indexOf(column)) instanceof Value.Text text) {
                key.put(column, text.text());
            }
        }
        return key.toString();
    }

    /** Behind the rows and heads of the record. */
    void write(SourceRecord record, Seeds seeds) throws SQLException {
        for (SeedMark mark : seeds.marks()) {
            switch (mark) {
                case SeedMark.Begin begin -> begin(record, begin);
                case SeedMark.Rows rows -> SeedRows.count(store, rows.of(), rows.rows());
                case SeedMark.End end -> end(end);
            }
        }
        for (Seeds.Failed failed : seeds.failed()) {
            move(failed.shard(), failed.id(), failed.attempt(), Taking.Phase.FAILED, failed.reason());
        }
    }

    /** Last of the transaction: shards of which nothing is missed any more. */
    void finish() throws SQLException {
        for (ShardId shard : foundNow) {
            var taking =
                    SeedRows.taking(store, shard).filter(one -> one.phase() == Taking.Phase.TOLD && !one.missing());
            if (taking.isPresent()) {
                done(shard, taking.get().id(), taking.get().attempt());
            }
        }
        foundNow.clear();
    }

    private void begin(SourceRecord record, SeedMark.Begin begin) throws SQLException {
        ShardId shard = begin.shard();
        Epoch epoch = record.epochs().get(shard);
        if (epoch == null) {
            throw new IllegalStateException(
                    "the record at " + record.position() + " does not tell the epoch of " + shard);
        }
        var head = new ShardHead.At(
                epoch,
                record.source(),
                new Position(record.position().incarnation(), record.position().lsn(), 0),
                false);
        if (!move(shard, begin.of().id(), begin.of().attempt(), Taking.Phase.RECEIVING, "")) {
            return; // It is asked for no more, or for another attempt.
        }
        for (Topology.Table table : tables) {
            remove(table, shard);
        }
        try (PreparedStatement delete = store.prepareStatement("delete from meridian.stopped where shard = ?")) {
            delete.setInt(1, shard.number());
            delete.executeUpdate(); // Of a group that was planned before it was to be taken anew.
        }
        List<Ownership.Grant> lineage = begin.lineage();
        LineageBoard.write(store, lineage);
        HeadRows.replace(store, shard, head);
        whenCommitted.addFirst(() -> {
            stopped.forget(shard);
            heads.lineages().learn(lineage);
            heads.replace(shard, head);
        });
    }

    private void remove(Topology.Table table, ShardId shard) throws SQLException {
        try (PreparedStatement delete = store.prepareStatement("delete from " + quoted(table.schema()) + "."
                + quoted(table.name()) + " t where meridian.shard_of(t." + quoted(table.shardingColumn())
                + "::text) = ?")) {
            delete.setInt(1, shard.number());
            delete.executeUpdate();
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void end(SeedMark.End end) throws SQLException {
        SeedMark.Attempt of = end.of();
        long came = SeedRows.count(store, of, 0).orElse(end.rows());
        if (came != end.rows()) {
            move(
                    end.shard(),
                    of.id(),
                    of.attempt(),
                    Taking.Phase.FAILED,
                    "of " + end.rows() + " rows that were told " + came + " came");
        } else if (SeedRows.taking(store, end.shard()).filter(Taking::missing).isPresent()) {
            move(end.shard(), of.id(), of.attempt(), Taking.Phase.TOLD, "");
        } else {
            done(end.shard(), of.id(), of.attempt());
        }
    }

    private void done(ShardId shard, String id, int attempt) throws SQLException {
        if (move(shard, id, attempt, Taking.Phase.DONE, "")) {
            HeadRows.heal(store, shard);
            whenCommitted.addFirst(() -> {
                stopped.forget(shard);
                heads.heal(shard);
            });
        }
    }

    private boolean move(ShardId shard, String id, int attempt, Taking.Phase to, String problem) throws SQLException {
        var moved = SeedRows.move(store, shard, id, attempt, to, problem);
        moved.ifPresent(taking -> {
            put(shard, taking);
            whenCommitted.add(() -> tell(shard, taking, problem));
        });
        return moved.isPresent();
    }

    private void put(ShardId shard, Taking taking) {
        whenCommitted.add(() -> board.put(shard, taking));
    }

    private static void tell(ShardId shard, Taking taking, String problem) {
        if (taking.phase() == Taking.Phase.FAILED) {
            LOG.warnf(
                    "shard is not taken anew yet shard=%s from=%s seeding=%s attempt=%d problem=%s",
                    shard, taking.owner(), taking.id(), taking.attempt(), problem);
        } else {
            LOG.infof(
                    "shard is taken anew shard=%s from=%s seeding=%s attempt=%d phase=%s",
                    shard, taking.owner(), taking.id(), taking.attempt(), taking.phase());
        }
    }

    /** Before anything else is planned. */
    void committed() {
        whenCommitted.forEach(Runnable::run);
        clear();
    }

    void rolledBack() {
        clear();
    }

    private void clear() {
        whenCommitted.clear();
        missedNow.clear();
        foundNow.clear();
    }
}
