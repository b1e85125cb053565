package io.meridian.agent.seeding;

import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Makes this store ready to take shards anew, and tells how far each is. From then on the appliers pass over what comes of such a shard, and accept a hole in
 * its owner's stream; the rest is theirs. What is asked for no more is forgotten; a shard that was not taken to the end stays broken, and is stopped, so that
 * somebody sees it.
 */
public final class SeedTarget implements Work {
    private static final Logger LOG = Logger.getLogger(SeedTarget.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** The data path's, as far as it matters here. */
    public interface Appliers {
        /** Groups of records that came in order and took effect, or were set aside, since the process began. */
        long taken(RegionId source, ShardId shard);

        /** Something was decided of what waits of the shard, from whatever source. */
        void lookAgain(ShardId shard);
    }

    /** Of what is stopped here. */
    public interface Stops {
        /** After the commit that removed its row. */
        void forget(ShardId shard);

        /** In the running transaction, and after its commit. */
        Runnable stop(Connection store, ShardId shard, RegionId source, String reason) throws SQLException;
    }

    private final RegionId here;
    private final StoreAccess access;
    private final SeedView view;
    private final SeedingBoard board;
    private final HeadBoard heads;
    private final Stops stops;
    private final Appliers appliers;
    private final Runnable news;
    /** Of each shard that was prepared, what its applier had taken in order then. */
    private final Map<ShardId, Before> before = new HashMap<>();
    /** Orders that cannot be taken up. */
    private final Map<SeedOrder, String> refused = new HashMap<>();

    private volatile List<SeedTold> told = List.of();
    private boolean nothingTaken;

    private record Before(String id, int attempt, long taken) {}

    /** @param news called when there is something new in {@link #told} */
    public SeedTarget(
            RegionId here,
            StoreAccess access,
            SeedView view,
            SeedingBoard board,
            HeadBoard heads,
            Stops stops,
            Appliers appliers,
            Runnable news) {
        this.here = here;
        this.access = access;
        this.view = view;
        this.board = board;
        this.heads = heads;
        this.stops = stops;
        this.appliers = appliers;
        this.news = news;
    }

    /** Any thread. */
    public List<SeedTold> told() {
        return told;
    }

    @Override
    public void run(Running running) throws Exception {
        try (Connection store = access.open("meridian seeds taken")) {
            store.setAutoCommit(false);
            board.load(store);
            store.commit();
            running.well();
            while (running.wanted()) {
                look(store, view.orders().map(SeedOrders::attempts).map(this::ofThisStore));
                Thread.sleep(LOOK);
            }
        }
    }

    private List<SeedOrder> ofThisStore(List<SeedOrder> orders) {
        return orders.stream().filter(order -> order.target().equals(here)).toList();
    }

    private void look(Connection store, Optional<List<SeedOrder>> asked) throws SQLException {
        boolean wanted = !asked.orElse(List.of()).isEmpty();
        if (!wanted && nothingTaken && told.isEmpty() && board.isEmpty()) {
            return; // A store of which nobody asks anything is asked nothing.
        }
        Map<ShardId, Taking> taken = SeedRows.taken(store);
        nothingTaken = !wanted && taken.isEmpty();
        store.rollback(); // looking began a transaction
        board.retain(taken.keySet());
        if (asked.isPresent()) {
            List<SeedOrder> orders = asked.get();
            refused.keySet().retainAll(new HashSet<>(orders));
            for (SeedOrder order : orders) {
                if (isNews(order, Optional.ofNullable(taken.get(order.shard())), orders)) {
                    prepare(store, order);
                }
            }
            Set<ShardId> shards =
                    new HashSet<>(orders.stream().map(SeedOrder::shard).toList());
            for (var one : taken.entrySet()) {
                if (!shards.contains(one.getKey())) {
                    forget(store, one.getKey(), one.getValue());
                }
            }
        }
        tell(store, asked.orElse(List.of()));
    }

    /** Not beside another one of the shard that is still asked for. */
    private static boolean isNews(SeedOrder order, Optional<Taking> taking, List<SeedOrder> orders) {
        return taking.filter(one -> one.id().equals(order.id())
                        ? one.attempt() >= order.attempt()
                        : orders.stream()
                                .anyMatch(other -> other.shard().equals(order.shard())
                                        && other.id().equals(one.id())))
                .isEmpty();
    }

    private void prepare(Connection store, SeedOrder order) throws SQLException {
        ShardId shard = order.shard();
        if (opened(store, shard)) {
            store.rollback();
            refused.put(order, "shard " + shard + " is open here: what this region owns is not taken from anybody");
            return;
        }
        Taking taking = SeedRows.prepare(store, order);
        HeadRows.breakOff(store, List.of(shard));
        try (PreparedStatement stopped = store.prepareStatement("delete from meridian.stopped where shard = ?")) {
            stopped.setInt(1, shard.number());
            stopped.execute();
        }
        store.commit();
        board.put(shard, taking);
        heads.breakOff(List.of(shard));
        stops.forget(shard);
        appliers.lookAgain(shard);
        LOG.infof(
                "shard is to be taken anew shard=%s from=%s seeding=%s attempt=%d",
                shard, order.owner(), order.id(), order.attempt());
    }

    /** Its fence, held still: whoever opens it meanwhile waits, and sees that the copy is broken. */
    private static boolean opened(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement query =
                store.prepareStatement("select state from meridian.fence where shard = ? for share")) {
            query.setInt(1, shard.number());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getString(1).equals("OPEN");
            }
        }
    }

    private void forget(Connection store, ShardId shard, Taking taking) throws SQLException {
        Optional<Taking> now = SeedRows.taking(store, shard);
        Runnable committed = () -> {};
        if (now.isPresent() && now.get().phase() != Taking.Phase.DONE) {
            committed = stops.stop(
                    store,
                    shard,
                    taking.owner(),
                    "seeding " + taking.id()
                            + " was ended before the shard was whole: it must be seeded anew from its owner");
        }
        try (PreparedStatement delete = store.prepareStatement("""
                with missed as (delete from meridian.seeding_missed where shard = ?)
                delete from meridian.seeding where shard = ? and role = 'TARGET'
                """)) {
            delete.setInt(1, shard.number());
            delete.setInt(2, shard.number());
            delete.execute();
        }
        store.commit();
        committed.run();
        board.forget(shard);
        before.remove(shard);
        LOG.infof("seeding is over shard=%s seeding=%s phase=%s", shard, taking.id(), taking.phase());
    }

    private void tell(Connection store, List<SeedOrder> orders) throws SQLException {
        List<SeedTold> all = new ArrayList<>();
        for (SeedOrder order : orders) {
            String problem = refused.get(order);
            if (problem == null) {
                told(store, order).ifPresent(all::add);
            } else {
                all.add(told(order, SeedTold.State.FAILED, 0, List.of(), problem));
            }
        }
        store.rollback();
        if (!all.equals(told)) {
            told = List.copyOf(all);
            news.run();
        }
    }

    private Optional<SeedTold> told(Connection store, SeedOrder order) throws SQLException {
        ShardId shard = order.shard();
        try (PreparedStatement query = store.prepareStatement("""
                select attempt, phase, rows, problem, exists (select from meridian.parked p where p.shard = s.shard) as parked
                from meridian.seeding s where shard = ? and role = 'TARGET' and id = ?
                """)) {
            query.setInt(1, shard.number());
            query.setString(2, order.id());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || row.getInt("attempt") != order.attempt()) {
                    return Optional.empty();
                }
                Taking.Phase phase = Taking.Phase.valueOf(row.getString("phase"));
                if (phase == Taking.Phase.PREPARED && (row.getBoolean("parked") || !isBehindTheHole(order))) {
                    return Optional.empty();
                }
                return Optional.of(told(
                        order,
                        switch (phase) {
                            case PREPARED -> SeedTold.State.PREPARED;
                            case RECEIVING, TOLD -> SeedTold.State.RECEIVING;
                            case DONE -> SeedTold.State.DONE;
                            case FAILED -> SeedTold.State.FAILED;
                        },
                        row.getLong("rows"),
                        phase == Taking.Phase.TOLD ? SeedRows.missed(store, shard) : List.of(),
                        row.getString("problem")));
            }
        }
    }

    private static SeedTold told(
            SeedOrder order, SeedTold.State state, long rows, List<SeedTold.Missed> missed, String problem) {
        return new SeedTold(order.id(), order.attempt(), order.shard(), state, rows, 0, missed, problem);
    }

    /** A group was taken in order that was planned since it was prepared: what follows it in the stream will be seen, and nothing of before waits. */
    private boolean isBehindTheHole(SeedOrder order) {
        long taken = appliers.taken(order.owner(), order.shard());
        Before then = before.get(order.shard());
        if (then == null || !then.id().equals(order.id()) || then.attempt() != order.attempt()) {
            before.put(order.shard(), new Before(order.id(), order.attempt(), taken));
            return false;
        }
        return taken > then.taken() + 1; // The first one may have been planned before.
    }
}
