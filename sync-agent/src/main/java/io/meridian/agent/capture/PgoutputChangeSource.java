package io.meridian.agent.capture;

import io.meridian.agent.store.StoreAccess;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * PostgreSQL's own logical stream (pgoutput, protocol 1) through the JDBC driver. One thread for everything: the driver's {@code read()}
 * would hold the connection's lock, so a flush from another thread never ended; hence {@code readPending()} only, which also sends what the
 * walsender wants to hear.
 */
public final class PgoutputChangeSource implements ChangeSource {
    private static final Logger LOG = Logger.getLogger(PgoutputChangeSource.class);

    private final Connection connection;
    private final PGReplicationStream stream;
    private final TransactionAssembler assembler;
    private long polledLsn;

    private PgoutputChangeSource(
            Connection connection, PGReplicationStream stream, TransactionAssembler assembler, long fromLsn) {
        this.connection = connection;
        this.stream = stream;
        this.assembler = assembler;
        this.polledLsn = fromLsn;
    }

    /** @param ourOrigins beginning of the names of the origins under which this agent applies: their transactions come out empty */
    public static PgoutputChangeSource open(
            StoreAccess store, String slot, String publication, String ourOrigins, long fromLsn) throws SQLException {
        Connection connection = store.openReplication("meridian capture " + slot);
        try {
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(slot)
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", "\"" + publication + "\"")
                    .withSlotOption("origin", "none")
                    .withStartPosition(LogSequenceNumber.valueOf(fromLsn))
                    .withStatusInterval(5, TimeUnit.SECONDS)
                    .withAutomaticFlush(false)
                    .start();
            return new PgoutputChangeSource(connection, stream, new TransactionAssembler(ourOrigins), fromLsn);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Optional<SourceTransaction> poll() throws SQLException {
        while (true) {
            ByteBuffer bytes = stream.readPending();
            if (bytes == null) {
                idle();
                return Optional.empty();
            }
            Optional<SourceTransaction> ended = assembler.add(PgoutputDecoder.decode(bytes));
            if (ended.isPresent()) {
                raise(ended.get().endLsn());
                return ended;
            }
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
