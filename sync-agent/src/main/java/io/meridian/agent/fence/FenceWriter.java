package io.meridian.agent.fence;

import io.meridian.agent.failsafe.PromiseRows;
import io.meridian.agent.orphan.UncleanRows;
import io.meridian.agent.server.StoreStanding;
import io.meridian.agent.store.LineageBoard;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Writes fences. Every transaction takes the shards' gates first, so that writers in flight are through and no later one passes before it commits;
 * that commit is the marker in the change stream. Monotone: an equal or older epoch changes nothing, so
 * everything here may be done again.
 *
 * @see "PROTOCOL 1; invariant 1"
 */
public final class FenceWriter implements AutoCloseable {
    private final RegionId here;
    private final DataSource store;
    private final FenceBatches<FencePlan.Close> closings;
    private final FenceBatches<FencePlan.Raise> raises;
    private final FenceBatches<Ownership.Grant> openings;
    private final StoreStanding standing;

    /**
     * @param store connections with {@code lock_timeout} 300 ms, without a replication origin: their commits must be in the stream
     * @param standing whether the store's server may open; closing it always may
     */
    public FenceWriter(RegionId here, DataSource store, StoreStanding standing) {
        this.standing = standing;
        this.here = here;
        this.store = store;
        this.closings = new FenceBatches<>("fence-close", store, FencePlan.Close::shard);
        this.raises = new FenceBatches<>("fence-raise", store, FencePlan.Raise::shard);
        this.openings = new FenceBatches<>("fence-open", store, Ownership.Grant::shard);
    }

    /** @param busy shards whose writers outlived the patience; nothing was changed for them */
    public record Outcome<T>(Collection<T> written, Collection<ShardId> busy) {}

    /** @param waiting shard -> what stands in the way of opening it now */
    public record Opened(Collection<Ownership.Grant> written, Map<ShardId, String> waiting) {}

    /** Closes what is open at the epochs that the closings name. */
    public Outcome<FencePlan.Close> close(List<FencePlan.Close> wanted, Duration patience)
            throws SQLException, InterruptedException {
        return outcome(wanted, FencePlan.Close::shard, closings.write(wanted, patience, this::close));
    }

    /** Raises what is not open; a row that was opened meanwhile is left alone and needs a close. */
    public Outcome<FencePlan.Raise> raise(List<FencePlan.Raise> wanted, Duration patience)
            throws SQLException, InterruptedException {
        return outcome(wanted, FencePlan.Raise::shard, raises.write(wanted, patience, this::raise));
    }

    /**
     * Opens what may be opened now, as {@link OpeningRule} says of facts read in the opening transaction. A shard that is not ready holds up no other.
     *
     * @param knownRevision up to which the grants' giver's decisions are known here
     */
    public Opened open(List<Ownership.Grant> wanted, long knownRevision, Duration patience)
            throws SQLException, InterruptedException {
        return open(wanted, knownRevision, Set.of(), patience);
    }

    /** @param unclean shards whose history began with a cut that orphans may still come of: the store notes what is written of them */
    public Opened open(List<Ownership.Grant> wanted, long knownRevision, Set<ShardId> unclean, Duration patience)
            throws SQLException, InterruptedException {
        noteUnclean(wanted, unclean);
        FenceBatches.Written<Ownership.Grant, OpenAttempt> written =
                openings.write(wanted, patience, (transaction, grants) -> open(transaction, grants, knownRevision));
        List<Ownership.Grant> opened = new ArrayList<>();
        Map<ShardId, String> waiting = new HashMap<>();
        written.busy().forEach(grant -> waiting.put(grant.shard(), "its gate or its head is busy"));
        for (OpenAttempt attempt : written.results()) {
            attempt.obstacle()
                    .ifPresentOrElse(
                            why -> waiting.put(attempt.grant().shard(), why), () -> opened.add(attempt.grant()));
        }
        return new Opened(opened, waiting);
    }

    /** In a transaction of its own, before: whoever is admitted by the opening sees the flag. */
    private void noteUnclean(List<Ownership.Grant> wanted, Set<ShardId> unclean) throws SQLException {
        Map<ShardId, Epoch> epochs = new HashMap<>();
        wanted.stream()
                .filter(grant -> unclean.contains(grant.shard()))
                .forEach(grant -> epochs.put(grant.shard(), grant.epoch()));
        if (epochs.isEmpty()) {
            return;
        }
        try (Connection transaction = store.getConnection()) {
            transaction.setAutoCommit(false);
            try {
                UncleanRows.mark(transaction, epochs);
                transaction.commit();
            } catch (SQLException e) {
                transaction.rollback();
                throw e;
            }
        }
    }

    private record OpenAttempt(Ownership.Grant grant, Optional<String> obstacle) {}

