package io.meridian.router.compile;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;

/**
 * Fields that Envoy 1.40 has and the newest published Java classes of its API (1.0.49) have not yet. Protobuf carries them by number;
 * the numbers were read from the descriptors inside the Envoy binary.
 */
enum NewerFields {
    /** {@code LuaPerRoute.filter_context}, a {@link com.google.protobuf.Struct}. */
    LUA_FILTER_CONTEXT(4),
    /** {@code Route.request_body_buffer_limit}, a {@link com.google.protobuf.UInt64Value}. */
    ROUTE_BODY_LIMIT(20);

    private final int number;

    NewerFields(int number) {
        this.number = number;
    }

    /** To be given to {@link Message.Builder#setUnknownFields}. */
    UnknownFieldSet holding(Message value) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        number,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(value.toByteString())
                                .build())
                .build();
    }
}
