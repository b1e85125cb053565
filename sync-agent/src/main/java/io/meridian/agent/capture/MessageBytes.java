package io.meridian.agent.capture;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of one message, read from front to back. Never reads past their end, and refuses what is not as it should be with the message's
 * tag and the place: what was misread once would be written as data. Pure.
 */
final class MessageBytes {
    private static final char NOT_DECODED = '\uFFFD';

    private final ByteBuffer bytes;
    private final int start;
    private final char tag;

    MessageBytes(ByteBuffer bytes) {
        this.bytes = bytes;
        this.start = bytes.position();
        if (!bytes.hasRemaining()) {
            throw new IllegalStateException("pgoutput sent an empty message");
        }
        this.tag = (char) (bytes.get() & 0xFF);
    }

    char tag() {
        return tag;
    }

    int int8() {
        need(1);
        return bytes.get() & 0xFF;
    }

    char letter() {
        return (char) int8();
    }

    /** How many items follow, each of at least {@code bytesEach}. */
    int count16(int bytesEach) {
        need(2);
        return counted(bytes.getShort(), bytesEach);
    }

    int count32(int bytesEach) {
        return counted(int32(), bytesEach);
    }

    private int counted(int count, int bytesEach) {
        if (count < 0 || (long) count * bytesEach > bytes.remaining()) {
            throw refusal("announces " + count + " items");
        }
        return count;
    }

    int int32() {
        need(4);
        return bytes.getInt();
    }

    long int64() {
        need(8);
        return bytes.getLong();
    }

    /** Up to the zero that ends it. */
    String string() {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        if (end == bytes.limit()) {
            throw refusal("has a name without an end");
        }
        String string = text(end - bytes.position());
        bytes.get();
        return string;
    }

    /** Its length first. */
    String text() {
        return text(count32(1));
    }

    void skip(int count) {
        need(count);
        bytes.position(bytes.position() + count);
    }

    /** A wrong encoding would come out as other data. */
    private String text(int length) {
        int from = bytes.arrayOffset() + bytes.position();
        String text = new String(bytes.array(), from, length, StandardCharsets.UTF_8);
        if (text.indexOf(NOT_DECODED) >= 0) {
            text = strictly(ByteBuffer.wrap(bytes.array(), from, length)).toString();
        }
        bytes.position(bytes.position() + length);
        return text;
    }

    private CharBuffer strictly(ByteBuffer text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text);
        } catch (CharacterCodingException e) {
            throw refusal("has text that is not UTF-8");
        }
    }

    void end() {
        if (bytes.hasRemaining()) {
            throw refusal("goes on for " + bytes.remaining() + " bytes behind its end");
        }
    }

    private void need(int count) {
        if (bytes.remaining() < count) {
            throw refusal("ends where " + count + " more bytes belong");
        }
    }

    IllegalStateException refusal(String what) {
        return new IllegalStateException("pgoutput message '" + tag + "' (0x" + Integer.toHexString(tag) + ") " + what
                + ", at byte " + (bytes.position() - start) + " of " + (bytes.limit() - start));
    }
}
