package io.meridian.control.raft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A backup: one line that says what it is, then a snapshot as the log's own are. The line is read first, so that what is cut short, altered or of a
 * newer release is told as such.
 */
public final class BackupCodec {
    static final int FORMAT = 1;

    private final StateCodec codec;
    private final ObjectMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public BackupCodec(StateCodec codec) {
        this.codec = codec;
    }

    /** @param sha256 of the {@code bytes} behind this line, hex */
    record Head(int meridianBackup, long revision, String made, long bytes, String sha256) {}

    public sealed interface Read {
        /** @param checksum stands for the whole */
        record Good(ControlState state, String checksum) implements Read {}

        record Bad(Problem why) implements Read {}
    }

    public byte[] write(ControlState state, Instant now) {
        var body = new ByteArrayOutputStream();
        var whole = new ByteArrayOutputStream();
        try {
            codec.write(state, body);
            byte[] bytes = body.toByteArray();
            var head = new Head(FORMAT, state.revision().number(), now.toString(), bytes.length, sha256(bytes));
            whole.write(mapper.writeValueAsBytes(head));
            whole.write('\n');
            whole.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return whole.toByteArray();
    }

    public Read read(byte[] document) {
        int end = 0;
        while (end < document.length && document[end] != '\n') {
            end++;
        }
        Head head;
        try {
            head = mapper.readValue(document, 0, end, Head.class);
        } catch (IOException e) {
            return bad("this is no backup: it does not begin with the line that ./meridian backup writes");
        }
        if (head == null || head.meridianBackup() < 1) {
            return bad("this is no backup: its first line does not say meridianBackup");
        }
        if (head.meridianBackup() > FORMAT) {
            return bad("backup format " + head.meridianBackup() + ", this release reads up to " + FORMAT
                    + "; restore it with a newer one");
        }
        byte[] body = Arrays.copyOfRange(document, Math.min(end + 1, document.length), document.length);
        if (body.length != head.bytes()) {
            return bad("the backup says " + head.bytes() + " bytes and has " + body.length + ": it was cut short");
        }
        if (!sha256(body).equals(head.sha256())) {
            return bad("the backup does not have the checksum that it says: it was altered");
        }
        try {
            return new Read.Good(codec.read(new ByteArrayInputStream(body)), head.sha256());
        } catch (JsonProcessingException e) {
            return bad("the backup is of another release: " + e.getOriginalMessage());
        } catch (IOException e) {
            return bad("the backup cannot be read: " + e.getMessage());
        }
    }

    private static Read bad(String detail) {
        return new Read.Bad(Problem.of(ProblemType.INVALID_DOCUMENT, detail));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
