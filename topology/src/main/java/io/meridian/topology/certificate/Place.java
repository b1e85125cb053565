package io.meridian.topology.certificate;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One place in a parsed document. What does not stand there as it should is noted as a fault, and something harmless is read instead: whoever reads
 * asks at the end whether there were faults.
 */
record Place(String pointer, @Nullable Object value, List<String> faults) {
    void fault(String detail) {
        faults.add((pointer.isEmpty() ? "the document" : pointer) + ": " + detail);
    }

    boolean has(String name) {
        return value instanceof Map<?, ?> members && members.get(name) != null;
    }

    Place at(String name) {
        return new Place(pointer + "/" + name, value instanceof Map<?, ?> members ? members.get(name) : null, faults);
    }

    /** A member that nobody knows might change what the others mean. */
    Place only(Set<String> known) {
        if (value instanceof Map<?, ?> members) {
            var unknown = new TreeSet<String>();
            members.keySet().forEach(name -> unknown.add(String.valueOf(name)));
            unknown.removeAll(known);
            unknown.forEach(name -> at(name).fault("not known in this format"));
        } else {
            fault("not an object");
        }
        return this;
    }

    String text(String name) {
        if (at(name).value instanceof String text) {
            return text;
        }
        at(name).fault("not a text");
        return "";
    }

    String text(String name, Pattern shape) {
        String text = text(name);
        if (!shape.matcher(text).matches()) {
            at(name).fault("'" + text + "' is not what belongs here");
        }
        return text;
    }

    Optional<String> textIfThere(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    long whole(String name) {
        Object found = at(name).value;
        if (found instanceof Long || found instanceof Integer) {
            long number = ((Number) found).longValue();
            if (number >= 0) {
                return number;
            }
        }
        at(name).fault("not a whole number from 0");
        return 0;
    }

    Instant moment(String name) {
        try {
            Instant moment = Instant.parse(text(name));
            if (moment.toString().equals(text(name))) {
                return moment;
            }
        } catch (DateTimeException noMoment) {
            // told below
        }
        at(name).fault("not a moment such as 2026-01-01T00:00:00Z");
        return Instant.EPOCH;
    }

    <E extends Enum<E>> E oneOf(String name, E[] all) {
        String text = text(name);
        for (E one : all) {
            if (one.name().equals(text)) {
                return one;
            }
        }
        at(name).fault("'" + text + "' is none of " + List.of(all));
        return all[0];
    }

    <T> List<T> list(String name, Function<Place, T> item) {
        var read = new ArrayList<T>();
        if (at(name).value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                read.add(item.apply(new Place(pointer + "/" + name + "/" + i, items.get(i), faults)));
            }
        } else {
            at(name).fault("not a list");
        }
        return read;
    }

    String asText() {
        if (value instanceof String text) {
            return text;
        }
        fault("not a text");
        return "";
    }
}
