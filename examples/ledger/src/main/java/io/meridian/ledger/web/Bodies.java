package io.meridian.ledger.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.ledger.books.TransferOrder;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what clients send; strictly, since a misspelled field is a misunderstanding about money. */
final class Bodies {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final long AMOUNT_AT_MOST = 1_000_000_000_000L;

    private Bodies() {}

    static TransferOrder transfer(byte[] body) throws BadCall {
        JsonNode order = object(body, Set.of("request", "from", "to", "amount"));
        String from = name(text(order, "from"), "/from");
        String to = name(text(order, "to"), "/to");
        if (from.equals(to)) {
            throw new BadCall("/to", "a transfer is between two accounts, and both are '" + to + "'");
        }
        return new TransferOrder(name(text(order, "request"), "/request"), from, to, amount(order, 1));
    }

    static long openingAmount(byte[] body) throws BadCall {
        return amount(object(body, Set.of("amount")), 0);
    }

    /** Of accounts and requests: they stand in paths. */
    static String name(String text, String place) throws BadCall {
        if (!NAME.matcher(text).matches()) {
            throw new BadCall(place, "expected 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit");
        }
        return text;
    }

    private static JsonNode object(byte[] body, Set<String> known) throws BadCall {
        JsonNode read;
        try {
            read = JSON.readTree(body);
        } catch (IOException notJson) {
            throw new BadCall("/", "the body is not JSON", notJson);
        }
        if (read == null || !read.isObject()) {
            throw new BadCall("/", "expected a JSON object");
        }
        for (var field : read.properties()) {
            if (!known.contains(field.getKey())) {
                throw new BadCall(
                        "/" + field.getKey(),
                        "unknown; known here: "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return read;
    }

    private static String text(JsonNode object, String field) throws BadCall {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new BadCall("/" + field, "expected a text");
        }
        return value.textValue();
    }

    private static long amount(JsonNode object, long atLeast) throws BadCall {
        JsonNode value = object.path("amount");
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < atLeast
                || value.longValue() > AMOUNT_AT_MOST) {
            throw new BadCall("/amount", "expected a whole number from " + atLeast + " to " + AMOUNT_AT_MOST);
        }
        return value.longValue();
    }
}
