package io.meridian.ledger.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request, read to its end.
 *
 * @param target path and query
 * @param userKeys every value of the header x-user-key, as the wire had it: one char per byte
 */
record Call(String method, String target, List<String> userKeys, byte[] body) {
    private static final int KEY_BYTES_AT_MOST = 256;

    /**
     * The user, read as the edge reads it: both take the bytes, so both find the same shard.
     *
     * @throws BadCall none, several, too long, or not UTF-8
     */
    String user() throws BadCall {
        if (userKeys.size() != 1 || userKeys.getFirst().isEmpty()) {
            throw new BadCall("x-user-key", "name the user in exactly one header x-user-key");
        }
        byte[] key = userKeys.getFirst().getBytes(StandardCharsets.ISO_8859_1);
        if (key.length > KEY_BYTES_AT_MOST) {
            throw new BadCall(
                    "x-user-key", "the user key has " + key.length + " bytes, more than " + KEY_BYTES_AT_MOST);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new BadCall("x-user-key", "the user key is not UTF-8", notUtf8);
        }
    }

    /** Names of accounts and requests need no escapes, so none are read. */
    List<String> segments() {
        String path = target.substring(0, queryAt());
        return List.of((path.startsWith("/") ? path.substring(1) : path).split("/", -1));
    }

    /** A query parameter, unescaped likewise. */
    Optional<String> parameter(String name) {
        String query = target.substring(Math.min(target.length(), queryAt() + 1));
        return Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }

    private int queryAt() {
        int at = target.indexOf('?');
        return at < 0 ? target.length() : at;
    }
}
