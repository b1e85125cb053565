package io.meridian.router.ads;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A response as it goes over the wire; {@code body} is one array for all streams that get the same. */
record Encoded(byte[] body, byte[] tail) {
    int size() {
        return body.length + tail.length;
    }

    /** gRPC copies straight from the arrays into the transport's buffer: no message is built or walked through per stream. */
    static final class Marshaller implements MethodDescriptor.Marshaller<Encoded> {
        @Override
        public InputStream stream(Encoded response) {
            return new Bytes(response);
        }

        @Override
        public Encoded parse(InputStream stream) {
            throw new IllegalStateException("a server only sends responses");
        }
    }

    private static final class Bytes extends InputStream implements KnownLength, Drainable {
        private final Encoded response;
        private int at;

        private Bytes(Encoded response) {
            this.response = response;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int left = available();
            int ofBody = Math.min(at, response.body.length);
            target.write(response.body, ofBody, response.body.length - ofBody);
            int ofTail = Math.max(0, at - response.body.length);
            target.write(response.tail, ofTail, response.tail.length - ofTail);
            at = response.size();
            return left;
        }

        @Override
        public int available() {
            return response.size() - at;
        }

        @Override
        public int read() {
            if (available() == 0) {
                return -1;
            }
            int next = at < response.body.length ? response.body[at] : response.tail[at - response.body.length];
            at++;
            return next & 0xff;
        }
    }
}
