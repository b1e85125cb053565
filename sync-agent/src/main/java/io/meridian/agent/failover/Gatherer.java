package io.meridian.agent.failover;

import io.meridian.agent.failsafe.PromiseRows;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.FrozenShards;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Freezes shards whose owner is lost, and tells where their heads stand; later lets them go on to the cut. What was answered cannot be overtaken: the
 * mark that {@code HeadRows.WRITE} compares with is in the transaction that read the head.
 *
 * @see "PROTOCOL 6"
 */
public final class Gatherer implements Work {
    private static final Logger LOG = Logger.getLogger(Gatherer.class);
    private static final int SHARDS_PER_TRANSACTION = 64;
    /** Something is asked for and cannot be answered yet: a fence is still open, a row is locked. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Set<String> BUSY = Set.of("55P03", "40P01", "40001");

    /** The lost region's time in the newest heartbeat that is in here. */
    @FunctionalInterface
    public interface Heartbeats {
        OptionalLong newestMicros(RegionId source, ShardId shard);
    }

    private record Asked(String run, int attempt, ShardId shard) {
        static Asked of(LossOrders.Gather gather) {
            return new Asked(gather.run(), gather.attempt(), gather.shard());
        }
    }

    private final RegionId here;
    private final StoreAccess store;
    private final FrozenShards frozen;
    private final LossView view;
    private final Heartbeats heartbeats;
    private final Runnable told;
    private final Map<Asked, GatherAnswer> answers = new HashMap<>();

    /** @param told called when there is something new in {@link #gathered} */
    public Gatherer(
            RegionId here,
            StoreAccess store,
            FrozenShards frozen,
            LossView view,
            Heartbeats heartbeats,
            Runnable told) {
        this.here = here;
        this.store = store;
        this.frozen = frozen;
        this.view = view;
        this.heartbeats = heartbeats;
        this.told = told;
    }

    /** Answers to what is still asked for. Any thread. */
    public List<GatherAnswer> gathered() {
        synchronized (answers) {
            return List.copyOf(answers.values());
        }
    }

