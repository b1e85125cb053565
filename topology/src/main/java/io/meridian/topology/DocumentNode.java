package io.meridian.topology;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One place in a parsed document, and how to read it: an answer is there when the place holds what was asked for; else a fault is
 * noted, once, and the answer is empty. So a reader goes on after a fault and finds the next one.
 *
 * @param pointer JSON pointer of this place
 * @param value what the parser made of it; null for an empty YAML value
 * @param faults where all places of one document note what is wrong
 */
record DocumentNode(String pointer, @Nullable Object value, List<Problem.Fault> faults) {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    void fault(String detail) {
        faults.add(new Problem.Fault(pointer, detail));
    }

    /** Whether this is an object; its missing and its unknown keys are faults too. */
    boolean isObject(Set<String> required, Set<String> optional) {
        if (!(value instanceof Map<?, ?> map)) {
            Set<String> some = required.isEmpty() ? optional : required;
            fault("expected an object with " + String.join(", ", ordered(some)) + ", found " + found());
            return false;
        }
        for (Object key : map.keySet()) {
            String name = String.valueOf(key);
            if (!required.contains(name) && !optional.contains(name)) {
                var known = new ArrayList<>(ordered(required));
                known.addAll(ordered(optional));
                child(name).fault("unknown key '" + name + "'; known here: " + String.join(", ", known));
            }
        }
        for (String key : ordered(required)) {
            if (!map.containsKey(key)) {
                child(key).fault("missing: '" + key + "' is required here");
            }
        }
        return true;
    }

