package io.meridian.agent.failover;

import io.meridian.agent.orphan.OrphanRows;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.Verdict;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Takes back what this store has and the lineage of an epoch that follows has not: each such write becomes an orphan, and the head stands at the base
 * again, in one transaction. The rows stay as they are; the owner's decisions bring them in line. Then the OPEN that waited for it is like any other.
 *
 * @see "PROTOCOL 6, alignment (1)"
 */
public final class Aligner implements Work {
    private static final Logger LOG = Logger.getLogger(Aligner.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    /** Bounds what is held of their surplus at a time. */
    private static final int SHARDS_AT_A_TIME = 64;

    private static final List<String> BUSY = List.of("55P03", "40P01", "40001");

    private record Request(Verdict.Surplus surplus, Epoch successor) {}

    private final RegionId here;
    private final StoreAccess store;
    private final OwnTopics topics;
    private final HeadBoard heads;
    private final Consumer<ShardId> disputed;
    private final Map<ShardId, Request> requests = new ConcurrentHashMap<>();
    private volatile Runnable wake = () -> {};
    private Optional<String> problem = Optional.empty();

    /** @param disputed told of each shard that has orphans, before they are committed */
    public Aligner(RegionId here, StoreAccess store, OwnTopics topics, HeadBoard heads, Consumer<ShardId> disputed) {
        this.here = here;
        this.store = store;
        this.topics = topics;
        this.heads = heads;
        this.disputed = disputed;
    }

    /** An OPEN of {@code successor} waits for it. May be said again and again, by any thread. */
    public void wanted(ShardId shard, Verdict.Surplus surplus, Epoch successor) {
        requests.put(shard, new Request(surplus, successor));
        wake.run();
    }

    @Override
    public void run(Running running) throws Exception {
        topics.ready();
        // Without a replication origin: what it writes is this store's own.
        try (Connection connection = store.open("meridian align")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set lock_timeout = '1s'");
            }
            connection.setAutoCommit(false);
            wake = running::wake;
            running.well();
            while (running.wanted()) {
                if (requests.isEmpty()) {
                    LockSupport.parkNanos(IDLE.toNanos());
                    continue;
                }
                problem = Optional.empty();
                align(connection, Map.copyOf(requests));
                problem.ifPresentOrElse(running::ailing, running::well);
                if (problem.isPresent()) {
                    LockSupport.parkNanos(IDLE.toNanos());
                }
            }
        }
    }

    private void align(Connection connection, Map<ShardId, Request> asked) throws SQLException {
        Map<Integer, List<ShardId>> byPartition = new TreeMap<>();
        asked.keySet().stream()
                .sorted()
                .forEach(shard -> byPartition
                        .computeIfAbsent(shard.partition(topics.names().partitions()), _ -> new ArrayList<>())
                        .add(shard));
        for (var partition : byPartition.entrySet()) {
            List<ShardId> shards = partition.getValue();
            for (int from = 0; from < shards.size(); from += SHARDS_AT_A_TIME) {
                List<ShardId> some = shards.subList(from, Math.min(shards.size(), from + SHARDS_AT_A_TIME));
                if (!aligned(connection, partition.getKey(), some, asked) && some.size() > 1) {
                    for (ShardId shard : some) { // one whose log is gone keeps back no other
                        aligned(connection, partition.getKey(), List.of(shard), asked);
                    }
                }
            }
        }
    }

    /** @return false: the logs do not hold what is asked for of all of them */
    private boolean aligned(Connection connection, int partition, List<ShardId> some, Map<ShardId, Request> asked)
            throws SQLException {
        List<SurplusOfShard> shards = new ArrayList<>();
        for (ShardId shard : some) {
            Request request = asked.get(shard);
            if (request != null) {
                shards.add(new SurplusOfShard(
                        shard,
                        request.surplus().from(),
                        request.surplus().base(),
                        request.successor(),
                        heads.lineages().of(shard)));
            }
        }
        try {
            read(partition, shards);
        } catch (IllegalStateException e) {
            problem = Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
            return false;
        }
        for (SurplusOfShard shard : shards) {
            Request request = asked.get(shard.shard);
            if (turnBack(connection, shard) && request != null) {
                requests.remove(shard.shard, request);
            }
        }
        return true;
    }

