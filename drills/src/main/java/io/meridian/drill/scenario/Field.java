package io.meridian.drill.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One place of a scenario's document: reads values and notes what is wrong with them, at their path. */
final class Field {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)%");

    private final String path;
    private final JsonNode node;
    private final List<String> faults;

    Field(String path, JsonNode node, List<String> faults) {
        this.path = path;
        this.node = node;
        this.faults = faults;
    }

    boolean there() {
        return !node.isMissingNode() && !node.isNull();
    }

    String path() {
        return path;
    }

    void fault(String what) {
        faults.add((path.isEmpty() ? "the document" : path) + ": " + what);
    }

    /** An object of these fields and no others. */
    Field object(Set<String> known) {
        if (!there()) {
            fault("is missing; it has " + listed(known));
        } else if (!node.isObject()) {
            fault("is no object; it has " + listed(known));
        } else {
            node.properties().stream()
                    .map(java.util.Map.Entry::getKey)
                    .filter(name -> !known.contains(name))
                    .forEach(name -> new Field(inner(name), MissingNode.getInstance(), faults)
                            .fault("is not known; known here: " + listed(known)));
        }
        return this;
    }

    Field at(String name) {
        return new Field(inner(name), node.path(name), faults);
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private String inner(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    String text(Pattern allowed, String rule) {
        if (node.isTextual() && allowed.matcher(node.textValue()).matches()) {
            return node.textValue();
        }
        fault(said() + rule);
        return "";
    }

    <T> Optional<T> chosen(java.util.Map<String, T> choices) {
        T choice = node.isTextual() ? choices.get(node.textValue()) : null;
        if (choice == null) {
            fault(said() + "one of " + listed(choices.keySet()));
        }
        return Optional.ofNullable(choice);
    }

    <T> Optional<T> read(Function<String, Optional<T>> reading, String rule) {
        Optional<T> read = node.isTextual() ? reading.apply(node.textValue()) : Optional.empty();
        if (read.isEmpty()) {
            fault(said() + rule);
        }
        return read;
    }

    Duration time(Duration least, Duration most) {
        String rule = "a time from " + text(least) + " to " + text(most) + ", such as 500ms, 20s or 2m";
        Matcher matcher = TIME.matcher(node.asText());
        if (node.isTextual() && matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration time = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
            if (time.compareTo(least) >= 0 && time.compareTo(most) <= 0) {
                return time;
            }
        }
        fault(said() + rule);
        return least;
    }

    /** What is not so is left out. */
    void onlyTrue() {
        if (!node.isBoolean() || !node.booleanValue()) {
            fault(said() + "true");
        }
    }

    /** @return 0 to 1 */
    double share() {
        Matcher matcher = SHARE.matcher(node.asText());
        if (node.isTextual() && matcher.matches()) {
            double percent = Double.parseDouble(matcher.group(1));
            if (percent <= 100) {
                return percent / 100;
            }
        }
        fault(said() + "a share from 0% to 100%, such as 40%");
        return 0;
    }

    long number(long least, long most) {
        if (node.isIntegralNumber()
                && node.canConvertToLong()
                && node.longValue() >= least
                && node.longValue() <= most) {
            return node.longValue();
        }
        fault(said() + "a whole number from " + least + " to " + most);
        return least;
    }

    private String said() {
        return there() ? "'" + (node.isValueNode() ? node.asText() : "…") + "' is not " : "is missing; it is ";
    }

    private static String listed(java.util.Collection<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }

    static String text(Duration time) {
        return time.toMillis() % 1000 != 0
                ? time.toMillis() + "ms"
                : time.toSeconds() % 60 != 0 || time.isZero() ? time.toSeconds() + "s" : time.toMinutes() + "m";
    }
}
