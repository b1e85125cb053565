package io.meridian.topology;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON (RFC 8259) that stands as a text inside a document, strictly: a key twice in one object is a fault. Nulls become {@link Null}. */
final class JsonText {
    /** More than any key set has; deeper ones could exhaust the stack. */
    private static final int DEPTH_AT_MOST = 32;

    private static final Pattern SPACE = Pattern.compile("[ \\t\\n\\r]*");
    private static final Pattern PLAIN = Pattern.compile("[^\"\\\\\\x00-\\x1f]++");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4})");
    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]{1,3})?");
    private static final Pattern WORD = Pattern.compile("true|false|null");

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    enum Null {
        NULL
    }

    sealed interface Reading {
        /** @param value a map, list, text, {@link BigDecimal}, boolean or {@link Null} */
        record Read(Object value) implements Reading {}

        record Faulty(String why) implements Reading {}
    }

    static Reading read(String text) {
        var json = new JsonText(text);
        Optional<Object> value = json.value(0);
        return value.isPresent() && json.at == text.length()
                ? new Reading.Read(value.get())
                : new Reading.Faulty("wrong at character " + (json.at + 1));
    }

    private Optional<Object> value(int depth) {
        take(SPACE);
        Optional<Object> value = switch (at < text.length() ? text.charAt(at) : ' ') {
            case '{' -> depth < DEPTH_AT_MOST ? object(depth) : Optional.empty();
            case '[' -> depth < DEPTH_AT_MOST ? list(depth) : Optional.empty();
            case '"' -> string().map(Object.class::cast);
            case 't', 'f', 'n' -> take(WORD).map(JsonText::word);
            default -> take(NUMBER).map(BigDecimal::new);
        };
        take(SPACE);
        return value;
    }

    private Optional<Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        take(SPACE);
        if (taken('}')) {
            return Optional.of(object);
        }
        do {
            take(SPACE);
            int keyAt = at;
            Optional<String> key = string();
            take(SPACE);
            if (key.isEmpty() || !taken(':')) {
                return Optional.empty();
            }
            Optional<Object> value = value(depth + 1);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            if (object.putIfAbsent(key.get(), value.get()) != null) {
                at = keyAt;
                return Optional.empty();
            }
        } while (taken(','));
        return taken('}') ? Optional.of(object) : Optional.empty();
    }

    private Optional<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        take(SPACE);
        if (taken(']')) {
            return Optional.of(list);
        }
        do {
            Optional<Object> value = value(depth + 1);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            list.add(value.get());
        } while (taken(','));
        return taken(']') ? Optional.of(list) : Optional.empty();
    }

    /** Escapes stay as they are written: nobody asks for a text that needs them. */
    private Optional<String> string() {
        if (!taken('"')) {
            return Optional.empty();
        }
        int from = at;
        while (take(PLAIN).isPresent() || take(ESCAPED).isPresent()) {
            // A loop: as one pattern, the escapes of a long text would exhaust the stack.
        }
        String inside = text.substring(from, at);
        return taken('"') ? Optional.of(inside) : Optional.empty();
    }

    private static Object word(String word) {
        return word.equals("null") ? Null.NULL : Boolean.valueOf(word);
    }

    private Optional<String> take(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher.group());
    }

    private boolean taken(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }
}
