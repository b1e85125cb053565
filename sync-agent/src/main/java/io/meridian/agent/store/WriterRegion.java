package io.meridian.agent.store;

import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/** Tells a store with multi-writer tables which region its changes are of. Once: versions tell regions apart by it. */
public final class WriterRegion {
    private WriterRegion() {}

    /**
     * @param tables those that any region may write
     * @throws IllegalStateException the store has been another region's, or one of the tables does not keep its history: what is written to it would
     *     stay here unseen
     */
    public static void tell(StoreAccess access, RegionId region, Collection<Topology.Table> tables)
            throws SQLException {
        if (tables.isEmpty()) {
            return;
        }
        try (Connection store = access.open("writer-region")) {
            keptByTriggers(store, tables);
            tell(store, region);
        }
    }

    private static void tell(Connection store, RegionId region) throws SQLException {
        try (PreparedStatement update = store.prepareStatement(
                        "update meridian.writer set region = ? where id = 1 and region is null");
                PreparedStatement query = store.prepareStatement("select region from meridian.writer where id = 1")) {
            update.setString(1, region.name());
            update.executeUpdate();
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !region.name().equals(row.getString(1))) {
                    throw new IllegalStateException("this store's changes are versioned as another region's, not as "
                            + region + "'s: mend meridian.region, or the address of the store");
                }
            }
        }
    }

    /** A table that does not exist takes no writes. */
    private static void keptByTriggers(Connection store, Collection<Topology.Table> tables) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select string_agg(w.schema || '.' || w.name, ', ' order by w.schema, w.name)
                from unnest(?::text[], ?::text[]) w(schema, name)
                join pg_class c on c.oid = to_regclass(format('%I.%I', w.schema, w.name))
                where not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'zz_meridian_version'
                                  and t.tgenabled = 'O')""")) {
            query.setArray(
                    1,
                    store.createArrayOf(
                            "text", tables.stream().map(Topology.Table::schema).toArray()));
            query.setArray(
                    2,
                    store.createArrayOf(
                            "text", tables.stream().map(Topology.Table::name).toArray()));
            try (ResultSet row = query.executeQuery()) {
                String missing = row.next() ? row.getString(1) : null;
                if (missing != null) {
                    throw new IllegalStateException("tables that any region may write do not keep their history here: "
                            + missing + "; install again");
                }
            }
        }
    }
}
