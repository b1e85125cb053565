package io.meridian.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The three walks of ARCHITECTURE.md name what is passed, in backticks; each name must be there. A class name begins with a capital and
 * holds a small letter ({@code FENCING} is a state, not a class); {@code Class.method()} wants the method in that class's file.
 */
class WalksTest {
    static final List<String> WALKS = List.of("The life of a request", "The life of a write", "The life of a move");

    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    private static final Pattern TYPE = Pattern.compile(
            "([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)((?:\\.[A-Z][A-Za-z0-9]*)*)(?:[.#]([a-z][A-Za-z0-9]*)(?:\\([^)]*\\))?)?");
    private static final Pattern FILE =
            Pattern.compile("(?:[\\w.-]+/)*[\\w-]+\\.(?:lua|sql|proto|yaml|yml|java|tsx?|sh|mjs|properties)");
    private static final Pattern STORED = Pattern.compile("meridian\\.([a-z_]+)(?:\\(\\))?");

    private static List<Path> files = List.of();
    private static Set<String> types = Set.of();
    private static String sql = "";

    @BeforeAll
    static void readTheTree() throws IOException {
        files = SourceTree.files();
        Pattern declared = Pattern.compile("\\b(?:class|record|interface|enum|message|service)\\s+([A-Z][A-Za-z0-9]*)");
        types = files.stream()
                .filter(file -> file.toString().endsWith(".proto")
                        || (file.toString().endsWith(".java") && file.toString().contains("src/main/java")))
                .flatMap(file ->
                        declared.matcher(SourceTree.text(file)).results().map(match -> match.group(1)))
                .collect(Collectors.toSet());
        sql = SourceTree.filesEndingWith(".sql").stream().map(SourceTree::text).collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @FieldSource("WALKS")
    void everyNameOfTheWalkIsThere(String walk) {
        String document = SourceTree.text(SourceTree.root().resolve("ARCHITECTURE.md"));
        String text = section(document, walk);
        assertThat(text).as("ARCHITECTURE.md has a section '## " + walk + "'").isNotEmpty();

        List<String> lost = new ArrayList<>();
        Set<String> found = new LinkedHashSet<>();
        QUOTED.matcher(text).results().map(match -> match.group(1)).forEach(name -> check(name, found, lost));

        assertThat(lost)
                .as("names in '" + walk + "' that nothing in the tree has: renamed or removed? tell the walk")
                .isEmpty();
        assertThat(found)
                .as("a walk names the classes that it passes, in backticks")
                .hasSizeGreaterThanOrEqualTo(5);
    }

    private static void check(String name, Set<String> found, List<String> lost) {
        boolean there;
        Matcher type = TYPE.matcher(name);
        Matcher stored = STORED.matcher(name);
        if (type.matches()) {
            there = types.contains(type.group(1))
                    && nestedAreThere(type.group(2))
                    && methodIsThere(type.group(1), type.group(3));
        } else if (FILE.matcher(name).matches()) {
            there = files.stream().anyMatch(file -> file.endsWith(name));
        } else if (stored.matches()) {
            there = Pattern.compile(
                            "(?i)\\b(?:function|table|procedure|publication)\\s+(?:if not exists\\s+)?meridian\\."
                                    + stored.group(1) + "\\b")
                    .matcher(sql)
                    .find();
        } else {
            return; // a header, a state, a topic, a key of a configuration
        }
        if (there) {
            found.add(name);
        } else {
            lost.add(name);
        }
    }

    private static boolean nestedAreThere(String nested) {
        return Pattern.compile("\\.")
                .splitAsStream(nested)
                .filter(name -> !name.isEmpty())
                .allMatch(types::contains);
    }

    private static boolean methodIsThere(String type, @Nullable String method) {
        return method == null
                || files.stream()
                        .filter(file -> file.endsWith(type + ".java"))
                        .anyMatch(file -> Pattern.compile("\\b" + method + "\\(")
                                .matcher(SourceTree.text(file))
                                .find());
    }

    private static String section(String document, String heading) {
        Matcher section = Pattern.compile(
                        "^## " + Pattern.quote(heading) + "[^\n]*\n(.*?)(?=^## |\\z)",
                        Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(document);
        return section.find() ? section.group(1) : "";
    }

    @Test
    void sectionEndsAtTheNextHeading() {
        String document = "# A\n## The life of a write\nfirst `One`\n### deeper\nmore\n\n## Contracts\n`Two`\n";

        assertThat(section(document, "The life of a write")).isEqualTo("first `One`\n### deeper\nmore\n\n");
        assertThat(section(document, "The life of a move")).isEmpty();
    }

    @Test
    void namesOfEachKindAreResolvedOrLost() {
        List<String> lost = new ArrayList<>();
        Set<String> found = new LinkedHashSet<>();

        List.of(
                        "RecordClassifier",
                        "RecordClassifier.ofShard()",
                        "Verdict.History",
                        "AgentReport",
                        "shard_router.lua",
                        "meridian.fence",
                        "meridian.check_fence()",
                        "FENCING",
                        "x-meridian-fence",
                        "meridian.move.wave",
                        "421",
                        "RecordClassifyer",
                        "RecordClassifier.ofShards()",
                        "Verdict.Histories",
                        "no_such.lua",
                        "meridian.no_such_function")
                .forEach(name -> check(name, found, lost));

        assertThat(found)
                .containsExactly(
                        "RecordClassifier",
                        "RecordClassifier.ofShard()",
                        "Verdict.History",
                        "AgentReport",
                        "shard_router.lua",
                        "meridian.fence",
                        "meridian.check_fence()");
        assertThat(lost)
                .containsExactly(
                        "RecordClassifyer",
                        "RecordClassifier.ofShards()",
                        "Verdict.Histories",
                        "no_such.lua",
                        "meridian.no_such_function");
    }
}