    private void read(int partition, List<SurplusOfShard> shards) {
        var regions = new TreeSet<RegionId>(Comparator.comparing(RegionId::name));
        shards.forEach(shard -> shard.segments().forEach(segment -> regions.add(segment.region())));
        try (var log = KafkaClients.consumer(topics.bootstrap(), "align-" + partition)) {
            for (RegionId region : regions) {
                String topic = region.equals(here)
                        ? topics.names().changes()
                        : topics.names().copy(region);
                new SurplusLog(log, new TopicPartition(topic, partition), region).read(shards);
            }
        }
    }

    /** Unless the head moved meanwhile: then whoever waits asks again. @return false: to be tried again */
    private boolean turnBack(Connection connection, SurplusOfShard shard) throws SQLException {
        var base = new ShardHead.At(shard.base.epoch(), shard.base.region(), shard.base.position(), false);
        try {
            Row row = lock(connection, shard.shard);
            if (row.isTurned(base, shard.successor)) {
                heads.frozen().turn(shard.shard, shard.successor); // the commit's answer was lost
            } else if (row.mayTurn(shard)) {
                if (!shard.isComplete()) {
                    throw new IllegalStateException("surplus of shard " + shard.shard + " was not read to its end");
                }
                disputed.accept(shard.shard);
                OrphanRows.reopen(connection, shard.reopened());
                OrphanRows.store(connection, shard.orphans(), false);
                turn(connection, shard);
                heads.frozen().turn(shard.shard, shard.successor);
            } else {
                connection.rollback();
                return true;
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (e.getSQLState() != null && BUSY.contains(e.getSQLState())) {
                LOG.debugf(e, "head is busy, aligned later shard=%s", shard.shard);
                return false;
            }
            throw e;
        }
        heads.turnBack(shard.shard, base);
        LOG.warnf(
                "shard had more than its history, which is kept as orphans shard=%s epoch=%s from=%s base=%s orphans=%d decisions=%d",
                shard.shard,
                shard.successor,
                shard.from.position(),
                shard.base.position(),
                shard.orphans().size(),
                shard.reopened().size());
        return true;
    }

    /** @param cutEpoch 0: none */
    private record Row(
            long epoch,
            String region,
            String incarnation,
            long lsn,
            boolean closed,
            boolean broken,
            long turnedFor,
            long frozenEpoch,
            long cutEpoch) {
        boolean is(ShardHead.At head) {
            return epoch == head.epoch().number()
                    && region.equals(head.region().name())
                    && incarnation.equals(head.position().incarnation())
                    && lsn == head.position().lsn()
                    && closed == head.closed();
        }

        boolean isTurned(ShardHead.At base, Epoch successor) {
            return is(base) && turnedFor == successor.number();
        }

        /** A head that was told to a failover which goes on stays where it is, unless the successor lies before its cut. */
        boolean mayTurn(SurplusOfShard shard) {
            boolean held = frozenEpoch >= shard.successor.number() && cutEpoch < shard.successor.number();
            return is(shard.from) && !broken && !held;
        }
    }

    private static Row lock(Connection connection, ShardId shard) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                select epoch, region, incarnation, position::text as position, closed, broken, coalesce(turned_for, 0) as turned_for,
                    coalesce(frozen_epoch, 0) as frozen_epoch, coalesce(cut_epoch, 0) as cut_epoch
                from meridian.head where shard = ? for update""")) {
            query.setInt(1, shard.number());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("shard " + shard + " has surplus, but no head");
                }
                return new Row(
                        row.getLong("epoch"),
                        row.getString("region"),
                        row.getString("incarnation"),
                        LogSequenceNumber.valueOf(row.getString("position")).asLong(),
                        row.getBoolean("closed"),
                        row.getBoolean("broken"),
                        row.getLong("turned_for"),
                        row.getLong("frozen_epoch"),
                        row.getLong("cut_epoch"));
            }
        }
    }

    private static void turn(Connection connection, SurplusOfShard shard) throws SQLException {
        Position position = shard.base.position();
        try (PreparedStatement update = connection.prepareStatement("""
                update meridian.head set epoch = ?, region = ?, incarnation = ?, position = ?::pg_lsn, closed = false, turned_for = ?
                where shard = ?""")) {
            update.setLong(1, shard.base.epoch().number());
            update.setString(2, shard.base.region().name());
            update.setString(3, position.incarnation());
            update.setString(4, position.lsnText());
            update.setLong(5, shard.successor.number());
            update.setInt(6, shard.shard.number());
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("head of shard " + shard.shard + " is gone although it is locked");
            }
        }
    }
}
