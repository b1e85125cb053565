package io.meridian.agent.capture;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Messages of pgoutput as the store's SQL function gives them: real ones, each in hand, and under any origin. */
final class SlotMessages {
    private SlotMessages() {}

    /** All that the slot holds; it holds it still afterwards. */
    static List<ByteBuffer> peek(Connection superuser, String slot, String publication) throws SQLException {
        List<ByteBuffer> messages = new ArrayList<>();
        try (Statement statement = superuser.createStatement()) {
            statement.execute("set debug_logical_replication_streaming = immediate");
            try (ResultSet row = statement.executeQuery("select data from pg_logical_slot_peek_binary_changes('" + slot
                    + "', null, null, 'proto_version', '2', 'streaming', 'on', 'origin', 'any', 'messages', 'true',"
                    + " 'publication_names', '" + publication + "')")) {
                while (row.next()) {
                    messages.add(ByteBuffer.wrap(row.getBytes(1)));
                }
            }
        }
        return messages;
    }
}
