package io.meridian.agent.store;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * {@code meridian.lineage}: what each epoch that was opened or applied here builds on, also in memory. Grants never change, so it only grows. Whoever moves
 * a head into an epoch puts the epoch here before. Safe for any thread.
 */
public final class LineageBoard {
    private static final Lineage NOTHING = Lineage.ofKnown(List.of());

    private final Map<ShardId, Lineage> lineages = new ConcurrentHashMap<>();

    public Lineage of(ShardId shard) {
        return lineages.getOrDefault(shard, NOTHING);
    }

    /** In the transaction that moves the head, or opens the fence. */
    public static void write(Connection store, Collection<Ownership.Grant> grants) throws SQLException {
        if (grants.isEmpty()) {
            return;
        }
        List<Ownership.Grant> all = List.copyOf(grants);
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.lineage (shard, epoch, region, base_region, base_incarnation, base_epoch, base_position)
                select * from unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::pg_lsn[])
                on conflict do nothing
                """)) {
            insert.setArray(1, array(store, "int4", all, grant -> grant.shard().number()));
            insert.setArray(2, array(store, "int8", all, grant -> grant.epoch().number()));
            insert.setArray(3, array(store, "text", all, grant -> grant.owner().name()));
            insert.setArray(
                    4,
                    array(
                            store,
                            "text",
                            all,
                            grant -> at(grant, base -> base.region().name())));
            insert.setArray(
                    5,
                    array(
                            store,
                            "text",
                            all,
                            grant -> at(grant, base -> base.position().incarnation())));
            insert.setArray(
                    6,
                    array(
                            store,
                            "int8",
                            all,
                            grant -> at(grant, base -> base.epoch().number())));
            insert.setArray(
                    7,
                    array(
                            store,
                            "pg_lsn",
                            all,
                            grant -> at(grant, base -> base.position().lsnText())));
            insert.executeUpdate();
        }
    }

    private static @Nullable Object at(Ownership.Grant grant, Function<Base.At, Object> part) {
        return grant.base() instanceof Base.At base ? part.apply(base) : null;
    }

    private static Array array(
            Connection store, String type, List<Ownership.Grant> grants, Function<Ownership.Grant, @Nullable Object> of)
            throws SQLException {
        @Nullable Object[] values = new Object[grants.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = of.apply(grants.get(index));
        }
        return store.createArrayOf(type, values);
    }

    /** After that commit. */
    public void learn(Collection<Ownership.Grant> grants) {
        for (Ownership.Grant grant : grants) {
            lineages.merge(grant.shard(), Lineage.ofKnown(List.of(grant)), (known, _) -> known.learned(grant));
        }
    }

    /** What the store holds of one shard, as the running transaction sees it. */
    public static Lineage stored(Connection store, ShardId shard) throws SQLException {
        return Lineage.ofKnown(grants(store, shard));
    }

    /** Each epoch that the store knows of one shard, as the running transaction sees it. */
    public static List<Ownership.Grant> grants(Connection store, ShardId shard) throws SQLException {
        return load(store, " where shard = " + shard.number());
    }

    /** What the store holds. */
    static List<Ownership.Grant> load(Connection store) throws SQLException {
        return load(store, "");
    }

    private static List<Ownership.Grant> load(Connection store, String where) throws SQLException {
        List<Ownership.Grant> grants = new ArrayList<>();
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select shard, epoch, region, base_region, base_incarnation, base_epoch, base_position::text as base_position
                        from meridian.lineage""" + where)) {
            while (row.next()) {
                String base = row.getString("base_region");
                grants.add(new Ownership.Grant(
                        ShardId.of(row.getInt("shard")),
                        Epoch.of(row.getLong("epoch")),
                        RegionId.of(row.getString("region")),
                        base == null
                                ? new Base.None()
                                : new Base.At(
                                        RegionId.of(base),
                                        Epoch.of(row.getLong("base_epoch")),
                                        new Position(
                                                row.getString("base_incarnation"),
                                                LogSequenceNumber.valueOf(row.getString("base_position"))
                                                        .asLong(),
                                                0))));
            }
        }
        return grants;
    }
}
