package io.meridian.control.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Types of problems are API: what docs/problems.md says of each is what the API does. */
class ProblemPageTest {
    private static List<String> page() throws IOException {
        return Files.readAllLines(Path.of(System.getProperty("meridian.root", ".."), "docs", "problems.md"));
    }

    private static String name(ProblemType type) {
        return type.urn().substring("urn:meridian:problem:".length());
    }

    @Test
    void everyTypeHasItsHeadingAndNoHeadingIsForNothing() throws IOException {
        List<String> headings = page().stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();

        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(Stream.of(ProblemType.values())
                        .map(ProblemPageTest::name)
                        .toList());
    }

    @Test
    void everyTypeIsAnsweredWithTheStatusThatThePageNames() throws IOException {
        List<String> page = page();

        assertThat(ProblemType.values())
                .allSatisfy(type -> assertThat(page.get(page.indexOf("## " + name(type)) + 1))
                        .as(name(type))
                        .startsWith(Problems.status(type) + ". "));
    }
}
