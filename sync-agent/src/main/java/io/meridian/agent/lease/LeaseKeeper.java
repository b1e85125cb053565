package io.meridian.agent.lease;

import io.meridian.agent.StoreConnections;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.DesiredStateCell;
import io.meridian.agent.fence.FenceListener;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FencePlanner;
import io.meridian.agent.fence.FenceTable;
import io.meridian.agent.fence.FenceWriter;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Renews the lease, on a thread and a connection of its own. An attempt that fails at any step is dropped: the next one asks anew, and nothing but time
 * was lost. Openings are no part of it and never delay it.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LeaseKeeper.class);

    private static final Duration TELL_AGAIN = Duration.ofSeconds(10);

    private final RegionId here;
    private final StoreConnections store;
    private final DesiredStateCell desired;
    private final FenceWriter fences;
    private final LeaseAuthority authority;
    private final Duration every;
    private final FenceListener changes;
    private final Consumer<String> viewLags;
    private final StoreStanding standing;
    private final Thread thread;

    private @Nullable Connection connection;
    private long attempts;
    private long toldNanos = System.nanoTime() - TELL_AGAIN.toNanos();
    private volatile String problem = "no lease was asked for yet";
    private volatile long validUntilNanos = System.nanoTime();
    private volatile long renewals;
    private volatile boolean running = true;
    private volatile long dropped;

    /**
     * @param changes told of fences that were brought to their withdrawal here
     * @param viewLags told when the feed does not bring what the lease's answer presupposes
     * @param standing whether the store's server may be relied on
     */
    public LeaseKeeper(
            RegionId here,
            StoreConnections store,
            DesiredStateCell desired,
            FenceWriter fences,
            LeaseAuthority authority,
            Duration every,
            FenceListener changes,
            Consumer<String> viewLags,
            StoreStanding standing) {
        this.here = here;
        this.store = store;
        this.desired = desired;
        this.fences = fences;
        this.authority = authority;
        this.every = every;
        this.changes = changes;
        this.viewLags = viewLags;
        this.standing = standing;
        this.thread = Thread.ofPlatform().daemon().name("lease").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Of the last lease that was written here, by this process's clock; negative: it ran out that long ago. */
    public Duration remaining() {
        return Duration.ofNanos(validUntilNanos - System.nanoTime());
    }

    /** Why the last attempt was dropped; empty: it was not. */
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    public long renewals() {
        return renewals;
    }

    public long dropped() {
        return dropped;
    }

    private void run() {
        while (running) {
            long begun = System.nanoTime();
            try {
                settle(attempt());
                long left = every.toNanos() - (System.nanoTime() - begun);
                if (left > 0) {
                    Thread.sleep(Duration.ofNanos(left));
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                LOG.error("renewal failed by a defect", e);
            }
        }
        disconnect();
    }

    private void settle(Optional<String> dropping) {
        if (dropping.isEmpty()) {
            renewals++;
            if (!problem.isEmpty()) {
                LOG.infof("lease renewed remaining_ms=%d", remaining().toMillis());
            }
        } else {
            dropped++;
            if (running && (problem.isEmpty() || System.nanoTime() - toldNanos > TELL_AGAIN.toNanos())) {
                toldNanos = System.nanoTime();
                LOG.warnf(
                        "lease not renewed remaining_ms=%d problem=%s",
                        remaining().toMillis(), dropping.get());
            }
        }
        problem = dropping.orElse("");
    }

    /** @return why the attempt was dropped; empty: the lease was written */
    private Optional<String> attempt() throws InterruptedException {
        try {
            Connection session = session();
            long begun = System.nanoTime();
            long d0Micros = clock(session);
            Optional<String> unreliable = standing.look(session).obstacle();
            if (unreliable.isPresent()) {
                return unreliable; // before anything is written: it might wait for a standby that is gone
            }
            return switch (authority.renew(++attempts, d0Micros)) {
                case LeaseAuthority.Answer.Refused refused -> Optional.of("refused: " + refused.why());
                case LeaseAuthority.Answer.Unknown unknown -> Optional.of("no answer: " + unknown.why());
                case LeaseAuthority.Answer.Granted granted -> {
                    Optional<String> obstacle = write(session, granted, d0Micros);
                    if (obstacle.isEmpty()) {
                        validUntilNanos = begun + granted.duration().toNanos();
                    }
                    yield obstacle;
                }
            };
        } catch (SQLException e) {
            disconnect();
            return Optional.of("the store does not answer: " + e.getMessage());
        }
    }

    private Optional<String> write(Connection session, LeaseAuthority.Answer.Granted granted, long d0Micros)
            throws SQLException, InterruptedException {
        DesiredState state = desired.await(granted.revision(), every);
        if (state.revision() < granted.revision()) {
            String why = "the feed stands at revision " + state.revision() + ", the answer at " + granted.revision();
            viewLags.accept(why);
            return Optional.of(why);
        }
        raise(session, state);
        return LeaseRow.write(session, state, granted, d0Micros, standing);
    }

    /** Every row that is below its newest withdrawal, open or not, in small transactions. */
    private void raise(Connection session, DesiredState state) throws SQLException, InterruptedException {
        session.setAutoCommit(true);
        FencePlan plan = FencePlanner.withdrawals(here, state.shards().values(), FenceTable.all(session));
        if (!plan.closings().isEmpty()) {
            FenceWriter.Outcome<FencePlan.Close> closed = fences.close(plan.closings(), every);
            changes.closed(closed.written());
            LOG.infof(
                    "fences closed before renewing shards=%d busy=%d revision=%d",
                    closed.written().size(), closed.busy().size(), state.revision());
        }
        if (!plan.raises().isEmpty()) {
            changes.raised(fences.raise(plan.raises(), every).written());
        }
    }

    private Connection session() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = store.lease();
            connection = open;
        }
        return open;
    }

    private static long clock(Connection session) throws SQLException {
        session.setAutoCommit(true);
        try (Statement statement = session.createStatement();
                ResultSet row =
                        statement.executeQuery("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debugf("lease session not closed problem=%s", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
