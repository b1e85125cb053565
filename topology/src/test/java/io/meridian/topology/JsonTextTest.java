package io.meridian.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
    @Test
    void whatIsJsonIsRead() {
        String text = " {\"a\" : [1, -2.5e3, \"x\\\"\\u00e4\", true, null, {}, []], \"b\":{\"c\":false}} ";

        assertThat(JsonText.read(text))
                .isEqualTo(new JsonText.Reading.Read(Map.of(
                        "a",
                        List.of(
                                new BigDecimal("1"),
                                new BigDecimal("-2.5e3"),
                                "x\\\"\\u00e4",
                                true,
                                JsonText.Null.NULL,
                                Map.of(),
                                List.of()),
                        "b",
                        Map.of("c", false))));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "``|1",
                "{|2",
                "{\"a\":1,}|8",
                "{\"a\" 1}|6",
                "[1 2]|4",
                "[1,]|4",
                "01|2",
                "nul|1",
                "\"a|3",
                "\"\\x\"|2",
                "{\"a\":1,\"a\":2}|8",
                "{}{}|3",
                "{'a':1}|2",
                "NaN|1",
                "1.|2"
            })
    void whatIsNoJsonSaysWhere(String text, int character) {
        assertThat(JsonText.read(text)).isEqualTo(new JsonText.Reading.Faulty("wrong at character " + character));
    }

    @Test
    void neitherDepthNorEscapesExhaustTheStack() {
        assertThat(JsonText.read("[".repeat(60_000))).isInstanceOf(JsonText.Reading.Faulty.class);
        assertThat(JsonText.read("\"" + "\\/".repeat(30_000) + "\"")).isInstanceOf(JsonText.Reading.Read.class);
        assertThat(JsonText.read("[".repeat(32) + "]".repeat(32))).isInstanceOf(JsonText.Reading.Read.class);
    }
}
