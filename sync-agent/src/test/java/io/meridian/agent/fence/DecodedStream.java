package io.meridian.agent.fence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The judge's own reading of pgoutput: what a slot holds, in the order of commits. Small on purpose, and not the decoder that it helps to judge. */
final class DecodedStream {
    /**
     * @param values by column; of a DELETE the key only
     * @param before the key that an UPDATE changed; else empty
     */
    record Change(char kind, String table, Map<String, @Nullable String> values, Map<String, @Nullable String> before) {
        String value(String column) {
            String value = values.get(column);
            return value == null ? "" : value;
        }
    }

    private final Map<Integer, String> tables = new HashMap<>();
    private final Map<Integer, List<String>> columns = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** Takes everything out of the slot. */
    static List<Change> take(Connection superuser, String slot, String publication) throws SQLException {
        DecodedStream stream = new DecodedStream();
        try (Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery("select data from pg_logical_slot_get_binary_changes('" + slot
                        + "', null, null, 'proto_version', '1', 'publication_names', '" + publication + "')")) {
            while (row.next()) {
                stream.message(ByteBuffer.wrap(row.getBytes(1)));
            }
        }
        return stream.changes;
    }

    private void message(ByteBuffer in) {
        char kind = (char) in.get();
        switch (kind) {
            case 'R' -> relation(in);
            case 'I' -> {
                int relation = in.getInt();
                in.get();
                changes.add(new Change('I', name(relation), tuple(in, relation), Map.of()));
            }
            case 'U' -> {
                int relation = in.getInt();
                Map<String, @Nullable String> before = Map.of();
                if (in.get() != 'N') {
                    before = tuple(in, relation);
                    in.get();
                }
                changes.add(new Change('U', name(relation), tuple(in, relation), before));
            }
            case 'D' -> {
                int relation = in.getInt();
                in.get();
                changes.add(new Change('D', name(relation), tuple(in, relation), Map.of()));
            }
            default -> {
                // BEGIN, COMMIT, TYPE: the order of the changes is the order of commits already.
            }
        }
    }

    private void relation(ByteBuffer in) {
        int relation = in.getInt();
        String schema = string(in);
        tables.put(relation, schema + "." + string(in));
        in.get();
        List<String> names = new ArrayList<>();
        for (int left = in.getShort(); left > 0; left--) {
            in.get();
            names.add(string(in));
            in.getInt();
            in.getInt();
        }
        columns.put(relation, names);
    }

    private Map<String, @Nullable String> tuple(ByteBuffer in, int relation) {
        Map<String, @Nullable String> values = new HashMap<>();
        int count = in.getShort();
        for (int i = 0; i < count; i++) {
            String column = columns.getOrDefault(relation, List.of()).get(i);
            char kind = (char) in.get();
            if (kind == 't') {
                byte[] text = new byte[in.getInt()];
                in.get(text);
                values.put(column, new String(text, StandardCharsets.UTF_8));
            } else {
                values.put(column, null);
            }
        }
        return values;
    }

    private String name(int relation) {
        return tables.getOrDefault(relation, "?");
    }

    private static String string(ByteBuffer in) {
        int start = in.position();
        while (in.get() != 0) {
            // up to the zero that ends it
        }
        return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
    }
}
