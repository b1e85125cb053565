package io.meridian.router.ads;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import java.io.InputStream;

/**
 * What arrived on a stream. Bytes that are no request are a case, not an exception in gRPC, which would log it and tell the client
 * nothing.
 */
sealed interface Asked<Q> {
    record Request<Q>(Q request) implements Asked<Q> {}

    record NoRequest<Q>(String why) implements Asked<Q> {}

    static <Q> MethodDescriptor.Marshaller<Asked<Q>> marshaller(Parser<Q> parser) {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(Asked<Q> request) {
                throw new IllegalStateException("a server only reads requests");
            }

            @Override
            public Asked<Q> parse(InputStream stream) {
                try {
                    return new Request<>(parser.parseFrom(stream));
                } catch (InvalidProtocolBufferException malformed) {
                    return new NoRequest<>("no discovery request: " + malformed.getMessage());
                }
            }
        };
    }
}
