package io.meridian.control.raft;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Commands, replies and snapshots as JSON. The pure types know nothing of it: which record of a sealed type a value is stands in {@code @type},
 * and ids are written as the plain number or text that they are.
 */
public final class StateCodec {
    /** Of snapshots; a node refuses one that it does not know rather than guess. */
    static final int FORMAT = 1;

    private final ObjectWriter commandWriter;
    private final ObjectReader commandReader;
    private final ObjectWriter replyWriter;
    private final ObjectReader replyReader;
    private final ObjectWriter snapshotWriter;
    private final ObjectReader snapshotReader;

    /** What a snapshot file holds. */
    record Snapshot(int format, ControlState state) {}

    public StateCodec() {
        ObjectMapper mapper = JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(new ScalarIds())
                .serializationInclusion(JsonInclude.Include.ALWAYS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(com.fasterxml.jackson.databind.MapperFeature.AUTO_DETECT_IS_GETTERS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
        mapper.setAnnotationIntrospector(AnnotationIntrospector.pair(
                new SealedTypes(), mapper.getSerializationConfig().getAnnotationIntrospector()));
        commandWriter = mapper.writerFor(Command.class);
        commandReader = mapper.readerFor(Command.class);
        replyWriter = mapper.writerFor(Reply.class);
        replyReader = mapper.readerFor(Reply.class);
        snapshotWriter = mapper.writerFor(Snapshot.class);
        snapshotReader = mapper.readerFor(Snapshot.class);
    }

    public byte[] encode(Command command) {
        return bytes(commandWriter, command);
    }

    /** @throws IllegalStateException what stands in the log is not a command of this version */
    public Command command(byte[] bytes) {
        return value(commandReader, bytes);
    }

    byte[] encode(Reply reply) {
        return bytes(replyWriter, reply);
    }

    Reply reply(byte[] bytes) {
        return value(replyReader, bytes);
    }

    public void write(ControlState state, OutputStream out) throws IOException {
        snapshotWriter.writeValue(out, new Snapshot(FORMAT, state));
    }

    public ControlState read(InputStream in) throws IOException {
        Snapshot snapshot = snapshotReader.readValue(in);
        if (snapshot.format() != FORMAT) {
            throw new IOException("snapshot format " + snapshot.format() + ", this version reads " + FORMAT);
        }
        return snapshot.state();
    }

    private static byte[] bytes(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value, e);
        }
    }

    private static <T> T value(ObjectReader reader, byte[] bytes) {
        try {
            return reader.readValue(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + bytes.length + " bytes of the log", e);
        }
    }
}
