package io.meridian.agent.orphan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows as a person reads them: JSON objects, columns to texts, long values cut. */
final class RowText {
    /** Of a value: what is shown travels beside the row itself. */
    private static final int LONGEST_VALUE = 2_000;

    private static final String CUT = "…";
    /** Of all rows of an orphan together. */
    private static final int LONGEST = 4_000;

    private static final int NAME_BYTES = 8;

    private RowText() {}

    /** @return empty: there is no row */
    static String shown(Optional<Map<String, Optional<String>>> row) {
        return row.map(columns -> node(columns, LONGEST_VALUE).toString()).orElse("");
    }

    /** Whether something of a row that {@link #shown} made may be missing. */
    static boolean isCut(String shown) {
        if (shown.isEmpty()) {
            return false;
        }
        for (JsonNode value : ChangeText.parsed(shown)) {
            if (isCutValue(value.asText())) {
                return true;
            }
        }
        return false;
    }

    static boolean isCutValue(String text) {
        return text.length() > LONGEST_VALUE && text.endsWith(CUT);
    }

    /** A JSON array of them, null where there is none. */
    static String shown(List<Optional<Map<String, Optional<String>>>> rows) {
        String all = array(rows, LONGEST_VALUE).toString();
        return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + CUT;
    }

    /** Names just this state of the rows. */
    static String name(List<Optional<Map<String, Optional<String>>>> rows) {
        try {
            byte[] whole = array(rows, Integer.MAX_VALUE).toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(whole), 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static ArrayNode array(List<Optional<Map<String, Optional<String>>>> rows, int longest) {
        ArrayNode array = ChangeText.JSON.createArrayNode();
        rows.forEach(row -> row.ifPresentOrElse(columns -> array.add(node(columns, longest)), array::addNull));
        return array;
    }

    private static ObjectNode node(Map<String, Optional<String>> row, int longest) {
        ObjectNode node = ChangeText.JSON.createObjectNode();
        row.forEach((column, value) -> node.put(
                column,
                value.map(text -> text.length() <= longest ? text : text.substring(0, longest) + CUT)
                        .orElse(null)));
        return node;
    }
}
