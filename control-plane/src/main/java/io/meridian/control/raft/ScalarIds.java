package io.meridian.control.raft;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.meridian.control.state.Revision;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Ids as plain numbers and texts, as values and as keys of maps. */
final class ScalarIds extends SimpleModule {
    private static final long serialVersionUID = 1;

    ScalarIds() {
        super("scalar-ids");
        number(ShardId.class, ShardId::number, number -> ShardId.of(Math.toIntExact(number)));
        number(Epoch.class, Epoch::number, Epoch::of);
        number(Revision.class, Revision::number, Revision::of);
        text(RegionId.class, RegionId::name, RegionId::of);
        text(ZoneId.class, ZoneId::name, ZoneId::of);
        text(StoreId.class, StoreId::toString, StoreId::of);
    }

    static boolean holds(Class<?> type) {
        return type == ShardId.class || type == RegionId.class || type == ZoneId.class || type == StoreId.class;
    }

    private <T> void number(Class<T> type, ToLongFunction<T> write, Function<Long, T> read) {
        addSerializer(type, new Writing<>((value, out) -> out.writeNumber(write.applyAsLong(value))));
        addKeySerializer(type, new Writing<>((value, out) -> out.writeFieldName("" + write.applyAsLong(value))));
        addDeserializer(type, new Reading<>(in -> read.apply(in.getLongValue())));
        addKeyDeserializer(type, new ReadingKey(key -> read.apply(Long.valueOf(key))));
    }

    private <T> void text(Class<T> type, Function<T, String> write, Function<String, T> read) {
        addSerializer(type, new Writing<>((value, out) -> out.writeString(write.apply(value))));
        addKeySerializer(type, new Writing<>((value, out) -> out.writeFieldName(write.apply(value))));
        addDeserializer(type, new Reading<>(in -> read.apply(in.getText())));
        addKeyDeserializer(type, new ReadingKey(read::apply));
    }

    private interface Write<T> {
        void write(T value, JsonGenerator out) throws IOException;
    }

    private interface Read<T> {
        T read(JsonParser in) throws IOException;
    }

    private static final class Writing<T> extends JsonSerializer<T> {
        private final Write<T> write;

        Writing(Write<T> write) {
            this.write = write;
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider serializers) throws IOException {
            write.write(value, out);
        }
    }

    private static final class Reading<T> extends JsonDeserializer<T> {
        private final Read<T> read;

        Reading(Read<T> read) {
            this.read = read;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return read.read(in);
        }
    }

    private static final class ReadingKey extends KeyDeserializer {
        private final Function<String, Object> read;

        ReadingKey(Function<String, Object> read) {
            this.read = read;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return read.apply(key);
        }
    }
}
