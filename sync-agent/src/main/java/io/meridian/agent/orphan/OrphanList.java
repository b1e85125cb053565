package io.meridian.agent.orphan;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** For people: the newest orphans, decided or not, at most {@link #MOST}. @param open of all, how many wait for a decision */
public record OrphanList(List<Shown> newest, long open) {
    static final int MOST = 100;
    /** Rows may be long, and the list travels once a second. */
    private static final int LONGEST = 2_000;

    private static final String NO_SUCH_TABLE = "42P01";

    public static final OrphanList NONE = new OrphanList(List.of(), 0);

    /**
     * @param position incarnation/lsn/part
     * @param key of the row, as JSON
     * @param content the row as the write left it, or what it deleted, as JSON; cut where it is long
     * @param decision empty: not decided; {@link Decided#ours} is what the owner had then, as {@code content}, empty: no row
     * @param revised the newest revision of it
     */
    public record Shown(
            RegionId source,
            String position,
            ShardId shard,
            int index,
            Epoch epoch,
            String table,
            String key,
            String operation,
            String content,
            Optional<Decided> decision,
            Optional<Revised> revised,
            long foundMicros,
            long committedMicros) {}

    public record Decided(String verdict, String reason, String ours) {}

    /** What a person made of the decision since. */
    public record Revised(String verdict, String by, String reason, long atMicros) {}

    private static Optional<Revised> revised(ResultSet row) throws SQLException {
        String verdict = row.getString("revised");
        return verdict.isEmpty()
                ? Optional.empty()
                : Optional.of(new Revised(
                        verdict,
                        row.getString("revised_by"),
                        row.getString("revised_reason"),
                        row.getLong("revised_micros")));
    }

    public static OrphanList read(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select o.source, concat_ws('/', o.incarnation, o.position, o.part) as position, o.shard, o.index, o.epoch, o.relation,
                            left(o.key::text, %1$d) as key, o.content ->> 'operation' as operation,
                            left(coalesce(o.content -> 'row', o.content -> 'old')::text, %1$d) as content,
                            coalesce(o.decision, '') as decision, coalesce(o.reason, '') as reason, coalesce(left(o.ours::text, %1$d), '') as ours,
                            (extract(epoch from o.found_at) * 1000000)::bigint as found, (extract(epoch from o.committed_at) * 1000000)::bigint as committed,
                            (select count(*) from meridian.orphan where decision is null) as open,
                            coalesce(r.verdict, '') as revised, r.revised_by, r.reason as revised_reason, (extract(epoch from r.revised_at) * 1000000)::bigint as revised_micros
                        from meridian.orphan o
                        left join lateral (%3$s) r on true where o.content is not null order by o.found_at desc, o.position desc, o.index desc limit %2$d
                        """.formatted(LONGEST, MOST, RevisionRows.newest(store)))) {
            List<Shown> newest = new ArrayList<>();
            long open = 0;
            while (row.next()) {
                open = row.getLong("open");
                String decision = row.getString("decision");
                newest.add(new Shown(
                        RegionId.of(row.getString("source")),
                        row.getString("position"),
                        ShardId.of(row.getInt("shard")),
                        row.getInt("index"),
                        Epoch.of(row.getLong("epoch")),
                        row.getString("relation"),
                        row.getString("key"),
                        row.getString("operation"),
                        row.getString("content"),
                        decision.isEmpty()
                                ? Optional.empty()
                                : Optional.of(new Decided(decision, row.getString("reason"), row.getString("ours"))),
                        revised(row),
                        row.getLong("found"),
                        row.getLong("committed")));
            }
            return new OrphanList(newest, open);
        } catch (SQLException e) {
            if (NO_SUCH_TABLE.equals(e.getSQLState())) {
                return NONE; // A store of an older release has none; all else about it must be told.
            }
            throw e;
        }
    }
}
