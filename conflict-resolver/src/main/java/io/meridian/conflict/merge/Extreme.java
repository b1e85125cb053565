package io.meridian.conflict.merge;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers by their value, everything else by its bytes, which is right for dates and times in PostgreSQL's ISO form. Equal numbers that are written
 * differently have an order, too, or two regions would keep different texts.
 */
final class Extreme {
    private static final Pattern FINITE = Pattern.compile("[+-]?[0-9]++(\\.[0-9]*+)?([eE][+-]?[0-9]{1,5})?");

    private static final Comparator<String> ORDER = Comparator.comparingInt(Extreme::rank)
            .thenComparing(Extreme::byValue)
            .thenComparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private Extreme() {}

    static Optional<String> greatest(Collection<Contribution> parts) {
        return parts.stream().flatMap(part -> part.value().stream()).max(ORDER);
    }

    static Optional<String> least(Collection<Contribution> parts) {
        return parts.stream().flatMap(part -> part.value().stream()).min(ORDER);
    }

    /** As PostgreSQL has it: NaN above everything. */
    private static int rank(String text) {
        return switch (text) {
            case "-Infinity" -> 0;
            case "Infinity" -> 2;
            case "NaN" -> 3;
            default -> 1;
        };
    }

    private static int byValue(String one, String other) {
        boolean oneIsNumber = FINITE.matcher(one).matches();
        boolean otherIsNumber = FINITE.matcher(other).matches();
        if (oneIsNumber && otherIsNumber) {
            return new BigDecimal(one).compareTo(new BigDecimal(other));
        }
        return Boolean.compare(otherIsNumber, oneIsNumber);
    }
}
