package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bytes of pgoutput (protocol 1, text) to messages. Pure: every message explains itself, no catalog is asked. */
final class PgoutputDecoder {
    /** PostgreSQL counts from 2000-01-01. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private PgoutputDecoder() {}

    /** @throws IllegalStateException the bytes are not of this protocol */
    static PgoutputMessage decode(ByteBuffer bytes) {
        char tag = (char) bytes.get();
        return switch (tag) {
            case 'B' -> new PgoutputMessage.Begin(bytes.getLong(), micros(bytes), bytes.getInt());
            case 'C' -> commit(bytes);
            case 'O' -> origin(bytes);
            case 'R' -> relation(bytes);
            case 'I' -> insert(bytes);
            case 'U' -> update(bytes);
            case 'D' -> delete(bytes);
            case 'T' -> truncate(bytes);
            case 'Y', 'M' -> new PgoutputMessage.Other(tag);
            default -> throw new IllegalStateException("pgoutput message '" + tag + "' is not of protocol 1");
        };
    }

    private static PgoutputMessage commit(ByteBuffer bytes) {
        bytes.get(); // flags, unused
        return new PgoutputMessage.Commit(bytes.getLong(), bytes.getLong(), micros(bytes));
    }

    private static PgoutputMessage origin(ByteBuffer bytes) {
        bytes.getLong(); // the origin's own LSN
        return new PgoutputMessage.Origin(string(bytes));
    }

    private static PgoutputMessage relation(ByteBuffer bytes) {
        int oid = bytes.getInt();
        String schema = string(bytes);
        String table = string(bytes);
        bytes.get(); // replica identity: the columns' flags say the same
        int count = bytes.getShort();
        List<Relation.Column> columns = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            boolean key = (bytes.get() & 1) == 1;
            columns.add(new Relation.Column(string(bytes), key));
            bytes.getInt(); // type
            bytes.getInt(); // its modifier
        }
        return new PgoutputMessage.Described(oid, new Relation(schema, table, List.copyOf(columns)));
    }

    private static PgoutputMessage insert(ByteBuffer bytes) {
        int oid = bytes.getInt();
        expect(bytes, 'N');
        return new PgoutputMessage.Insert(oid, tuple(bytes));
    }

    private static PgoutputMessage update(ByteBuffer bytes) {
        int oid = bytes.getInt();
        char kind = (char) bytes.get();
        Optional<PgoutputMessage.OldTuple> old = Optional.empty();
        if (kind != 'N') {
            old = Optional.of(oldTuple(kind, bytes));
            expect(bytes, 'N');
        }
        return new PgoutputMessage.Update(oid, old, tuple(bytes));
    }

    private static PgoutputMessage delete(ByteBuffer bytes) {
        int oid = bytes.getInt();
        return new PgoutputMessage.Delete(oid, oldTuple((char) bytes.get(), bytes));
    }

    private static PgoutputMessage truncate(ByteBuffer bytes) {
        int count = bytes.getInt();
        bytes.get(); // cascade, restart identity
        List<Integer> oids = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            oids.add(bytes.getInt());
        }
        return new PgoutputMessage.Truncate(oids);
    }

    private static PgoutputMessage.OldTuple oldTuple(char kind, ByteBuffer bytes) {
        return switch (kind) {
            case 'K' -> new PgoutputMessage.OldTuple(false, tuple(bytes));
            case 'O' -> new PgoutputMessage.OldTuple(true, tuple(bytes));
            default -> throw new IllegalStateException("pgoutput sent an old row of kind '" + kind + "'");
        };
    }

    private static List<Value> tuple(ByteBuffer bytes) {
        int count = bytes.getShort();
        List<Value> values = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            char kind = (char) bytes.get();
            values.add(
                    switch (kind) {
                        case 'n' -> Value.NULL;
                        case 'u' -> Value.UNCHANGED;
                        case 't' -> Value.of(text(bytes));
                        default -> throw new IllegalStateException("pgoutput sent a value of kind '" + kind + "'");
                    });
        }
        return values;
    }

    private static String text(ByteBuffer bytes) {
        int length = bytes.getInt();
        String text = new String(bytes.array(), bytes.arrayOffset() + bytes.position(), length, StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }

    private static String string(ByteBuffer bytes) {
        int start = bytes.position();
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        bytes.position(end + 1);
        return new String(bytes.array(), bytes.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
    }

    private static long micros(ByteBuffer bytes) {
        return bytes.getLong() + EPOCH_MICROS;
    }

    private static void expect(ByteBuffer bytes, char wanted) {
        char found = (char) bytes.get();
        if (found != wanted) {
            throw new IllegalStateException("pgoutput sent '" + found + "' where '" + wanted + "' stands");
        }
    }
}
