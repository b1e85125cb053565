package io.meridian.topology.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CanonicalJsonTest {
    record Vector(Object value, String text) {}

    static final List<Vector> VECTORS = List.of(
            new Vector(Map.of(), "{}"),
            new Vector(List.of(), "[]"),
            new Vector(
                    List.of(1L, 0L, -1L, 9007199254740991L, true, false, ""),
                    "[1,0,-1,9007199254740991,true,false,\"\"]"),
            new Vector(Map.of("b", 1, "a", List.of(2, 1), "B", Map.of()), "{\"B\":{},\"a\":[2,1],\"b\":1}"),
            // RFC 8785, 3.2.3: by UTF-16 units, so the emoji (a surrogate pair) stands before U+FB33.
            new Vector(
                    keys("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude02", "\u0080", "\u00f6"),
                    "{\"\\r\":0,\"1\":0,\"\u0080\":0,\"\u00f6\":0,\"\u20ac\":0,\"\ud83d\ude02\":0,\"\ufb33\":0}"),
            // RFC 8785, 3.2.2.2: the short escapes, lower-case hex for the rest, everything else as it is.
            new Vector(
                    "\u20ac$\u000f\nA'B\"\\\\\"/\b\t\f\u007f",
                    "\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\t\\f\u007f\""),
            new Vector("\ud83d\ude02 \ud83d", "\"\ud83d\ude02 \\ud83d\""));

    private static Map<String, Object> keys(String... names) {
        var members = new LinkedHashMap<String, Object>();
        Arrays.stream(names).forEach(name -> members.put(name, 0));
        return members;
    }

    @ParameterizedTest
    @FieldSource("VECTORS")
    void aValueHasOneText(Vector vector) {
        assertThat(CanonicalJson.fault(vector.value())).isEmpty();
        assertThat(CanonicalJson.write(vector.value())).isEqualTo(vector.text());
    }

    static final List<Object> WITHOUT = List.of(1.5, 1L << 53, List.of(Map.of("a", 0.1)), Arrays.asList(1, null));

    @ParameterizedTest
    @FieldSource("WITHOUT")
    void whatProgramsReadDifferentlyHasNone(Object value) {
        assertThat(CanonicalJson.fault(value)).isNotEmpty();
    }
}
