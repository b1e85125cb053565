package io.meridian.agent.failover;

import io.meridian.agent.orphan.UncleanRows;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * When a lost region is back: tells of which shards all that it had came here and was decided, and stops noting writes of those that the control plane
 * names unclean no more.
 */
public final class Settling implements Work {
    private static final Logger LOG = Logger.getLogger(Settling.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final StoreAccess store;
    private final int partitions;
    private final LossView view;
    private final Consumer<Collection<ShardId>> cleaned;
    private final Runnable told;
    private volatile List<LossOrders.Tail> settled = List.of();

    /**
     * @param cleaned told of shards that are unclean no more
     * @param told called when there is something new in {@link #settled}
     */
    public Settling(
            StoreAccess store, int partitions, LossView view, Consumer<Collection<ShardId>> cleaned, Runnable told) {
        this.store = store;
        this.partitions = partitions;
        this.view = view;
        this.cleaned = cleaned;
        this.told = told;
    }

    /** Of what is asked for: what came here to its end, each write of it a part of history or a decided orphan. Any thread. */
    public List<LossOrders.Tail> settled() {
        return settled;
    }

    @Override
    public void run(Running running) throws Exception {
        try (Connection connection = store.open("meridian settle")) {
            connection.setAutoCommit(false);
            running.well();
            while (running.wanted()) {
                LossOrders orders = view.orders();
                List<LossOrders.Tail> now = orders.tails().isEmpty() ? List.of() : settled(connection, orders.tails());
                boolean news = !now.equals(settled);
                settled = now;
                if (news) {
                    told.run();
                }
                clean(connection, orders.unclean());
                connection.rollback(); // looking began a transaction
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private List<LossOrders.Tail> settled(Connection connection, List<LossOrders.Tail> tails) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                select w.place from unnest(?::int[], ?::int[], ?::text[], ?::int[], ?::text[], ?::pg_lsn[])
                    w(place, shard, source, partition, incarnation, close)
                join meridian.progress p on p.source = w.source and p.partition = w.partition and p.incarnation = w.incarnation
                    and p.lsn >= w.close
                where not exists (select from meridian.parked k where k.source = w.source and k.shard = w.shard)
                    and not exists (select from meridian.orphan o where o.shard = w.shard and o.decision is null)
                order by w.place""")) {
            int size = tails.size();
            var places = new Integer[size];
            var shards = new Integer[size];
            var sources = new String[size];
            var inPartitions = new Integer[size];
            var incarnations = new String[size];
            var closes = new String[size];
            for (int place = 0; place < size; place++) {
                LossOrders.Tail tail = tails.get(place);
                places[place] = place;
                shards[place] = tail.shard().number();
                sources[place] = tail.source().name();
                inPartitions[place] = tail.shard().partition(partitions);
                incarnations[place] = tail.close().incarnation();
                closes[place] = tail.close().lsnText();
            }
            query.setArray(1, connection.createArrayOf("int4", places));
            query.setArray(2, connection.createArrayOf("int4", shards));
            query.setArray(3, connection.createArrayOf("text", sources));
            query.setArray(4, connection.createArrayOf("int4", inPartitions));
            query.setArray(5, connection.createArrayOf("text", incarnations));
            query.setArray(6, connection.createArrayOf("pg_lsn", closes));
            List<LossOrders.Tail> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(tails.get(row.getInt(1)));
                }
            }
            return found;
        }
    }

    /** A view that does not know the epoch which made a shard unclean says nothing of it. */
    private void clean(Connection connection, Set<ShardId> stillUnclean) throws SQLException {
        Map<ShardId, Epoch> granted = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select shard, epoch from meridian.unclean")) {
            while (row.next()) {
                ShardId shard = ShardId.of(row.getInt(1));
                Epoch epoch = Epoch.of(row.getLong(2));
                if (!stillUnclean.contains(shard)) {
                    view.ownership(shard)
                            .map(Settling::owned)
                            .filter(known -> !epoch.isAbove(known))
                            .ifPresent(known -> granted.put(shard, known));
                }
            }
        }
        // Asked again, behind the grants: a view that came between would name a grant and not what it made unclean.
        Set<ShardId> named = view.orders().unclean();
        granted.keySet().removeAll(named);
        if (granted.isEmpty()) {
            return;
        }
        connection.rollback();
        try {
            UncleanRows.clear(connection, named, granted);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            LOG.debugf(e, "unclean shards are cleaned later shards=%d", granted.size());
            if (!connection.isValid(1)) {
                throw e;
            }
            return;
        }
        cleaned.accept(new HashSet<>(granted.keySet()));
        LOG.infof("shards are clean again, no orphan of them can come any more shards=%d", granted.size());
    }

    private static Epoch owned(Ownership ownership) {
        return switch (ownership) {
            case Ownership.Grant grant -> grant.epoch();
            case Ownership.Withdrawal withdrawal -> withdrawal.withdrawn().epoch();
        };
    }
}