    boolean has(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key);
    }

    DocumentNode child(String key) {
        Object inside = value instanceof Map<?, ?> map ? map.get(key) : null;
        return new DocumentNode(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), inside, faults);
    }

    /** The text under {@code key}; a missing key was reported by {@link #isObject} and is not again. */
    Optional<String> text(String key) {
        return has(key) ? child(key).asText() : Optional.empty();
    }

    /** @param rule what {@code pattern} asks for, in words */
    Optional<String> text(String key, Pattern pattern, String rule) {
        Optional<String> text = text(key);
        if (text.isPresent() && !pattern.matcher(text.get()).matches()) {
            child(key).fault("'" + text.get() + "' is not " + rule);
            return Optional.empty();
        }
        return text;
    }

    Optional<String> asText() {
        if (value instanceof String text) {
            return Optional.of(text);
        }
        fault("expected a text, found " + found());
        return Optional.empty();
    }

    /** @param rule answers with what is wrong with a text, or with nothing */
    Optional<String> asText(Function<String, Optional<String>> rule) {
        Optional<String> text = asText();
        Optional<String> wrong = text.flatMap(rule);
        wrong.ifPresent(this::fault);
        return wrong.isPresent() ? Optional.empty() : text;
    }

    Optional<Integer> whole(String key, int least, int most) {
        if (!has(key)) {
            return Optional.empty();
        }
        DocumentNode node = child(key);
        if (node.value instanceof Number number && Double.isFinite(number.doubleValue())) {
            var exact = new BigDecimal(number.toString());
            if (exact.stripTrailingZeros().scale() <= 0
                    && exact.compareTo(BigDecimal.valueOf(least)) >= 0
                    && exact.compareTo(BigDecimal.valueOf(most)) <= 0) {
                return Optional.of(exact.intValueExact());
            }
        }
        node.fault("expected a whole number from " + least + " to " + most + ", found " + node.found());
        return Optional.empty();
    }

    Optional<Boolean> bool(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        DocumentNode node = child(key);
        if (node.value instanceof Boolean is) {
            return Optional.of(is);
        }
        node.fault("expected true or false, found " + node.found());
        return Optional.empty();
    }

    /** A text such as {@code 500ms}, {@code 2s} or {@code 10m}. */
    Optional<Duration> duration(String key, Duration least, Duration most) {
        if (!has(key)) {
            return Optional.empty();
        }
        DocumentNode node = child(key);
        if (node.value instanceof String text) {
            Matcher matcher = DURATION.matcher(text);
            if (matcher.matches()) {
                var read = Duration.of(
                        Long.parseLong(matcher.group(1)),
                        switch (matcher.group(2)) {
                            case "ms" -> ChronoUnit.MILLIS;
                            case "s" -> ChronoUnit.SECONDS;
                            default -> ChronoUnit.MINUTES;
                        });
                if (read.compareTo(least) >= 0 && read.compareTo(most) <= 0) {
                    return Optional.of(read);
                }
            }
        }
        node.fault("expected a duration from " + write(least) + " to " + write(most) + ", such as 2s, found "
                + node.found());
        return Optional.empty();
    }

    /** As {@link #duration} reads it. */
    static String write(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /**
     * What is under {@code key}, if anything, must be {@code only}.
     *
     * @param later what is known but not done yet
     * @param why what this version does instead
     * @return whether it is
     */
    boolean only(String key, String only, Set<String> later, String why) {
        if (!has(key)) {
            return true;
        }
        DocumentNode node = child(key);
        if (node.value instanceof String text && text.equals(only)) {
            return true;
        }
        if (node.value instanceof String text && later.contains(text)) {
            node.fault("'" + text + "' is not in this version: " + why);
        } else {
            var known = new ArrayList<>(ordered(later));
            known.addFirst(only);
            node.fault("expected one of " + String.join(", ", known) + ", found " + node.found());
        }
        return false;
    }

    /** The texts under {@code name} in the list under {@code key}, of faulty items too. */
    Set<String> names(String key) {
        var names = new HashSet<String>();
        if (child(key).value instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> map && map.get("name") instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** What {@code reader} makes of each item of the list under {@code key}; items with faults are left out. */
    <T> List<T> items(String key, Function<DocumentNode, Optional<T>> reader) {
        if (!has(key)) {
            return List.of();
        }
        DocumentNode node = child(key);
        if (!(node.value instanceof List<?> list)) {
            node.fault("expected a list, found " + node.found());
            return List.of();
        }
        List<T> read = new ArrayList<>();
        for (int index = 0; index < list.size(); index++) {
            reader.apply(new DocumentNode(node.pointer + "/" + index, list.get(index), faults))
                    .ifPresent(read::add);
        }
        return List.copyOf(read);
    }

    /** How many items the list under {@code key} has, faulty ones too; -1 when it is no list, which has been reported. */
    int size(String key) {
        return child(key).value instanceof List<?> list ? list.size() : -1;
    }

    /** Items of a list of named objects: each has all the keys {@code required}, and no two the same name. */
    <T> List<T> named(
            String key,
            String what,
            Set<String> required,
            Set<String> optional,
            Function<DocumentNode, Optional<T>> reader) {
        Map<String, String> firstWith = new HashMap<>();
        return items(key, node -> {
            if (!node.isObject(required, optional)) {
                return Optional.empty();
            }
            DocumentNode name = node.child("name");
            String first = name.value instanceof String text ? firstWith.putIfAbsent(text, name.pointer) : null;
            if (first != null) {
                name.fault("a second " + what + " named '" + name.value + "'; the first is at " + first);
            }
            return reader.apply(node);
        });
    }

    /**
     * The text under {@code key}, which names one of {@code names}. When there are none, their own list is at fault, and that has been
     * reported.
     */
    Optional<String> reference(String key, String what, Set<String> names) {
        return has(key) ? child(key).asReference(what, names) : Optional.empty();
    }

    Optional<String> asReference(String what, Set<String> names) {
        Optional<String> text = asText();
        if (text.isPresent() && !names.isEmpty() && !names.contains(text.get())) {
            fault("unknown " + what + " '" + text.get() + "'; declared: " + String.join(", ", ordered(names)));
            return Optional.empty();
        }
        return text;
    }

    /** The texts of the list under {@code key}, each naming one of {@code names}, none twice. */
    List<String> references(String key, String what, Set<String> names) {
        var seen = new HashSet<String>();
        return items(key, item -> {
            Optional<String> name = item.asReference(what, names);
            if (name.isPresent() && !seen.add(name.get())) {
                item.fault(what + " '" + name.get() + "' a second time; once is enough");
                return Optional.empty();
            }
            return name;
        });
    }

    /** The value in words. */
    String found() {
        return switch (value) {
            case null -> "nothing";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            case String text -> text.isEmpty() ? "an empty text" : "the text '" + text + "'";
            case Number number -> "the number " + number;
            default -> value + ", a " + value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    private static List<String> ordered(Set<String> keys) {
        return keys.stream().sorted().toList();
    }
}
