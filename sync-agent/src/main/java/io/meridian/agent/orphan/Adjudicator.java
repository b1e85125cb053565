package io.meridian.agent.orphan;

import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.repair.ShardGate;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tells the others of orphans that were found here, and decides those of shards that are open here. One thread; asks its store once a second, and goes on while
 * there is something to do. It waits for nobody: what cannot be decided now is looked at again a second later.
 */
public final class Adjudicator implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Adjudicator.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);
    /** No such table, column or right: the store was installed by an older release. */
    private static final Set<String> NOT_INSTALLED = Set.of("42P01", "42703", "42501");

    /** Opens a session of this part's own, with the text forms of all values pinned. */
    @FunctionalInterface
    public interface Sessions {
        Connection open() throws SQLException;
    }

    private final Sessions sessions;
    private final Duration transactionLimit;
    private final Supplier<List<Topology.Table>> tables;
    private final Thread thread;
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean running = true;
    private long toldNanos = System.nanoTime() - TELL_AGAIN.toNanos();

    public Adjudicator(Sessions sessions, Duration transactionLimit, Supplier<List<Topology.Table>> tables) {
        this.sessions = sessions;
        this.transactionLimit = transactionLimit;
        this.tables = tables;
        this.thread = Thread.ofPlatform().daemon().name("orphans").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What keeps orphans from being decided and needs a person. */
    public Optional<String> problem() {
        return problem;
    }

    private void run() {
        while (running) {
            try (Connection store = sessions.open()) {
                work(store);
            } catch (SQLException e) {
                if (NOT_INSTALLED.contains(String.valueOf(e.getSQLState()))) {
                    problem = Optional.of(
                            "this store lacks what orphans need: install this agent's version there (agent install --apply): "
                                    + e.getMessage());
                }
                failed(e);
            } catch (RuntimeException e) {
                LOG.error("orphans not decided: a defect, trying again", e);
            }
            if (running) {
                LockSupport.parkNanos(IDLE.toNanos());
            }
        }
    }

    private void failed(SQLException failure) {
        if (running && System.nanoTime() - toldNanos > TELL_AGAIN.toNanos()) {
            toldNanos = System.nanoTime();
            LOG.warnf("orphans wait, the store does not answer problem=%s", failure.getMessage());
        }
    }

    private void work(Connection store) throws SQLException {
        while (running) {
            boolean more = Teller.tell(store);
            List<Topology.Table> known = tables.get();
            if (!known.isEmpty()) {
                more |= decide(store, new Adjudication(store, transactionLimit, known));
            }
            if (!more) {
                LockSupport.parkNanos(IDLE.toNanos());
            }
        }
    }

    /** @return whether something was decided, so that more may wait */
    private boolean decide(Connection store, Adjudication adjudication) throws SQLException {
        boolean decided = false;
        Optional<String> found = Optional.empty();
        for (ShardId shard : OpenOrphans.ofOpenShards(store)) {
            long began = System.nanoTime();
            try {
                int count = adjudication.decide(shard);
                if (count > 0) {
                    LOG.infof("orphans decided shard=%s count=%d", shard, count);
                    decided = true;
                }
            } catch (RepairRefusedException e) {
                LOG.debugf("orphans wait for the shard's owner shard=%s reason=%s", shard, e.reason());
            } catch (UndecidedException e) {
                found = Optional.of("orphans of shard " + shard + " wait: " + e.reason());
            } catch (SQLException e) {
                if (!ShardGate.busy(e) && !ShardGate.refused(e)) {
                    throw e;
                }
            }
            LockSupport.parkNanos(System.nanoTime() - began); // Half of the time is the writers'.
            if (!running) {
                break;
            }
        }
        found.filter(text -> !problem.equals(Optional.of(text)))
                .ifPresent(text -> LOG.errorf("orphans wait problem=%s", text));
        problem = found;
        return decided;
    }

    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
    }
}
