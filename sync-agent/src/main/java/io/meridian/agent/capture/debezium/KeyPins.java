package io.meridian.agent.capture.debezium;

import io.meridian.agent.capture.StreamStoppedException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Debezium does not pass on what the log says of a table's key: it asks the catalog, which may be ahead of the log. So the key is read here,
 * together with a proof that the log cannot hold another one, and without that proof the table's changes up to now are in doubt.
 *
 * <p>Two proofs. The row of {@code pg_index} is as old as the table's own first rows in the catalog: there never was another key. Or the
 * slot's {@code catalog_xmin} is above it: whoever made it had ended before the slot's position; and as changing a key locks the table
 * against writers, what was written under the key before had ended, too. Comparing transaction ids of writers instead would prove nothing:
 * a migration has its id long before its lock.
 */
final class KeyPins {
    private static final String QUERY = """
            select c.oid::bigint as oid, c.relreplident::text as identity, i.indexrelid::bigint || '.' || i.xmin::text as index,
                   array(select a.attname::text from pg_attribute a
                         where a.attrelid = c.oid and a.attnum = any (i.indkey) order by a.attnum) as columns,
                   pg_current_wal_insert_lsn()::text as now,
                   case when c.relreplident = 'd' and i.indexrelid is not null then i.xmin = made.xmin
                        when i.indexrelid is not null then i.xmin = made.xmin and c.xmin = made.xmin
                        else c.xmin = made.xmin end as never_another,
                   coalesce((select case when c.relreplident = 'd' and i.indexrelid is not null
                                         then age(i.xmin) > age(s.catalog_xmin)
                                         else age(coalesce(i.xmin, c.xmin)) > age(s.catalog_xmin) and age(c.xmin) > age(s.catalog_xmin) end
                             from pg_replication_slots s where s.slot_name = ?), false) as ended_before
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute made on made.attrelid = c.oid and made.attnum = -1
            left join pg_index i on i.indrelid = c.oid
                 and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end
            where n.nspname = ? and c.relname = ?
            """;

    private final Connection catalog;
    private final String slot;
    private final Map<String, PinnedKey> pins = new HashMap<>();

    private KeyPins(Connection catalog, String slot) {
        this.catalog = catalog;
        this.slot = slot;
    }

    /** Before the stream begins: from then on a change of a key is seen, because the log describes the table again. */
    static KeyPins of(Connection catalog, String slot, String publication) throws SQLException {
        var pins = new KeyPins(catalog, slot);
        try (PreparedStatement query = catalog.prepareStatement(
                "select schemaname, tablename from pg_publication_tables where pubname = ? order by 1, 2")) {
            query.setString(1, publication);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    pins.pin(row.getString(1), row.getString(2));
                }
            }
        }
        return pins;
    }

    /** The log describes the table (again): its key then. A key that is not the pinned one puts all that was written up to now in doubt. */
    PinnedKey pin(String schema, String table) throws SQLException {
        String name = schema + "." + table;
        Found found = read(schema, table)
                .orElseThrow(() -> new StreamStoppedException("table " + name
                        + " was dropped or renamed while its changes were still unread, and Debezium tells keys from the catalog: "
                        + cure()));
        PinnedKey known = pins.get(name);
        if (known != null && known.key().equals(found.key())) {
            return known;
        }
        var pin = new PinnedKey(found.key(), known == null && found.proven() ? 0 : found.now());
        pins.put(name, pin);
        return pin;
    }

    /** As pinned when the log described the table just before. @param oid of the table in the log */
    PinnedKey pinned(String schema, String table, long oid) {
        PinnedKey pin = pins.get(schema + "." + table);
        if (pin == null || pin.key().oid() != oid) {
            throw new StreamStoppedException("table " + schema + "." + table
                    + " was made anew while changes of its predecessor were still unread: " + cure());
        }
        return pin;
    }

    static String cure() {
        return "set meridian.capture.source=pgoutput, which reads keys from the log, until it has passed this; positions are the same,"
                + " so debezium may be chosen again then";
    }

    /** @param now the end of the log, read behind the key */
    private record Found(TableKey key, boolean proven, long now) {}

    private Optional<Found> read(String schema, String table) throws SQLException {
        try (PreparedStatement query = catalog.prepareStatement(QUERY)) {
            query.setString(1, slot);
            query.setString(2, schema);
            query.setString(3, table);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String index = row.getString("index");
                var key = new TableKey(
                        row.getLong("oid"),
                        row.getString("identity"),
                        texts(row.getArray("columns")),
                        index == null ? "" : index);
                return Optional.of(new Found(
                        key,
                        row.getBoolean("never_another") || row.getBoolean("ended_before"),
                        LogSequenceNumber.valueOf(row.getString("now")).asLong()));
            }
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) array.getArray()) {
            texts.add((String) text);
        }
        return List.copyOf(texts);
    }
}
