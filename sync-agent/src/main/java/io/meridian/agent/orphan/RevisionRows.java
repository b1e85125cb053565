package io.meridian.agent.orphan;

import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Revision;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@code meridian.revision}: a set that only grows, so each may come again and in any order. In the caller's transaction. */
public final class RevisionRows {
    /** Of the orphan {@code o}: what holds of its present decision. One that was made before that decision was of another. */
    static final String NEWEST =
            "select r.* from meridian.revision r where (r.source, r.incarnation, r.position, r.part, r.shard, r.index)"
                    + " = (o.source, o.incarnation, o.position, o.part, o.shard, o.index) and r.epoch >= o.decided_epoch"
                    + " order by r.epoch desc, r.revised_at desc, r.order_id desc limit 1";

    private RevisionRows() {}

    public static void store(Connection store, Collection<Revision> revisions) throws SQLException {
        for (Revision revision : revisions) {
            if (insert(store, revision)) {
                conflict(store, revision);
            }
        }
    }

    private static boolean insert(Connection store, Revision revision) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.revision (source, incarnation, position, part, shard, index, epoch, order_id, verdict, revised_by, reason, ours, revised_at)
                select source, incarnation, position, part, shard, index, ?, ?, ?, ?, ?, nullif(?, '')::json, 'epoch'::timestamptz + ? * interval '1 microsecond'
                from unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[]) g (source, incarnation, position, part, shard, index)
                on conflict do nothing
                """)) {
            insert.setLong(1, revision.epoch().number());
            insert.setString(2, revision.order());
            insert.setString(3, revision.verdict().name());
            insert.setString(4, revision.by());
            insert.setString(5, revision.reason());
            insert.setString(6, revision.ours());
            insert.setLong(7, revision.atMicros());
            OrphanRows.named(insert, 8, List.of(revision.cause()));
            return insert.executeUpdate() > 0;
        }
    }

    /** For people: a row of its own, beside the decision's. */
    private static void conflict(Connection store, Revision revision) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.conflict (at, relation, key, shard, source, decision, ours, theirs, origin, reason)
                select r.revised_at, o.relation, o.key, o.shard, o.source, r.verdict, coalesce(r.ours::jsonb, 'null'),
                    coalesce(o.content -> 'row', o.content -> 'old')::jsonb, %s || '#' || r.order_id, 'revised by ' || r.revised_by || ': ' || r.reason
                from meridian.revision r
                join meridian.orphan o using (source, incarnation, position, part, shard, index)
                where r.order_id = ? and o.content is not null
                on conflict (origin) do nothing
                """.formatted(OrphanRows.origin("o")))) {
            insert.setString(1, revision.order());
            insert.executeUpdate();
        }
    }

    /** How the order of this id was carried out; empty: it was not, as far as is known here. */
    static Optional<Revision> find(Connection store, String order) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select source, incarnation, position::text as position, part, shard, index, epoch, verdict, revised_by, reason,
                    coalesce(ours::text, '') as ours, (extract(epoch from revised_at) * 1000000)::bigint as micros
                from meridian.revision where order_id = ?
                """)) {
            query.setString(1, order);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Revision(
                                OrphanRows.origin(row),
                                order,
                                Epoch.of(row.getLong("epoch")),
                                Verdict.valueOf(row.getString("verdict")),
                                row.getString("revised_by"),
                                row.getString("reason"),
                                row.getString("ours"),
                                row.getLong("micros")))
                        : Optional.empty();
            }
        }
    }
}
