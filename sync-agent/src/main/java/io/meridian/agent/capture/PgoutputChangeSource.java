package io.meridian.agent.capture;

import io.meridian.agent.store.StoreAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * PostgreSQL's own logical stream (pgoutput, protocol 2: large transactions come before they end) through the JDBC driver. One thread for everything: the driver's {@code read()}
 * would hold the connection's lock, so a flush from another thread never ended; hence {@code readPending()} only, which also sends what the
 * walsender wants to hear.
 */
public final class PgoutputChangeSource implements ChangeSource {
    private static final Logger LOG = Logger.getLogger(PgoutputChangeSource.class);

    /** What the store holds in memory for this stream before it sends a transaction that has not ended, or writes it to disk. */
    private static final String STORE_MEMORY = "4MB";
    /** So that whoever polls gets to other things while a large transaction comes in. */
    private static final int MOST_AT_ONCE = 10_000;

    private static final Duration SAY_ALIVE_EVERY = Duration.ofSeconds(1);
    private static final String SLOT_IN_USE = "55006";

    private final Connection connection;
    private final PGReplicationStream stream;
    private final Staging staging;
    private final TransactionAssembler assembler;
    private long polledLsn;
    private long sayAlive = System.nanoTime();

    private PgoutputChangeSource(
            Connection connection, PGReplicationStream stream, Staging staging, String ourOrigins, long fromLsn) {
        this.connection = connection;
        this.stream = stream;
        this.staging = staging;
        this.assembler = new TransactionAssembler(ourOrigins, staging, this::working);
        this.polledLsn = fromLsn;
    }

    /** Large transactions wait in a temporary folder. */
    public static PgoutputChangeSource open(
            StoreAccess store, String slot, String publication, String ourOrigins, long fromLsn) throws SQLException {
        Path staging = Path.of(System.getProperty("java.io.tmpdir"), "meridian-staging-" + UUID.randomUUID());
        return open(store, slot, publication, ourOrigins, staging, fromLsn);
    }

    /**
     * @param ourOrigins beginning of the names of the origins under which this agent applies: their transactions come out empty
     * @param staging folder for large transactions, of this source alone: it is emptied
     * @throws SQLException also when another capture holds the slot
     */
    public static PgoutputChangeSource open(
            StoreAccess store, String slot, String publication, String ourOrigins, Path staging, long fromLsn)
            throws SQLException {
        Connection connection = store.openReplication("meridian capture " + slot);
        try {
            boundMemory(connection);
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(slot)
                    .withSlotOption("proto_version", 2)
                    .withSlotOption("streaming", "on")
                    .withSlotOption("publication_names", "\"" + publication + "\"")
                    .withSlotOption("origin", "none")
                    .withStartPosition(LogSequenceNumber.valueOf(fromLsn))
                    .withStatusInterval(5, TimeUnit.SECONDS)
                    .withAutomaticFlush(false)
                    .start();
            return new PgoutputChangeSource(
                    connection, stream, Staging.in(staging, Staging.MOST_BYTES), ourOrigins, fromLsn);
        } catch (SQLException e) {
            connection.close();
            throw SLOT_IN_USE.equals(e.getSQLState()) ? inUse(slot, e) : e;
        } catch (IOException e) {
            connection.close();
            throw new UncheckedIOException("the folder for large transactions cannot be used: " + staging, e);
        }
    }

    private static void boundMemory(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set logical_decoding_work_mem = '" + STORE_MEMORY + "'");
        }
    }

    private static SQLException inUse(String slot, SQLException e) {
        return new SQLException(
                "slot " + slot + " is held by another capture: one agent at a time captures a store (" + e.getMessage()
                        + ")",
                e.getSQLState(),
                e);
    }

    @Override
    public Optional<SourceTransaction> poll() throws SQLException {
        for (int count = 0; count < MOST_AT_ONCE; count++) {
            ByteBuffer bytes = stream.readPending();
            if (bytes == null) {
                idle();
                return Optional.empty();
            }
            Optional<SourceTransaction> ended = assembler.add(bytes);
            if (ended.isPresent()) {
                raise(ended.get().endLsn());
                return ended;
            }
        }
        return Optional.empty();
    }

    /** While a large transaction is read back nothing is polled, and the store would take us for dead. */
    private void working() {
        if (System.nanoTime() - sayAlive < 0) {
            return;
        }
        sayAlive = System.nanoTime() + SAY_ALIVE_EVERY.toNanos();
        try {
            stream.forceUpdateStatus();
        } catch (SQLException e) {
            LOG.debugf(e, "the store does not hear that capture is at work; the next poll will tell why");
        }
    }

    /** The driver's last received LSN means a position only between transactions; after some messages it is 0/0. */
    private void idle() {
        if (!assembler.insideTransaction()) {
            raise(stream.getLastReceiveLSN().asLong());
        }
    }

    private void raise(long lsn) {
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
        var confirmed = LogSequenceNumber.valueOf(lsn);
        stream.setAppliedLSN(confirmed);
        stream.setFlushedLSN(confirmed);
        stream.forceUpdateStatus();
    }

    @Override
    public void close() {
        try {
            staging.close();
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("staged transactions were left on disk problem=%s", e.getMessage());
        }
        try {
            stream.close();
        } catch (SQLException e) {
            LOG.debugf(e, "replication stream ended badly");
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debugf(e, "replication connection ended badly");
        }
    }
}
