package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes of pgoutput (protocol 2, text) to messages. Pure: every message explains itself, no catalog is asked. Nothing is taken that is not
 * precisely of the protocol.
 */
final class PgoutputDecoder {
    /** PostgreSQL counts from 2000-01-01. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private PgoutputDecoder() {}

    /**
     * @param streamed the message stands between a stream's start and its stop: changes name their subtransaction there
     * @throws IllegalStateException the bytes are not of this protocol
     */
    static PgoutputMessage decode(ByteBuffer message, boolean streamed) {
        var bytes = new MessageBytes(message);
        PgoutputMessage decoded = switch (bytes.tag()) {
            case 'B' -> new PgoutputMessage.Begin(bytes.int64(), micros(bytes), bytes.int32());
            case 'C' -> commit(bytes);
            case 'O' -> origin(bytes);
            case 'S' -> new PgoutputMessage.StreamStart(xid(bytes), oneOf(bytes, 0, 1) == 1);
            case 'E' -> new PgoutputMessage.StreamStop();
            case 'c' -> new PgoutputMessage.StreamCommit(xid(bytes), commit(bytes));
            case 'A' -> new PgoutputMessage.StreamAbort(xid(bytes), xid(bytes));
            case 'R', 'I', 'U', 'D', 'T', 'Y', 'M' ->
                streamed ? new PgoutputMessage.Streamed(xid(bytes), content(bytes)) : content(bytes);
            default -> throw bytes.refusal("is not of protocol 2");
        };
        bytes.end();
        return decoded;
    }

    private static PgoutputMessage.Content content(MessageBytes bytes) {
        return switch (bytes.tag()) {
            case 'R' -> relation(bytes);
            case 'I' -> insert(bytes);
            case 'U' -> update(bytes);
            case 'D' -> new PgoutputMessage.Delete(bytes.int32(), oldTuple(bytes.letter(), bytes));
            case 'T' -> truncate(bytes);
            case 'Y' -> type(bytes);
            default -> logicalMessage(bytes);
        };
    }

    private static PgoutputMessage.Commit commit(MessageBytes bytes) {
        oneOf(bytes, 0); // flags, unused
        return new PgoutputMessage.Commit(bytes.int64(), bytes.int64(), micros(bytes));
    }

    private static PgoutputMessage origin(MessageBytes bytes) {
        bytes.int64(); // the origin's own LSN
        return new PgoutputMessage.Origin(bytes.string());
    }

    private static PgoutputMessage.Content relation(MessageBytes bytes) {
        int oid = bytes.int32();
        String schema = bytes.string();
        String table = bytes.string();
        oneOf(bytes, 'd', 'n', 'f', 'i'); // replica identity: the columns' flags say the same
        int count = bytes.count16(10);
        List<Relation.Column> columns = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            boolean key = oneOf(bytes, 0, 1) == 1;
            columns.add(new Relation.Column(bytes.string(), key));
            bytes.int32(); // type
            bytes.int32(); // its modifier
        }
        return new PgoutputMessage.Described(oid, new Relation(schema, table, List.copyOf(columns)));
    }

    private static PgoutputMessage.Content insert(MessageBytes bytes) {
        int oid = bytes.int32();
        oneOf(bytes, 'N');
        return new PgoutputMessage.Insert(oid, tuple(bytes));
    }

    private static PgoutputMessage.Content update(MessageBytes bytes) {
        int oid = bytes.int32();
        char kind = bytes.letter();
        Optional<PgoutputMessage.OldTuple> old = Optional.empty();
        if (kind != 'N') {
            old = Optional.of(oldTuple(kind, bytes));
            oneOf(bytes, 'N');
        }
        return new PgoutputMessage.Update(oid, old, tuple(bytes));
    }

    private static PgoutputMessage.Content truncate(MessageBytes bytes) {
        int count = bytes.int32();
        oneOf(bytes, 0, 1, 2, 3); // cascade, restart identity
        List<Integer> oids = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            oids.add(bytes.int32());
        }
        if (oids.isEmpty()) {
            throw bytes.refusal("truncates " + count + " tables");
        }
        return new PgoutputMessage.Truncate(oids);
    }

    private static PgoutputMessage.Content type(MessageBytes bytes) {
        bytes.int32();
        bytes.string();
        bytes.string();
        return new PgoutputMessage.Other(bytes.tag());
    }

    private static PgoutputMessage.Content logicalMessage(MessageBytes bytes) {
        oneOf(bytes, 0, 1); // transactional
        bytes.int64();
        bytes.string();
        bytes.skip(bytes.count32(1));
        return new PgoutputMessage.Other(bytes.tag());
    }

    private static PgoutputMessage.OldTuple oldTuple(char kind, MessageBytes bytes) {
        return switch (kind) {
            case 'K' -> new PgoutputMessage.OldTuple(false, tuple(bytes));
            case 'O' -> new PgoutputMessage.OldTuple(true, tuple(bytes));
            default -> throw bytes.refusal("has an old row of kind '" + kind + "'");
        };
    }

    private static List<Value> tuple(MessageBytes bytes) {
        int count = bytes.count16(1);
        List<Value> values = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            char kind = bytes.letter();
            values.add(
                    switch (kind) {
                        case 'n' -> Value.NULL;
                        case 'u' -> Value.UNCHANGED;
                        case 't' -> Value.of(bytes.text());
                        default -> throw bytes.refusal("has a value of kind '" + kind + "'");
                    });
        }
        return values;
    }

    private static int xid(MessageBytes bytes) {
        int xid = bytes.int32();
        if (xid == 0) {
            throw bytes.refusal("names no transaction");
        }
        return xid;
    }

    private static long micros(MessageBytes bytes) {
        return bytes.int64() + EPOCH_MICROS;
    }

    private static int oneOf(MessageBytes bytes, int... wanted) {
        int found = bytes.int8();
        for (int one : wanted) {
            if (found == one) {
                return found;
            }
        }
        throw bytes.refusal("has 0x" + Integer.toHexString(found) + " where that cannot stand");
    }
}
