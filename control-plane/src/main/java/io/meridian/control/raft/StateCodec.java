package io.meridian.control.raft;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Commands, replies and snapshots as JSON. The pure types know nothing of it: which record of a sealed type a value is stands in {@code @type},
 * and ids are written as the plain number or text that they are. What an older version did not write is empty: {@link AbsentIsEmpty}. What a newer
 * one wrote and this one does not know is never skipped: it would be lost with the next snapshot.
 */
public final class StateCodec {
    /** Of snapshots. Older ones are read (1: no field beyond those of the walking skeleton); a newer one is refused rather than guessed at. */
    static final int FORMAT = 2;

    private static final int COMPRESSED_FROM = 1 << 18;

    private final ObjectWriter commandWriter;
    private final ObjectReader commandReader;
    private final ObjectWriter replyWriter;
    private final ObjectReader replyReader;
    private final ObjectWriter reportWriter;
    private final ObjectReader reportReader;
    private final ObjectWriter snapshotWriter;
    private final ObjectReader stateReader;
    private final JsonFactory json;

    /** What a snapshot file holds. */
    record Snapshot(int format, ControlState state) {}

    public StateCodec() {
        ObjectMapper mapper = JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(new ScalarIds())
                .addModule(ReceiptsAsMap.module())
                .addModule(new SimpleModule("absent-is-empty").setDeserializerModifier(new AbsentIsEmpty()))
                .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY))
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
        reportWriter = mapper.writerFor(VoterReport.class);
        reportReader = mapper.readerFor(VoterReport.class);
        snapshotWriter = mapper.writerFor(Snapshot.class).without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        stateReader = mapper.readerFor(ControlState.class);
        json = mapper.getFactory();
    }

    /** Long ones are compressed: an entry of the log has a limit, and a backup to restore is megabytes of one kind of record. */
    public byte[] encode(Command command) {
        byte[] plain = bytes(commandWriter, command);
        return plain.length < COMPRESSED_FROM ? plain : Gzip.pack(plain);
    }

    /** @throws IllegalStateException what stands in the log is not a command of this version */
    public Command command(byte[] bytes) {
        return value(commandReader, Gzip.packed(bytes) ? Gzip.unpack(bytes) : bytes);
    }

    byte[] encode(Reply reply) {
        return bytes(replyWriter, reply);
    }

    Reply reply(byte[] bytes) {
        return value(replyReader, bytes);
    }

    byte[] encode(VoterReport report) {
        return bytes(reportWriter, report);
    }

    VoterReport report(byte[] bytes) {
        return value(reportReader, bytes);
    }

    /** Leaves {@code out} open: whoever opened it may have more to do before it is whole. */
    public void write(ControlState state, OutputStream out) throws IOException {
        snapshotWriter.writeValue(out, new Snapshot(FORMAT, state));
    }

    /** The format is looked at before anything behind it is. */
    public ControlState read(InputStream in) throws IOException {
        try (JsonParser parser = json.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT || !"format".equals(parser.nextFieldName())) {
                throw new IOException("this is no snapshot: it does not begin with its format");
            }
            int format = parser.nextIntValue(0);
            if (format < 1 || format > FORMAT) {
                throw new IOException("snapshot format " + format + ", this version reads 1 to " + FORMAT
                        + "; start a version that knows it");
            }
            if (!"state".equals(parser.nextFieldName())) {
                throw new IOException("this is no snapshot: no state behind its format");
            }
            parser.nextToken();
            ControlState state = stateReader.readValue(parser);
            if (parser.nextToken() != JsonToken.END_OBJECT) {
                throw new IOException("the snapshot does not end behind its state");
            }
            return state;
        }
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
