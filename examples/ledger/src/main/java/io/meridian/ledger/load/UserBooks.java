package io.meridian.ledger.load;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/** A user's books, as {@code GET /entries} shows them. */
record UserBooks(List<Account> accounts, List<Transfer> transfers, List<Entry> entries) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    record Account(String name, long openedWith, long balance, long entries) {}

    record Transfer(String request, String from, String to, long amount) {}

    record Entry(String account, long number, String request, long amount, long balance) {}

    static UserBooks read(byte[] json) throws IOException {
        return JSON.readValue(json, UserBooks.class);
    }
}
