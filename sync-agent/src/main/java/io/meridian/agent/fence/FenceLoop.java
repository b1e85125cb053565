package io.meridian.agent.fence;

import io.meridian.agent.feed.DesiredState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Brings the fences to the desired state, again and again: reads the rows of the shards that something happened to (all of them once a second), plans,
 * writes, tells. Closing has one thread and opening another, so that neither waits for the other's locks.
 */
public final class FenceLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FenceLoop.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration TELL_AGAIN = Duration.ofSeconds(10);
    /** How long a shard may wait for its base before the log says so. */
    private static final Duration WAITING_WORTH_TELLING = Duration.ofSeconds(2);

    /** Called before shards are opened that are not this store's own to reopen; asks for what must be seen before, and may wait a moment for it. */
    public interface BeforeOpening {
        void settle(Collection<ShardId> shards) throws SQLException, InterruptedException;
    }

    private final RegionId here;
    private final DataSource store;
    private final Supplier<DesiredState> desired;
    private final FenceWriter writer;
    private final FenceListener listener;
    private final BeforeOpening beforeOpening;
    private final ShardSignal toClose = new ShardSignal();
    private final ShardSignal toOpen = new ShardSignal();
    /** Shards that could not be opened yet, since when. */
    private final Map<ShardId, Long> waitingSinceNanos = new ConcurrentHashMap<>();

    private final Set<ShardId> told = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads;
    private volatile boolean running = true;
    private volatile long toldNanos = System.nanoTime() - TELL_AGAIN.toNanos();

    public FenceLoop(
            RegionId here,
            DataSource store,
            Supplier<DesiredState> desired,
            FenceWriter writer,
            FenceListener listener,
            BeforeOpening beforeOpening) {
        this.here = here;
        this.store = store;
        this.desired = desired;
        this.writer = writer;
        this.listener = listener;
        this.beforeOpening = beforeOpening;
        this.threads = List.of(
                Thread.ofPlatform().daemon().name("fence-closings").unstarted(() -> run(toClose, this::close)),
                Thread.ofPlatform().daemon().name("fence-openings").unstarted(() -> run(toOpen, this::open)));
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /** What is desired of these shards changed. */
    public void changed(Collection<ShardId> shards) {
        toClose.raise(shards);
        toOpen.raise(shards);
    }

    /** Something that openings wait for happened to these shards. Cheap for those that nobody waits for. */
    public void advanced(Collection<ShardId> shards) {
        if (!waitingSinceNanos.isEmpty()) {
            toOpen.raise(shards.stream().filter(waitingSinceNanos::containsKey).toList());
        }
    }

    /** Shards that were granted to this store and are not open yet. */
    public int waiting() {
        return waitingSinceNanos.size();
    }

    private interface Step {
        void take(Look look) throws SQLException, InterruptedException;
    }

    /** @param rows of the desired shards, or of those that something happened to */
    private record Look(DesiredState state, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {}

    private void run(ShardSignal signal, Step step) {
        Duration patience = Duration.ZERO; // What was desired before the restart is begun with at once.
        while (running) {
            try {
                Set<ShardId> shards = signal.take(patience);
                patience = TICK;
                DesiredState state = desired.get();
                if (!state.shards().isEmpty()) {
                    step.take(look(shards, state));
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException e) {
                storeFailed(e);
                pause();
            } catch (RuntimeException e) {
                LOG.error("fences not brought to the desired state: a defect, trying again", e);
                pause();
            }
        }
    }

    private void storeFailed(SQLException failure) {
        if (running && System.nanoTime() - toldNanos > TELL_AGAIN.toNanos()) {
            toldNanos = System.nanoTime();
            LOG.warnf("fences not brought to the desired state, trying again problem=%s", failure.getMessage());
        }
    }

    /** @param shards empty: all */
    private Look look(Set<ShardId> shards, DesiredState state) throws SQLException {
        try (Connection connection = store.getConnection()) {
            if (shards.isEmpty()) {
                return new Look(state, state.shards().values(), FenceTable.all(connection));
            }
            List<Ownership> ownerships = shards.stream()
                    .map(state.shards()::get)
                    .filter(Objects::nonNull)
                    .toList();
            return new Look(state, ownerships, FenceTable.of(connection, shards));
        }
    }

    private void close(Look look) throws SQLException, InterruptedException {
        List<FencePlan.Close> closed = FencePlanner.closed(here, look.desired(), look.rows());
        if (!closed.isEmpty()) {
            listener.stayClosed(closed);
        }
        DesiredState state = look.state();
        FencePlan plan = FencePlanner.plan(here, look.desired(), look.rows());
        if (!plan.closings().isEmpty()) {
            long begun = System.nanoTime();
            FenceWriter.Outcome<FencePlan.Close> outcome = writer.close(plan.closings(), PATIENCE);
            listener.closed(outcome.written());
            toOpen.raise(outcome.written().stream().map(FencePlan.Close::shard).toList());
            if (!outcome.written().isEmpty() || !outcome.busy().isEmpty()) { // else the lease keeper was faster
                LOG.infof(
                        "fences closed shards=%d busy=%d took_ms=%d revision=%d run=%s",
                        outcome.written().size(),
                        outcome.busy().size(),
                        millisSince(begun),
                        state.revision(),
                        plan.closings().getFirst().run());
            }
        }
        if (!plan.raises().isEmpty()) {
            FenceWriter.Outcome<FencePlan.Raise> outcome = writer.raise(plan.raises(), PATIENCE);
            listener.raised(outcome.written());
            LOG.debugf(
                    "fences raised shards=%d busy=%d",
                    outcome.written().size(), outcome.busy().size());
        }
    }

    private void open(Look look) throws SQLException, InterruptedException {
        DesiredState state = look.state();
        FencePlan plan = FencePlanner.plan(here, look.desired(), look.rows());
        if (plan.openings().isEmpty()) {
            return;
        }
        long begun = System.nanoTime();
        beforeOpening.settle(plan.openings().stream()
                .filter(grant ->
                        grant.base() instanceof Base.At at && !at.region().equals(here))
                .map(Ownership.Grant::shard)
                .toList());
        plan.openings().forEach(grant -> waitingSinceNanos.putIfAbsent(grant.shard(), begun));
        FenceWriter.Opened opened =
                writer.open(plan.openings(), state.revision(), state.losses().unclean(), PATIENCE);
        opened.written().forEach(grant -> {
            waitingSinceNanos.remove(grant.shard());
            told.remove(grant.shard());
        });
        if (!opened.written().isEmpty()) {
            listener.opened(opened.written());
            LOG.infof(
                    "fences opened shards=%d waiting=%d took_ms=%d revision=%d",
                    opened.written().size(), opened.waiting().size(), millisSince(begun), state.revision());
        }
        opened.waiting().forEach((shard, why) -> {
            long since = waitingSinceNanos.getOrDefault(shard, begun);
            if (begun - since > WAITING_WORTH_TELLING.toNanos() && told.add(shard)) {
                LOG.warnf("shard not opened yet shard=%s problem=%s", shard, why);
            }
        });
        forgetOthers(state);
    }

    /** Grants that were withdrawn or given away while they waited. */
    private void forgetOthers(DesiredState state) {
        waitingSinceNanos.keySet().removeIf(shard -> {
            Ownership ownership = state.shards().get(shard);
            return !(ownership instanceof Ownership.Grant grant && grant.owner().equals(here));
        });
    }

    private static void pause() {
        try {
            Thread.sleep(TICK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long millisSince(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1_000_000;
    }

    @Override
    public void close() {
        running = false;
        threads.forEach(Thread::interrupt);
    }
}
