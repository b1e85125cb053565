package io.meridian.agent.capture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** What PostgreSQL 18 sent, in its order: every kind of message, each transaction whole and then streamed. */
final class RecordedMessages {
    /** @param streamed stands between a stream's start and its stop */
    record Recorded(byte[] bytes, boolean streamed) {
        ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes);
        }
    }

    private RecordedMessages() {}

    static List<Recorded> all() throws IOException {
        List<Recorded> messages = new ArrayList<>();
        boolean streamed = false;
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RecordedMessages.class.getResourceAsStream("pgoutput-messages.hex")),
                StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    byte[] bytes = HexFormat.of().parseHex(line);
                    streamed = streamed && bytes[0] != 'E';
                    messages.add(new Recorded(bytes, streamed));
                    streamed = streamed || bytes[0] == 'S';
                }
            }
        }
        return messages;
    }
}
