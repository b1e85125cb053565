package io.meridian.ledger.load;

import java.nio.charset.StandardCharsets;

/** A request before it is sent. */
record Message(String method, String user, String path, byte[] body) {
    static Message get(String user, String path) {
        return new Message("GET", user, path, new byte[0]);
    }

    static Message open(String user, String account, long amount) {
        return new Message("PUT", user, "/accounts/" + account, bytes("{\"amount\":" + amount + "}"));
    }

    static Message transfer(String user, Write write) {
        return new Message("POST", user, "/transfers", bytes("""
                {"request":"%s","from":"%s","to":"%s","amount":%d}""".formatted(
                        write.request(), write.from(), write.to(), write.amount())));
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