    @Override
    public void run(Running running) throws Exception {
        // Without a replication origin: a raised fence row belongs into the stream.
        try (Connection connection = store.open("meridian gather")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set lock_timeout = '300ms'");
            }
            connection.setAutoCommit(false);
            frozen.load(connection);
            connection.rollback();
            running.well();
            while (running.wanted()) {
                boolean all = step(connection);
                LockSupport.parkNanos((all ? IDLE : AGAIN).toNanos());
            }
        }
    }

    /** @return false: something could not be done yet */
    private boolean step(Connection connection) throws SQLException {
        List<LossOrders.Gather> gathers = view.orders().gathers();
        forgetOthers(gathers);
        List<LossOrders.Gather> unanswered = gathers.stream()
                .filter(gather -> !isAnswered(gather))
                .sorted(Comparator.comparing(LossOrders.Gather::shard))
                .toList();
        boolean all = true;
        for (int from = 0; from < unanswered.size(); from += SHARDS_PER_TRANSACTION) {
            List<LossOrders.Gather> batch =
                    unanswered.subList(from, Math.min(unanswered.size(), from + SHARDS_PER_TRANSACTION));
            all &= unlessBusy(connection, () -> answer(new FrozenHeads(connection), connection, batch));
        }
        Map<ShardId, FrozenShards.Mark> limits = limits(gathers);
        if (!limits.isEmpty()) {
            all &= unlessBusy(connection, () -> limit(connection, limits));
        }
        if (gathers.isEmpty() && unanswered.isEmpty() && !connection.isValid(1)) {
            throw new SQLException("the store closed an idle connection");
        }
        connection.rollback(); // looking began a transaction
        return all;
    }

    private interface Step {
        boolean done() throws SQLException;
    }

    private static boolean unlessBusy(Connection connection, Step step) throws SQLException {
        try {
            return step.done();
        } catch (SQLException e) {
            if (e.getSQLState() == null || !BUSY.contains(e.getSQLState())) {
                throw e;
            }
            connection.rollback();
            return false;
        }
    }

    private void forgetOthers(List<LossOrders.Gather> gathers) {
        synchronized (answers) {
            if (!answers.isEmpty()) {
                Set<Asked> asked = new HashSet<>();
                gathers.forEach(gather -> asked.add(Asked.of(gather)));
                answers.keySet().retainAll(asked);
            }
        }
    }

    private boolean isAnswered(LossOrders.Gather gather) {
        synchronized (answers) {
            return answers.containsKey(Asked.of(gather));
        }
    }

    private boolean answer(FrozenHeads heads, Connection connection, List<LossOrders.Gather> batch)
            throws SQLException {
        heads.raise(batch);
        // What is raised is refused a further promise; those that were given must run out before anybody builds on the
        // answer.
        Optional<String> bound = PromiseRows.outstanding(connection);
        if (bound.isPresent()) {
            connection.commit();
            LOG.debugf("a gather waits problem=%s", bound.get());
            return false;
        }
        List<LossOrders.Gather> answerable = heads.answerable(batch, here);
        List<FrozenHeads.Frozen> marked = answerable.isEmpty() ? List.of() : heads.freeze(answerable);
        // Before the commit: who is refused by a mark looks here for the reason. No head that was planned without it
        // passes the row.
        marked.forEach(one -> frozen.mark(one.gather().shard(), one.mark()));
        connection.commit();
        List<GatherAnswer> found = marked.stream().map(this::answer).toList();
        synchronized (answers) {
            found.forEach(answer -> answers.put(new Asked(answer.run(), answer.attempt(), answer.shard()), answer));
        }
        if (!found.isEmpty()) {
            LOG.infof(
                    "shards frozen, their owner is lost shards=%d asked=%d run=%s attempt=%d",
                    found.size(),
                    batch.size(),
                    found.getFirst().run(),
                    found.getFirst().attempt());
            told.run();
        }
        return found.size() == batch.size();
    }

    private GatherAnswer answer(FrozenHeads.Frozen one) {
        LossOrders.Gather gather = one.gather();
        return new GatherAnswer(
                gather.run(),
                gather.attempt(),
                gather.shard(),
                one.head(),
                one.closed(),
                heartbeats.newestMicros(gather.source(), gather.shard()).orElse(0),
                one.problem());
    }

    /** Marks as they shall be where what is decided differs from what holds here. */
    private Map<ShardId, FrozenShards.Mark> limits(List<LossOrders.Gather> gathers) {
        Map<ShardId, FrozenShards.Mark> marks = frozen.marks();
        Map<ShardId, FrozenShards.Mark> limits = new HashMap<>();
        if (marks.isEmpty()) {
            return limits;
        }
        for (LossOrders.Gather gather : gathers) {
            FrozenShards.Mark mark = marks.get(gather.shard());
            if (mark != null
                    && gather.cut().isPresent()
                    && mark.run().equals(gather.run())
                    && mark.attempt() == gather.attempt()
                    && mark.epoch().equals(gather.epoch())
                    && successor(gather.shard(), mark).isEmpty()) {
                differing(mark, gather.cut().get().base()).ifPresent(next -> limits.put(gather.shard(), next));
            }
        }
        // The failover is over: what it was built on is the limit, also for one that did not hear of the cut.
        marks.forEach((shard, mark) -> successor(shard, mark)
                .flatMap(grant -> differing(mark, grant.base()))
                .ifPresent(next -> limits.put(shard, next)));
        return limits;
    }

    private Optional<Ownership.Grant> successor(ShardId shard, FrozenShards.Mark mark) {
        return view.ownership(shard)
                .filter(Ownership.Grant.class::isInstance)
                .map(Ownership.Grant.class::cast)
                .filter(grant -> grant.epoch().isAbove(mark.epoch()));
    }

    private static Optional<FrozenShards.Mark> differing(FrozenShards.Mark mark, Base base) {
        if (!(base instanceof Base.At at)) {
            return Optional.empty(); // nothing of the shard counts
        }
        var next = new FrozenShards.Mark(
                mark.run(), mark.attempt(), mark.epoch(), Optional.of(new FrozenShards.Limit(at)));
        return next.equals(mark) ? Optional.empty() : Optional.of(next);
    }

    private boolean limit(Connection connection, Map<ShardId, FrozenShards.Mark> limits) throws SQLException {
        Set<ShardId> moved = new FrozenHeads(connection).limit(limits);
        connection.commit();
        List<ShardId> gone = new ArrayList<>();
        limits.forEach((shard, mark) -> {
            if (moved.contains(shard)) {
                frozen.mark(shard, mark);
            } else {
                gone.add(shard);
            }
        });
        LOG.infof("frozen shards may go on to their cut shards=%d marks_gone=%d", moved.size(), gone.size());
        frozen.forget(gone);
        return true;
    }
}
