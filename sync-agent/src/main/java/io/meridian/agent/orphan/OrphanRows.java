package io.meridian.agent.orphan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * {@code meridian.orphan}. All methods work in the caller's transaction, and each may come again, and in any order: of an orphan, what is told of it and what was
 * decided of it, none waits for another.
 */
public final class OrphanRows {
    private static final String NAMED =
            "unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[]) g (source, incarnation, position, part, shard, index)";
    private static final String IS_NAMED =
            "(o.source, o.incarnation, o.position, o.part, o.shard, o.index) = (g.source, g.incarnation, g.position, g.part, g.shard, g.index)";

    private OrphanRows() {}

    /** @param toldByOthers they came as entries of another region's stream, so nobody must be told any more */
    public static void store(Connection store, Collection<Orphan> orphans, boolean toldByOthers) throws SQLException {
        if (orphans.isEmpty()) {
            return;
        }
        Map<Origin, Orphan> each = new LinkedHashMap<>();
        orphans.forEach(orphan -> each.put(orphan.origin(), orphan));
        var keys = new RowKeys(store);
        var texts = new ArrayList<String[]>();
        for (Orphan orphan : each.values()) {
            ObjectNode content = ChangeText.node(orphan.change());
            texts.add(new String[] {
                orphan.change().relation().qualifiedName(),
                keys.of(orphan.change()).getFirst(),
                content.toString(),
                orphan.partitions().stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"))
            });
        }
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.orphan as o (source, incarnation, position, part, shard, index,
                    epoch, relation, key, content, partitions, committed_at, told)
                select source, incarnation, position, part, shard, index,
                    epoch, relation, key, content, partitions::int[], 'epoch'::timestamptz + micros * interval '1 microsecond', ?
                from unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::jsonb[], ?::json[], ?::text[])
                    g (source, incarnation, position, part, shard, index, epoch, micros, relation, key, content, partitions)
                on conflict (source, incarnation, position, part, shard, index) do update
                set told = o.told or excluded.told, epoch = coalesce(o.epoch, excluded.epoch), relation = coalesce(o.relation, excluded.relation),
                    key = coalesce(o.key, excluded.key), content = coalesce(o.content, excluded.content),
                    partitions = coalesce(o.partitions, excluded.partitions), committed_at = coalesce(o.committed_at, excluded.committed_at)
                where o.content is null or (excluded.told and not o.told)
                """)) {
            insert.setBoolean(1, toldByOthers);
            named(insert, 2, each.keySet());
            List<Orphan> all = List.copyOf(each.values());
            insert.setArray(
                    8,
                    array(
                            store,
                            "int8",
                            all.stream().map(orphan -> orphan.epoch().number()).toArray()));
            insert.setArray(
                    9,
                    array(store, "int8", all.stream().map(Orphan::commitMicros).toArray()));
            for (int column = 0; column < 4; column++) {
                int place = column;
                insert.setArray(
                        10 + column,
                        array(
                                store,
                                "text",
                                texts.stream().map(text -> text[place]).toArray()));
            }
            insert.executeUpdate();
        }
        whereDecidedAndKnown(store, each.keySet());
    }

    /**
     * What owners decided. Of two decisions the one of the later epoch stands.
     *
     * @param epochs of the records that the decisions came in, by shard
     */
    public static void decided(Connection store, Collection<Decision> decisions, Map<ShardId, Epoch> epochs)
            throws SQLException {
        if (decisions.isEmpty()) {
            return;
        }
        Map<Origin, Decision> each = new LinkedHashMap<>();
        decisions.forEach(decision -> each.put(decision.cause(), decision));
        List<Decision> all = List.copyOf(each.values());
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.orphan as o (source, incarnation, position, part, shard, index,
                    decided_epoch, decision, reason, ours, decided_at, told)
                select source, incarnation, position, part, shard, index,
                    epoch, decision, reason, nullif(ours, '')::json, clock_timestamp(), true
                from unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::text[], ?::text[], ?::text[])
                    g (source, incarnation, position, part, shard, index, epoch, decision, reason, ours)
                on conflict (source, incarnation, position, part, shard, index) do update
                set decision = excluded.decision, decided_epoch = excluded.decided_epoch, reason = excluded.reason,
                    ours = excluded.ours, decided_at = excluded.decided_at, told = true
                where o.decided_epoch is null or o.decided_epoch <= excluded.decided_epoch
                """)) {
            named(insert, 1, each.keySet());
            insert.setArray(
                    7,
                    array(
                            store,
                            "int8",
                            all.stream()
                                    .map(decision -> epochOf(decision, epochs).number())
                                    .toArray()));
            insert.setArray(
                    8,
                    array(
                            store,
                            "text",
                            all.stream()
                                    .map(decision -> decision.verdict().name())
                                    .toArray()));
            insert.setArray(
                    9, array(store, "text", all.stream().map(Decision::reason).toArray()));
            insert.setArray(
                    10, array(store, "text", all.stream().map(Decision::ours).toArray()));
            insert.executeUpdate();
        }
        whereDecidedAndKnown(store, each.keySet());
    }

    private static Epoch epochOf(Decision decision, Map<ShardId, Epoch> epochs) {
        Epoch epoch = epochs.get(decision.shard());
        if (epoch == null) {
            throw new IllegalStateException("the epoch of a decision of shard " + decision.shard() + " is not told");
        }
        return epoch;
    }

    /**
     * Decisions that fell out of the lineage: their causes are open again. One that was decided anew in another epoch stays decided.
     *
     * @param causes with the epoch of the decision that counts no more
     */
    public static void reopen(Connection store, Map<Origin, Epoch> causes) throws SQLException {
        if (causes.isEmpty()) {
            return;
        }
        String withEpoch = NAMED.replace("?::int[])", "?::int[], ?::bigint[])").replace("index)", "index, epoch)");
        String where = " from " + withEpoch + " where " + IS_NAMED + " and o.decided_epoch = g.epoch";
        Object[] epochs = causes.values().stream().map(Epoch::number).toArray();
        try (PreparedStatement conflicts = store.prepareStatement(
                        "delete from meridian.conflict c using meridian.orphan o, " + withEpoch + " where " + IS_NAMED
                                + " and o.decided_epoch = g.epoch and c.origin = " + origin("o"));
                PreparedStatement unknown = store.prepareStatement("delete from meridian.orphan o using " + withEpoch
                        + " where " + IS_NAMED + " and o.decided_epoch = g.epoch and o.content is null");
                PreparedStatement open = store.prepareStatement(
                        "update meridian.orphan o set decision = null, decided_epoch = null, reason = null, ours = null, decided_at = null"
                                + where)) {
            for (PreparedStatement statement : List.of(conflicts, unknown, open)) {
                named(statement, 1, causes.keySet());
                statement.setArray(7, array(store, "int8", epochs));
                statement.executeUpdate();
            }
        }
    }

    /** What a new lineage contains is no orphan: open ones up to a base of its chain vanish. */
    public static void dropInLineage(Connection store, ShardId shard, Base.At base) throws SQLException {
        try (PreparedStatement delete = store.prepareStatement("""
                delete from meridian.orphan
                where shard = ? and source = ? and incarnation = ? and epoch = ? and position <= ?::pg_lsn and decision is null
                """)) {
            delete.setInt(1, shard.number());
            delete.setString(2, base.region().name());
            delete.setString(3, base.position().incarnation());
            delete.setLong(4, base.epoch().number());
            delete.setString(5, base.position().lsnText());
            delete.executeUpdate();
        }
    }

    /** One that turned out to be history. */
    static void drop(Connection store, Origin origin) throws SQLException {
        try (PreparedStatement delete = store.prepareStatement(
                "delete from meridian.orphan o using " + NAMED + " where " + IS_NAMED + " and o.decision is null")) {
            named(delete, 1, List.of(origin));
            delete.executeUpdate();
        }
    }

    /** How many wait for a decision, from whichever source. */
    public static long openOf(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement query =
                store.prepareStatement("select count(*) from meridian.orphan where shard = ? and decision is null")) {
            query.setInt(1, shard.number());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void whereDecidedAndKnown(Connection store, Collection<Origin> origins) throws SQLException {
        conflicts(store, origins);
        if (RevisionRows.kept(store)) {
            RevisionRows.conflicts(store, origins);
        }
        touched(store, origins);
    }

    /**
     * A row that has what an orphan wrote is as old as that: one of an older epoch that comes later, from a region that was lost before, meets something newer
     * there.
     */
    private static void touched(Connection store, Collection<Origin> origins) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.touched as t (shard, relation, key, epoch, at)
                select o.shard, o.relation, k.key, max(o.epoch), max(o.committed_at)
                from meridian.orphan o join\s""" + NAMED + " on " + IS_NAMED + """
                 join meridian.unclean u on u.shard = o.shard
                cross join lateral (values (o.key), (case when o.content -> 'old' is not null then
                    (select jsonb_object_agg(name, o.content -> 'old' ->> name) from jsonb_object_keys(o.key) name) end)) k (key)
                where o.decision in ('SALVAGED', 'MERGED') and o.content is not null and k.key is not null
                group by o.shard, o.relation, k.key
                on conflict (shard, relation, key) do update set epoch = excluded.epoch, at = excluded.at where t.epoch < excluded.epoch
                """)) {
            named(insert, 1, origins);
            insert.executeUpdate();
        }
    }

    /** For people: a row for each decided orphan whose content is known. */
    private static void conflicts(Connection store, Collection<Origin> origins) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement(
                """
                insert into meridian.conflict as c (relation, key, shard, source, decision, ours, theirs, origin, reason)
                select o.relation, o.key, o.shard, o.source, o.decision, coalesce(o.ours::jsonb, 'null'),
                    coalesce(o.content -> 'row', o.content -> 'old')::jsonb,\s""" + origin("o") + ", o.reason from meridian.orphan o join " + NAMED + " on " + IS_NAMED + """
                 where o.decision is not null and o.content is not null
                on conflict (origin) do update
                set decision = excluded.decision, ours = excluded.ours, reason = excluded.reason, at = excluded.at
                """)) {
            named(insert, 1, origins);
            insert.executeUpdate();
        }
    }

    /** What {@code meridian.conflict} calls it. */
    static String origin(String row) {
        return "concat_ws('/', r.source, r.incarnation, r.position, r.part, r.shard, r.index)".replace("r.", row + ".");
    }

    /** Six arrays from parameter {@code first} on. */
    static void named(PreparedStatement statement, int first, Collection<Origin> origins) throws SQLException {
        Connection store = statement.getConnection();
        int place = first;
        statement.setArray(
                place++,
                array(
                        store,
                        "text",
                        origins.stream().map(origin -> origin.source().name()).toArray()));
        statement.setArray(
                place++,
                array(
                        store,
                        "text",
                        origins.stream()
                                .map(origin -> origin.position().incarnation())
                                .toArray()));
        statement.setArray(
                place++,
                array(
                        store,
                        "text",
                        origins.stream()
                                .map(origin -> origin.position().lsnText())
                                .toArray()));
        statement.setArray(
                place++,
                array(
                        store,
                        "int4",
                        origins.stream().map(origin -> origin.position().part()).toArray()));
        statement.setArray(
                place++,
                array(
                        store,
                        "int4",
                        origins.stream().map(origin -> origin.shard().number()).toArray()));
        statement.setArray(
                place, array(store, "int4", origins.stream().map(Origin::index).toArray()));
    }

    private static Array array(Connection store, String type, @Nullable Object[] values) throws SQLException {
        return store.createArrayOf(type, values);
    }

    /** Columns {@code source} to {@code index}, the position as text. */
    static Origin origin(ResultSet row) throws SQLException {
        return new Origin(
                RegionId.of(row.getString("source")),
                new Position(
                        row.getString("incarnation"),
                        LogSequenceNumber.valueOf(row.getString("position")).asLong(),
                        row.getInt("part")),
                ShardId.of(row.getInt("shard")),
                row.getInt("index"));
    }

    /** Columns {@code source} to {@code partitions} and {@code committed_micros}, all known. */
    static Orphan orphan(ResultSet row) throws SQLException {
        Origin origin = origin(row);
        return new Orphan(
                origin,
                Epoch.of(row.getLong("epoch")),
                ChangeText.change(origin.shard(), ChangeText.parsed(row.getString("content"))),
                row.getLong("committed_micros"),
                Arrays.stream((Integer[]) row.getArray("partitions").getArray()).toList());
    }
}
