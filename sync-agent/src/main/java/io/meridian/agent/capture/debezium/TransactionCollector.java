package io.meridian.agent.capture.debezium;

import io.debezium.connector.postgresql.connection.LogicalDecodingMessage;
import io.debezium.connector.postgresql.connection.OriginMessage;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.record.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Debezium's messages to whole transactions, as {@code TransactionAssembler} does with pgoutput's. What it does not understand stops it. */
final class TransactionCollector implements ReplicationMessageProcessor {
    private final String ourOrigins;
    private final TransactionLimit limit;
    private final Map<String, DescribedTable> tables = new HashMap<>();
    private final Set<DescribedTable> doubtful = new HashSet<>();
    private List<SourceChange> changes = new ArrayList<>();
    private long bytes;
    private boolean inside;
    private boolean ours;
    private @Nullable Instant committed;

    /** @param ourOrigins beginning of the names of our replication origins */
    TransactionCollector(String ourOrigins, TransactionLimit limit) {
        this.ourOrigins = ourOrigins;
        this.limit = limit;
    }

    /** @param name as Debezium's messages name it */
    void describe(String name, DescribedTable table) {
        tables.put(name, table);
    }

    boolean insideTransaction() {
        return inside;
    }

    /** The last message was a COMMIT. */
    boolean hasEnded() {
        return committed != null;
    }

    /**
     * The transaction that has ended. Empty: it held nothing that is published, only logical messages, which Debezium asks for in any case.
     *
     * @param endLsn of its COMMIT, which Debezium's message does not carry
     */
    Optional<SourceTransaction> take(long endLsn) {
        Instant at = committed;
        if (at == null) {
            throw new IllegalStateException("no transaction has ended");
        }
        committed = null;
        for (DescribedTable table : doubtful) {
            if (table.pin().isDoubtfulAt(endLsn)) {
                throw new StreamStoppedException("the key of "
                        + table.relation().qualifiedName()
                        + " was changed, and the log still holds changes that may be from before: " + KeyPins.cure());
            }
        }
        List<SourceChange> whole = ours ? List.of() : changes;
        changes = new ArrayList<>();
        return whole.isEmpty() && !ours
                ? Optional.empty()
                : Optional.of(new SourceTransaction(endLsn, ChronoUnit.MICROS.between(Instant.EPOCH, at), whole));
    }

    @Override
    public void process(@Nullable ReplicationMessage message) {
        if (message == null) {
            throw new StreamStoppedException("Debezium gave an empty message");
        }
        switch (message.getOperation()) {
            case BEGIN -> begin();
            case COMMIT -> commit(message);
            case ORIGIN -> ours |= ((OriginMessage) message).getOriginName().startsWith(ourOrigins);
            case INSERT -> {
                DescribedTable table = table(message);
                add(table, table.inserted(values(table, message.getNewTupleList())));
            }
            case UPDATE -> {
                DescribedTable table = table(message);
                Optional<List<Value>> old =
                        Optional.ofNullable(message.getOldTupleList()).map(tuple -> values(table, tuple));
                add(table, table.updated(old, values(table, message.getNewTupleList())));
            }
            case DELETE -> {
                DescribedTable table = table(message);
                add(table, table.deleted(values(table, message.getOldTupleList())));
            }
            case TRUNCATE -> {
                DescribedTable table = table(message);
                add(table, new SourceChange.Truncated(table.relation()));
            }
            case MESSAGE -> logical((LogicalDecodingMessage) message);
            case NOOP ->
                throw new StreamStoppedException(
                        "Debezium passed over a change of a table that the log had not described");
        }
    }

    private void begin() {
        if (inside) {
            throw new IllegalStateException("Debezium began a transaction inside another");
        }
        inside = true;
        ours = false;
        bytes = 0;
        changes = new ArrayList<>();
        doubtful.clear();
    }

    private void commit(ReplicationMessage message) {
        if (!inside) {
            throw new IllegalStateException("Debezium ended a transaction that it had not begun");
        }
        inside = false;
        committed = message.getCommitTime();
    }

    private void add(DescribedTable table, SourceChange change) {
        if (!inside) {
            throw new IllegalStateException("Debezium gave a change outside a transaction");
        }
        if (ours) {
            return;
        }
        changes.add(change);
        if (table.pin().doubtfulUpTo() != 0) {
            doubtful.add(table);
        }
        if (!limit.admits(changes.size(), bytes)) {
            throw new StreamStoppedException("a transaction has more than " + limit.changes() + " changes or "
                    + limit.bytes() + " bytes, and Debezium holds a transaction whole:"
                    + " set meridian.capture.source=pgoutput for transactions of this size");
        }
    }

    /** Other programs' messages are theirs. Ours: the idle mark, or something that a later release writes and this one must not lose. */
    private static void logical(LogicalDecodingMessage message) {
        String prefix = message.getPrefix();
        if (prefix.startsWith("meridian") && !prefix.equals(IdleMark.PREFIX)) {
            throw new StreamStoppedException(
                    "the log holds a message '" + prefix + "' that this release does not know: a later one wrote it");
        }
    }

    private DescribedTable table(ReplicationMessage message) {
        DescribedTable table = tables.get(message.getTable());
        if (table == null) {
            throw new StreamStoppedException(
                    "Debezium gave a change of " + message.getTable() + ", which the log had not described");
        }
        return table;
    }

    /** {@link EveryTypeIsText} makes each value the text that PostgreSQL sent. */
    private List<Value> values(DescribedTable table, @Nullable List<ReplicationMessage.Column> tuple) {
        int wanted = table.relation().columns().size();
        if (tuple == null || tuple.size() != wanted) {
            throw new StreamStoppedException("Debezium left out columns of "
                    + table.relation().qualifiedName() + ": it gave "
                    + (tuple == null ? 0 : tuple.size()) + " of " + wanted);
        }
        List<Value> values = new ArrayList<>(wanted);
        for (ReplicationMessage.Column column : tuple) {
            values.add(value(column));
        }
        return values;
    }

    private Value value(ReplicationMessage.Column column) {
        if (column.isToastedColumn()) {
            return Value.UNCHANGED;
        }
        Object value = column.getValue(
                () -> {
                    throw new IllegalStateException("a text needs no connection");
                },
                false);
        return switch (value) {
            case null -> Value.NULL;
            case String text -> {
                bytes += text.length();
                yield Value.of(text);
            }
            default ->
                throw new StreamStoppedException("Debezium converted a value of column " + column.getName() + " to "
                        + value.getClass().getSimpleName());
        };
    }
}