    private Collection<ShardId> close(Connection transaction, List<FencePlan.Close> wanted) throws SQLException {
        try (PreparedStatement update = transaction.prepareStatement("""
                update meridian.fence f
                set epoch = w.epoch, state = 'CLOSED', owned_epoch = f.epoch, closes = f.epoch, run = nullif(w.run, '')
                from unnest(?::int[], ?::bigint[], ?::bigint[], ?::text[]) w(shard, closes, epoch, run)
                where f.shard = w.shard and f.state = 'OPEN' and f.epoch = w.closes and f.epoch < w.epoch
                returning f.shard""")) {
            update.setArray(
                    1,
                    transaction.createArrayOf(
                            "int4", values(wanted, close -> close.shard().number())));
            update.setArray(
                    2,
                    transaction.createArrayOf(
                            "int8", values(wanted, close -> close.closes().number())));
            update.setArray(
                    3,
                    transaction.createArrayOf(
                            "int8", values(wanted, close -> close.epoch().number())));
            update.setArray(4, transaction.createArrayOf("text", values(wanted, FencePlan.Close::run)));
            return shards(update);
        }
    }

    private Collection<ShardId> raise(Connection transaction, List<FencePlan.Raise> wanted) throws SQLException {
        // owned_epoch stays: below the withdrawn grant's epoch, it says that this grant was never opened.
        try (PreparedStatement update = transaction.prepareStatement("""
                update meridian.fence f set epoch = w.epoch, state = 'CLOSED', closes = null, run = null
                from unnest(?::int[], ?::bigint[]) w(shard, epoch)
                where f.shard = w.shard and f.state <> 'OPEN' and f.epoch < w.epoch
                returning f.shard""")) {
            update.setArray(
                    1,
                    transaction.createArrayOf(
                            "int4", values(wanted, raise -> raise.shard().number())));
            update.setArray(
                    2,
                    transaction.createArrayOf(
                            "int8", values(wanted, raise -> raise.epoch().number())));
            return shards(update);
        }
    }

    private Collection<OpenAttempt> open(Connection transaction, List<Ownership.Grant> wanted, long knownRevision)
            throws SQLException {
        Map<ShardId, OpeningRule.Facts> facts = facts(transaction, wanted);
        List<OpenAttempt> attempts = new ArrayList<>();
        List<Ownership.Grant> admitted = new ArrayList<>();
        Optional<String> promise = wanted.stream().anyMatch(grant -> perhapsOnALoss(grant, facts))
                ? PromiseRows.outstanding(transaction)
                : Optional.empty();
        Optional<String> unreliable = standing.look(transaction).obstacle();
        for (Ownership.Grant grant : wanted) {
            OpeningRule.Facts known = facts.get(grant.shard());
            Optional<String> obstacle = known == null
                    ? Optional.of("it has no fence row: install again")
                    : OpeningRule.obstacle(grant, here, knownRevision, known)
                            .or(() -> unreliable)
                            .or(() -> perhapsOnALoss(grant, facts) ? promise : Optional.empty());
            if (obstacle.isEmpty()) {
                admitted.add(grant);
            }
            attempts.add(new OpenAttempt(grant, obstacle));
        }
        if (!admitted.isEmpty()) {
            write(transaction, admitted);
            LineageBoard.write(transaction, admitted);
        }
        return attempts;
    }

    private boolean perhapsOnALoss(Ownership.Grant grant, Map<ShardId, OpeningRule.Facts> facts) {
        OpeningRule.Facts known = facts.get(grant.shard());
        return known != null && OpeningRule.perhapsOnALoss(grant, here, known);
    }

