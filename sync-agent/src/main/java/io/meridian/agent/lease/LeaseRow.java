package io.meridian.agent.lease;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.fence.FencePlanner;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The one transaction that writes the lease. It locks the lease row, so that openings come before or after it and never between; then, in a statement of
 * its own (hence a snapshot younger than the lock), verifies that every fence has reached its newest withdrawal. Fence rows need no lock: they only
 * ever go up.
 */
final class LeaseRow {
    private static final Logger LOG = Logger.getLogger(LeaseRow.class);

    private LeaseRow() {}

    /** @return what stands in the way; empty: the lease was written and committed */
    static Optional<String> write(
            Connection store,
            DesiredState state,
            LeaseAuthority.Answer.Granted granted,
            long d0Micros,
            StoreStanding standing)
            throws SQLException {
        store.setAutoCommit(false);
        try {
            // Before the lock: a commit that waits for a standby which is gone holds the row.
            StoreStanding.Look look = standing.look(store);
            Optional<String> obstacle = look.obstacle();
            if (obstacle.isEmpty()) {
                obstacle = lock(store, granted, d0Micros);
            }
            if (obstacle.isEmpty()) {
                obstacle = fencesBehind(store, state);
            }
            if (obstacle.isEmpty()) {
                obstacle = triggersMissing(
                        store,
                        state.tables().stream().filter(Topology.Table::sharded).toList());
            }
            if (obstacle.isEmpty()) {
                update(store, granted, d0Micros);
            }
            store.commit();
            if (obstacle.isEmpty()) {
                standing.rely(look);
            }
            return obstacle;
        } catch (SQLException e) {
            store.rollback();
            throw e;
        }
    }

    /**
     * A lease that was issued in the future was issued before the clock was stepped back: the fence refuses by it until that time comes again, so the new
     * one takes its place.
     */
    private static Optional<String> lock(Connection store, LeaseAuthority.Answer.Granted granted, long d0Micros)
            throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select generation, isfinite(issued) and issued >= d0 and issued <= now, d0 > now,
                       case when isfinite(issued) and issued > now then (extract(epoch from issued - now) * 1000)::bigint else 0 end
                from meridian.lease, (select timestamptz 'epoch' + ? * interval '1 microsecond' as d0, clock_timestamp() as now)
                where id = 1 for update of lease""")) {
            query.setLong(1, d0Micros);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.of("the lease row is missing: install again");
                }
                if (row.getLong(1) > granted.generation()) {
                    return Optional.of("the store's generation is " + row.getLong(1) + ", the answer's only "
                            + granted.generation());
                }
                if (row.getBoolean(2)) {
                    return Optional.of("a lease issued later stands already");
                }
                if (row.getBoolean(3)) {
                    // Counted from a time that comes again, it would hold once more when the control plane has long
                    // counted it out.
                    return Optional.of("the store's clock was stepped back while the lease was asked for");
                }
                if (row.getLong(4) > 0) {
                    LOG.errorf(
                            "the store's clock was stepped back, and leases count on it: slew it instead lease_ahead_ms=%d",
                            row.getLong(4));
                }
                return Optional.empty();
            }
        }
    }

    private static Optional<String> fencesBehind(Connection store, DesiredState state) throws SQLException {
        List<Ownership> ownerships = List.copyOf(state.shards().values());
        try (PreparedStatement query = store.prepareStatement("""
                select (select shards from meridian.settings) <> ?,
                       count(*) filter (where f.epoch is null), count(*) filter (where f.epoch < w.epoch)
                from unnest(?::int[], ?::bigint[]) w(shard, epoch) left join meridian.fence f on f.shard = w.shard""")) {
            query.setInt(1, state.shardCount());
            query.setArray(
                    2,
                    store.createArrayOf(
                            "int4",
                            ownerships.stream().map(one -> one.shard().number()).toArray()));
            query.setArray(
                    3,
                    store.createArrayOf(
                            "int8",
                            ownerships.stream()
                                    .map(one ->
                                            FencePlanner.newestWithdrawal(one).number())
                                    .toArray()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) {
                    return Optional.of(
                            "this store was installed for another number of shards than " + state.shardCount());
                }
                if (row.getLong(2) > 0) {
                    return Optional.of("this store has no fence for " + row.getLong(2) + " shards of its group: it was"
                            + " installed for others");
                }
                return row.getLong(3) > 0
                        ? Optional.of(row.getLong(3) + " fences are below their newest withdrawal")
                        : Optional.empty();
            }
        }
    }

    /** A table that does not exist takes no writes; one without its fence takes all. */
    private static Optional<String> triggersMissing(Connection store, List<Topology.Table> tables) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select string_agg(w.schema || '.' || w.name, ', ' order by w.schema, w.name)
                from unnest(?::text[], ?::text[]) w(schema, name)
                join pg_class c on c.oid = to_regclass(format('%I.%I', w.schema, w.name))
                where exists (
                    select from (select c.oid union select p.relid from pg_partition_tree(c.oid) p) r
                    where not exists (select from pg_trigger t where t.tgrelid = r.oid and t.tgenabled in ('O', 'A')
                                      and t.tgfoid = 'meridian.check_fence()'::regprocedure and t.tgtype & 31 = 31)
                    and 28 is distinct from (select bit_or(t.tgtype & 28) from pg_trigger t where t.tgrelid = r.oid and t.tgenabled in ('O', 'A')
                                      and t.tgfoid = to_regprocedure('meridian.check_fence_bulk()') and t.tgtype & 3 = 0))
                or not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgenabled in ('O', 'A')
                               and t.tgfoid = 'meridian.refuse_truncate()'::regprocedure)""")) {
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
                return missing == null
                        ? Optional.empty()
                        : Optional.of("tables without their fence: " + missing + "; install again");
            }
        }
    }

    private static void update(Connection store, LeaseAuthority.Answer.Granted granted, long d0Micros)
            throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.lease
                set generation = ?, grants_revision = greatest(grants_revision, ?),
                    issued = timestamptz 'epoch' + ? * interval '1 microsecond',
                    valid_until = timestamptz 'epoch' + ? * interval '1 microsecond'
                where id = 1""")) {
            update.setLong(1, granted.generation());
            update.setLong(2, granted.revision());
            update.setLong(3, d0Micros);
            update.setLong(4, d0Micros + granted.duration().toNanos() / 1000);
            update.executeUpdate();
        }
    }
}
