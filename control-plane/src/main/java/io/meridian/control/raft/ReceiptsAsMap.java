package io.meridian.control.raft;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.Receipts;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Receipts as one object, key by key, oldest first: how they are kept in memory is no matter of the format. */
final class ReceiptsAsMap {
    private ReceiptsAsMap() {}

    static SimpleModule module() {
        return new SimpleModule("receipts")
                .addSerializer(Receipts.class, new Writing())
                .addDeserializer(Receipts.class, new Reading());
    }

    private static final class Writing extends JsonSerializer<Receipts> {
        @Override
        public void serialize(Receipts receipts, JsonGenerator out, SerializerProvider serializers) throws IOException {
            out.writeStartObject();
            try {
                receipts.forEach((key, receipt) -> write(key, receipt, out, serializers));
            } catch (UncheckedIOException e) {
                throw new IOException(e);
            }
            out.writeEndObject();
        }

        private static void write(String key, Receipt receipt, JsonGenerator out, SerializerProvider serializers) {
            try {
                out.writeFieldName(key);
                serializers.defaultSerializeValue(receipt, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Reading extends JsonDeserializer<Receipts> {
        @Override
        public Receipts deserialize(JsonParser in, DeserializationContext context) throws IOException {
            Receipts receipts = Receipts.empty();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String key = in.currentName();
                in.nextToken();
                receipts = receipts.with(key, context.readValue(in, Receipt.class));
            }
            return receipts;
        }
    }
}
