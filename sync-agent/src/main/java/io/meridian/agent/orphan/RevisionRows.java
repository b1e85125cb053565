package io.meridian.agent.orphan;

import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Origin;
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

    private static final String NONE =
            "select null::text verdict, null::text revised_by, null::text reason, null::timestamptz revised_at where false";

    private RevisionRows() {}

    /** As {@link #NEWEST}, in whichever store. */
    static String newest(Connection store) throws SQLException {
        return kept(store) ? NEWEST : NONE;
    }

    public static void store(Connection store, Collection<Revision> revisions) throws SQLException {
        if (revisions.isEmpty() || !kept(store)) {
            return;
        }
        for (Revision revision : revisions) {
            if (insert(store, revision)) {
                conflicts(store, List.of(revision.cause()));
            }
        }
    }

    /** Not in a store that an older release installed: what people said is missing there, and no data. */
    static boolean kept(Connection store) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("select to_regclass('meridian.revision') is not null");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** By the store's clock, and behind what was said of this orphan before, whatever that clock did since. */
    static long nextMicros(Connection store, Origin cause) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint,
                    (select (extract(epoch from max(revised_at)) * 1000000)::bigint + 1 from meridian.revision r
                     join unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[]) g (source, incarnation, position, part, shard, index)
                         using (source, incarnation, position, part, shard, index)))
                """)) {
            OrphanRows.named(query, 1, List.of(cause));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
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

    /** For people, a row of its own beside the decision's. What was said of an orphan may have come before the write itself. */
    static void conflicts(Connection store, Collection<Origin> causes) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.conflict (at, relation, key, shard, source, decision, ours, theirs, origin, reason)
                select r.revised_at, o.relation, o.key, o.shard, o.source, r.verdict, coalesce(r.ours::jsonb, 'null'),
                    coalesce(o.content -> 'row', o.content -> 'old')::jsonb, %s || '#' || r.order_id, 'revised by ' || r.revised_by || ': ' || r.reason
                from meridian.revision r
                join meridian.orphan o using (source, incarnation, position, part, shard, index)
                join unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[]) g (source, incarnation, position, part, shard, index)
                    using (source, incarnation, position, part, shard, index)
                where o.content is not null
                on conflict (origin) do nothing
                """.formatted(OrphanRows.origin("o")))) {
            OrphanRows.named(insert, 1, causes);
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
