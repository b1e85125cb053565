package io.meridian.conflict.merge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A set as an array's or a jsonb array's text, its elements in the order of their bytes, so that equal sets are equal texts everywhere. */
final class SetText {
    private static final Comparator<String> BY_BYTES =
            Comparator.comparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private SetText() {}

    /** @param values of the column before, which tell whether it is an array or jsonb; a set column is never null */
    @SafeVarargs
    static String write(Collection<String> elements, Optional<String>... values) {
        boolean json = Stream.of(values)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("{}")
                .startsWith("[");
        Stream<String> sorted = elements.stream().sorted(BY_BYTES);
        return json
                ? sorted.collect(Collectors.joining(", ", "[", "]"))
                : sorted.map(SetText::quoted).collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String element) {
        return '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