    /**
     * Locked here until the transaction ends: the lease row (a renewal that presupposes newer knowledge comes before or after, never between) and the
     * heads. Fence rows are held still by their gates; a marker never changes.
     */
    private Map<ShardId, OpeningRule.Facts> facts(Connection transaction, List<Ownership.Grant> wanted)
            throws SQLException {
        try (PreparedStatement query = transaction.prepareStatement("""
                with lease as materialized (select grants_revision from meridian.lease where id = 1 for share),
                     head as materialized (select * from meridian.head where shard = any (?) and epoch > 0 order by shard for share)
                select f.shard, f.state, f.epoch, lease.grants_revision,
                       head.epoch as head_epoch, head.region, head.incarnation, head.position::text as head_position, head.closed,
                       coalesce(head.broken, false) as broken,
                       coalesce(head.turned_for <= w.epoch
                           or (head.frozen_epoch >= head.epoch
                               and (head.cut_epoch is null or (head.cut_epoch, head.cut_position) = (head.epoch, head.position))), false) as head_ends,
                       exists (select from meridian.unclean u where u.shard = w.shard) as unclean,
                       m.incarnation as close_incarnation, m.position::text as close_position
                from unnest(?::int[], ?::bigint[], ?::bigint[]) w(shard, base_epoch, epoch)
                join meridian.fence f on f.shard = w.shard
                cross join lease
                left join head on head.shard = w.shard
                left join meridian.marker m on m.shard = w.shard and m.epoch = w.base_epoch and m.kind = 'CLOSE'""")) {
            query.setArray(
                    1,
                    transaction.createArrayOf(
                            "int4", values(wanted, grant -> grant.shard().number())));
            query.setArray(
                    2,
                    transaction.createArrayOf(
                            "int4", values(wanted, grant -> grant.shard().number())));
            query.setArray(
                    3,
                    transaction.createArrayOf(
                            "int8",
                            values(wanted, grant -> base(grant, at -> at.epoch().number()))));
            query.setArray(
                    4,
                    transaction.createArrayOf(
                            "int8", values(wanted, grant -> grant.epoch().number())));
            Map<ShardId, OpeningRule.Facts> facts = new HashMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ShardId shard = ShardId.of(row.getInt("shard"));
                    facts.put(
                            shard,
                            new OpeningRule.Facts(
                                    FenceState.valueOf(row.getString("state")),
                                    Epoch.of(row.getLong("epoch")),
                                    head(shard, row),
                                    position(row.getString("close_incarnation"), row.getString("close_position")),
                                    row.getLong("grants_revision"),
                                    row.getBoolean("head_ends"),
                                    row.getBoolean("unclean"),
                                    row.getBoolean("broken")));
                }
            }
            return facts;
        }
    }

    private void write(Connection transaction, List<Ownership.Grant> admitted) throws SQLException {
        try (PreparedStatement update = transaction.prepareStatement("""
                update meridian.fence f
                set epoch = w.epoch, state = 'OPEN', owned_epoch = w.epoch, opened_at = clock_timestamp(), closes = null, run = null,
                    base_region = w.region, base_incarnation = w.incarnation, base_epoch = w.base_epoch, base_position = w.position
                from unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::pg_lsn[])
                     w(shard, epoch, region, incarnation, base_epoch, position)
                where f.shard = w.shard and f.state <> 'OPEN' and f.epoch < w.epoch""")) {
            update.setArray(
                    1,
                    transaction.createArrayOf(
                            "int4", values(admitted, grant -> grant.shard().number())));
            update.setArray(
                    2,
                    transaction.createArrayOf(
                            "int8", values(admitted, grant -> grant.epoch().number())));
            update.setArray(
                    3,
                    transaction.createArrayOf(
                            "text",
                            values(
                                    admitted,
                                    grant -> base(grant, at -> at.region().name()))));
            update.setArray(
                    4,
                    transaction.createArrayOf(
                            "text",
                            values(
                                    admitted,
                                    grant -> base(grant, at -> at.position().incarnation()))));
            update.setArray(
                    5,
                    transaction.createArrayOf(
                            "int8",
                            values(
                                    admitted,
                                    grant -> base(grant, at -> at.epoch().number()))));
            update.setArray(
                    6,
                    transaction.createArrayOf(
                            "text",
                            values(
                                    admitted,
                                    grant -> base(grant, at -> at.position().lsnText()))));
            int written = update.executeUpdate();
            if (written != admitted.size()) {
                throw new IllegalStateException(
                        "opened " + written + " fences of " + admitted.size() + " although their gates are held");
            }
        }
    }

    static Optional<ShardHead> head(ShardId shard, ResultSet row) throws SQLException {
        Optional<Position> position = position(row.getString("incarnation"), row.getString("head_position"));
        if (position.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ShardHead(
                shard,
                Epoch.of(row.getLong("head_epoch")),
                RegionId.of(row.getString("region")),
                position.get(),
                row.getBoolean("closed")));
    }

    static Optional<Position> position(@Nullable String incarnation, @Nullable String lsn) {
        return incarnation == null || lsn == null
                ? Optional.empty()
                : Optional.of(
                        new Position(incarnation, LogSequenceNumber.valueOf(lsn).asLong(), 0));
    }

    private static <V> @Nullable V base(Ownership.Grant grant, Function<Base.At, V> part) {
        return switch (grant.base()) {
            case Base.None _ -> null;
            case Base.At at -> part.apply(at);
        };
    }

    private static <T> @Nullable Object[] values(List<T> items, Function<T, @Nullable Object> value) {
        @Nullable Object[] values = new Object[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(items.get(i));
        }
        return values;
    }

    private static List<ShardId> shards(PreparedStatement update) throws SQLException {
        List<ShardId> shards = new ArrayList<>();
        try (ResultSet row = update.executeQuery()) {
            while (row.next()) {
                shards.add(ShardId.of(row.getInt(1)));
            }
        }
        return shards;
    }

    private static <T> Outcome<T> outcome(
            List<T> wanted, Function<T, ShardId> shard, FenceBatches.Written<T, ShardId> written) {
        Set<ShardId> done = Set.copyOf(written.results());
        return new Outcome<>(
                wanted.stream().filter(item -> done.contains(shard.apply(item))).toList(),
                written.busy().stream().map(shard).toList());
    }

    @Override
    public void close() {
        closings.close();
        raises.close();
        openings.close();
    }
}
