package io.meridian.agent.capture.debezium;

import io.debezium.connector.postgresql.connection.Lsn;
import io.meridian.agent.capture.ChangeSource;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The store's changes as Debezium's connector for PostgreSQL reads them: the same transactions at the same positions as pgoutput's, so that
 * either may go on where the other stopped. What Debezium does not tell is asked for (keys: {@link KeyPins}; the idle position:
 * {@link IdleMark}), and what it cannot do is refused: a key that changed behind the position, a transaction above the
 * {@link TransactionLimit}.
 */
public final class DebeziumChangeSource implements ChangeSource {
    private static final Logger LOG = Logger.getLogger(DebeziumChangeSource.class);
    private static final Duration IDLE_AFTER = Duration.ofSeconds(1);

    private final Connection catalog;
    private final IdleMark idleMark;
    private final DebeziumStream.Opened opened;
    private final TransactionCollector collector;
    private long polledLsn;
    private long idleSince = System.nanoTime();

    private DebeziumChangeSource(
            Connection catalog,
            IdleMark idleMark,
            DebeziumStream.Opened opened,
            TransactionCollector collector,
            long fromLsn) {
        this.catalog = catalog;
        this.idleMark = idleMark;
        this.opened = opened;
        this.collector = collector;
        this.polledLsn = fromLsn;
    }

    /** @param ourOrigins beginning of the names of the origins under which this agent applies: their transactions come out empty */
    public static ChangeSource open(StoreAccess store, String slot, String publication, String ourOrigins, long fromLsn)
            throws SQLException {
        return open(store, slot, publication, ourOrigins, fromLsn, TransactionLimit.DEFAULT);
    }

    static ChangeSource open(
            StoreAccess store, String slot, String publication, String ourOrigins, long fromLsn, TransactionLimit limit)
            throws SQLException {
        Connection catalog = store.open("meridian capture catalog " + slot);
        try {
            KeyPins pins = KeyPins.of(catalog, slot, publication);
            var collector = new TransactionCollector(ourOrigins, limit);
            var idleMark = new IdleMark(catalog);
            DebeziumStream.Opened opened =
                    DebeziumStream.open(store, catalog, slot, publication, pins, collector, fromLsn);
            var source = new DebeziumChangeSource(catalog, idleMark, opened, collector, fromLsn);
            try {
                source.refuseSlotMadeAnew(slot, fromLsn);
            } catch (Exception e) {
                source.close();
                throw e;
            }
            return source;
        } catch (Exception e) {
            catalog.close();
            throw outage(e);
        }
    }

    /** Debezium makes a slot that it does not find, and begins at the present. */
    private void refuseSlotMadeAnew(String slot, long fromLsn) throws SQLException {
        try (PreparedStatement query = catalog.prepareStatement(
                "select confirmed_flush_lsn::text from pg_replication_slots where slot_name = ?")) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()
                        || fromLsn != 0
                                && Long.compareUnsigned(
                                                LogSequenceNumber.valueOf(row.getString(1))
                                                        .asLong(),
                                                fromLsn)
                                        > 0) {
                    throw new StreamStoppedException("slot " + slot + " was lost or made anew while capture began at "
                            + LogSequenceNumber.valueOf(fromLsn).asString() + ": changes are missing");
                }
            }
        }
    }

    @Override
    public Optional<SourceTransaction> poll() throws SQLException {
        try {
            while (opened.stream().readPending(collector)) {
                if (collector.hasEnded()) {
                    // At COMMIT, and only there, the last received LSN is the transaction's end.
                    long endLsn = opened.stream().lastReceivedLsn().asLong();
                    Optional<SourceTransaction> ended = collector.take(endLsn);
                    raise(endLsn);
                    if (ended.isPresent()) {
                        return ended;
                    }
                }
            }
            idle();
            return Optional.empty();
        } catch (Exception e) {
            throw outage(e);
        }
    }

    private void idle() throws SQLException {
        if (!collector.insideTransaction() && System.nanoTime() - idleSince > IDLE_AFTER.toNanos()) {
            idleSince = System.nanoTime();
            idleMark.writeIfBehind(polledLsn);
        }
    }

    private void raise(long lsn) {
        idleSince = System.nanoTime();
        if (Long.compareUnsigned(lsn, polledLsn) > 0) {
            polledLsn = lsn;
        }
    }

    @Override
    public long polledLsn() {
        return polledLsn;
    }

    @Override
    public void confirm(long lsn) throws SQLException {
        opened.stream().flushLsn(Lsn.valueOf(lsn));
    }

    @Override
    public void close() {
        closeQuietly(opened.stream());
        closeQuietly(opened.replication());
        closeQuietly(catalog);
    }

    static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.debugf(e, "part of the Debezium stream ended badly");
        }
    }

    /** Debezium wraps what the driver says; an outage of the store heals alone and must look like one. */
    private static SQLException outage(Exception e) throws SQLException {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException outage) {
                return outage;
            }
        }
        return switch (e) {
            case InterruptedException _ -> {
                Thread.currentThread().interrupt();
                yield new SQLException("interrupted while reading the log", e);
            }
            case RuntimeException defect -> throw defect;
            default -> throw new IllegalStateException(e);
        };
    }
}
