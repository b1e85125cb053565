package io.meridian.agent.life;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/** {@code meridian.life}, and what the lives of a source have to do with in this store. */
final class LifeRows {
    private LifeRows() {}

    /** A store of an earlier release has no such table. */
    static boolean kept(Connection store) throws SQLException {
        return ask(store, "select to_regclass('meridian.life') is not null");
    }

    static Map<RegionId, Integer> load(Connection store) throws SQLException {
        Map<RegionId, Integer> lives = new HashMap<>();
        if (!kept(store)) {
            return lives;
        }
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("select region, life from meridian.life")) {
            while (row.next()) {
                lives.put(RegionId.of(row.getString("region")), row.getInt("life"));
            }
        }
        return lives;
    }

    /** Never goes back. */
    static void write(Connection store, RegionId region, int life) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                insert into meridian.life as known (region, life) values (?, ?)
                on conflict (region) do update set life = excluded.life where known.life < excluded.life
                """)) {
            statement.setString(1, region.name());
            statement.setInt(2, life);
            statement.executeUpdate();
        }
    }

    /** Nothing was ever captured, applied or decided here. */
    static boolean fresh(Connection store) throws SQLException {
        return ask(store, """
                select not exists (select from meridian.marker) and not exists (select from meridian.progress)
                   and not exists (select from meridian.head where epoch > 0) and not exists (select from meridian.parked)
                   and not exists (select from meridian.orphan) and not exists (select from meridian.fence where owned_epoch > 0)
                """);
    }

    /** What of the source's present log keeps this store at it; empty: nothing. An OPEN in another's log may wait for a base in it. */
    static Optional<String> waiting(Connection store, RegionId source) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select (select count(distinct shard) from meridian.parked where source = ? or waiting in ('BARRIER', 'FROZEN')) as parked,
                       (select count(*) from meridian.head where region = ? and epoch > 0 and not broken) as behind
                """)) {
            query.setString(1, source.name());
            query.setString(2, source.name());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getLong("parked") > 0) {
                    return Optional.of("records of " + row.getLong("parked") + " shards are parked");
                }
                return row.getLong("behind") > 0
                        ? Optional.of(row.getLong("behind") + " shards have not come to what their next owner wrote")
                        : Optional.empty();
            }
        }
    }

    /** How far each partition of the source was applied; a partition that is missing never was. */
    static Map<Integer, Position> progress(Connection store, RegionId source) throws SQLException {
        Map<Integer, Position> progress = new HashMap<>();
        try (PreparedStatement query = store.prepareStatement(
                "select partition, incarnation, lsn::text as lsn, part from meridian.progress where source = ?")) {
            query.setString(1, source.name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    progress.put(
                            row.getInt("partition"),
                            new Position(
                                    row.getString("incarnation"),
                                    LogSequenceNumber.valueOf(row.getString("lsn"))
                                            .asLong(),
                                    row.getInt("part")));
                }
            }
        }
        return progress;
    }

    /** The next life's log is applied from its beginning. */
    static void begin(Connection store, RegionId source, int life) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("delete from meridian.progress where source = ?")) {
            statement.setString(1, source.name());
            statement.executeUpdate();
        }
        write(store, source, life);
    }

    private static boolean ask(Connection store, String question) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
