package io.meridian.agent.stream;

import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Watches what the slot holds back. While Kafka is away, slow or full, capture waits and the store keeps its log: that is what makes the wait safe, and
 * it has an end.
 */
final class SlotWatch implements Work {
    private static final Logger LOG = Logger.getLogger(SlotWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final StoreAccess store;
    private final String slot;
    private final long warnBytes;
    private volatile Optional<SlotState> newest = Optional.empty();
    private SlotState.Pressure told = SlotState.Pressure.NONE;

    SlotWatch(StoreAccess store, String slot, long warnBytes) {
        this.store = store;
        this.slot = slot;
        this.warnBytes = warnBytes;
    }

    /** As last seen; empty: not yet. Any thread. */
    Optional<SlotState> newest() {
        return newest;
    }

    /** Something needs a person. Any thread. */
    Optional<String> problem() {
        return newest.filter(state -> state.pressure(warnBytes) == SlotState.Pressure.LOSING)
                .map(SlotState::inWords);
    }

    /** Something to know of, which heals alone. Any thread. */
    Optional<String> warning() {
        return newest.filter(state -> state.pressure(warnBytes) == SlotState.Pressure.HIGH)
                .map(SlotState::inWords);
    }

    @Override
    public void run(Running running) throws Exception {
        try (Connection connection = store.open("meridian slot watch")) {
            running.well();
            while (running.wanted()) {
                SlotState now = read(connection);
                newest = Optional.of(now);
                tell(now);
                pause(running);
            }
        }
    }

    /** Once per step up, and once when it is over. */
    private void tell(SlotState now) {
        SlotState.Pressure pressure = now.pressure(warnBytes);
        if (pressure == told) {
            return;
        }
        switch (pressure) {
            case NONE -> LOG.infof("slot holds back little again slot=%s retained_bytes=%d", slot, now.retainedBytes());
            case HIGH -> LOG.warnf("slot holds back much of the log problem=%s", now.inWords());
            case LOSING -> LOG.errorf("slot is about to be lost, a person must look at it problem=%s", now.inWords());
        }
        told = pressure;
    }

    private SlotState read(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                select coalesce(wal_status, 'lost') as state, safe_wal_size,
                       coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint as retained
                from pg_replication_slots where slot_name = ?
                """)) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return new SlotState(slot, SlotState.MISSING, 0, OptionalLong.empty());
                }
                long left = row.getLong("safe_wal_size");
                OptionalLong leftBytes = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(left);
                return new SlotState(slot, row.getString("state"), row.getLong("retained"), leftBytes);
            }
        }
    }

    private static void pause(Running running) {
        long end = System.nanoTime() + EVERY.toNanos();
        while (running.wanted() && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
