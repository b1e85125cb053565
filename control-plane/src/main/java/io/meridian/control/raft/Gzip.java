package io.meridian.control.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What JSON never begins with tells it apart. */
final class Gzip {
    private static final byte FIRST = (byte) 0x1f;
    private static final byte SECOND = (byte) 0x8b;

    private Gzip() {}

    static boolean packed(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == FIRST && bytes[1] == SECOND;
    }

    static byte[] pack(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    static byte[] unpack(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack " + packed.length + " bytes of the log", e);
        }
    }
}
