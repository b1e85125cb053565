package io.meridian.topology.certificate;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one text of a JSON value, to be signed: RFC 8785 for objects, arrays, texts, truth values and whole numbers. Members stand in the order of
 * their names' UTF-16 units, nothing stands between tokens, and only what must be is escaped. Numbers beyond 2^53 - 1 and fractions are not part of
 * it: {@link #fault} names them. Half a surrogate pair, where RFC 8785 gives up, is escaped.
 */
public final class CanonicalJson {
    /** Every program reads whole numbers up to here alike. */
    private static final long WHOLE_LIMIT = (1L << 53) - 1;

    private CanonicalJson() {}

    /** @return why {@code value} has no canonical form; empty: it has one */
    public static String fault(Object value) {
        return switch (value) {
            case Map<?, ?> members ->
                members.values().stream()
                        .map(CanonicalJson::faultOf)
                        .filter(fault -> !fault.isEmpty())
                        .findFirst()
                        .orElse("");
            case List<?> items ->
                items.stream()
                        .map(CanonicalJson::faultOf)
                        .filter(fault -> !fault.isEmpty())
                        .findFirst()
                        .orElse("");
            case String _, Boolean _ -> "";
            case Long number when Math.abs(number) <= WHOLE_LIMIT -> "";
            case Integer _ -> "";
            default -> value + " is neither text, truth value, nor whole number up to 2^53 - 1";
        };
    }

    private static String faultOf(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? "null is not used" : fault(value);
    }

    /** @param value for which {@link #fault} finds nothing */
    public static String write(Object value) {
        var text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(Object value, StringBuilder to) {
        switch (value) {
            case Map<?, ?> members -> writeObject(members, to);
            case List<?> items -> {
                to.append('[');
                for (Iterator<?> each = items.iterator(); each.hasNext(); ) {
                    write(each.next(), to);
                    if (each.hasNext()) {
                        to.append(',');
                    }
                }
                to.append(']');
            }
            case String text -> writeText(text, to);
            case Long number -> to.append((long) number);
            case Integer number -> to.append((int) number);
            case Boolean truth -> to.append((boolean) truth);
            default -> throw new IllegalStateException(fault(value));
        }
    }

    private static void writeObject(Map<?, ?> members, StringBuilder to) {
        var sorted = new TreeMap<String, Object>();
        members.forEach((name, value) -> sorted.put(String.valueOf(name), value));
        to.append('{');
        for (var each = sorted.entrySet().iterator(); each.hasNext(); ) {
            var member = each.next();
            writeText(member.getKey(), to);
            to.append(':');
            write(member.getValue(), to);
            if (each.hasNext()) {
                to.append(',');
            }
        }
        to.append('}');
    }

    private static void writeText(String text, StringBuilder to) {
        to.append('"');
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            switch (unit) {
                case '"' -> to.append("\\\"");
                case '\\' -> to.append("\\\\");
                case '\b' -> to.append("\\b");
                case '\t' -> to.append("\\t");
                case '\n' -> to.append("\\n");
                case '\f' -> to.append("\\f");
                case '\r' -> to.append("\\r");
                default -> {
                    boolean pair = at + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(at + 1));
                    if (pair) {
                        to.append(unit).append(text.charAt(++at));
                    } else if (unit < ' ' || Character.isSurrogate(unit)) {
                        to.append(String.format("\\u%04x", (int) unit));
                    } else {
                        to.append(unit);
                    }
                }
            }
        }
        to.append('"');
    }
}
