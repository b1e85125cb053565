package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.topology.TopologyReader;
import io.meridian.topology.TopologyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The reference of the topology document tells of what the reader reads. */
class TopologyExampleTest {
    private static final Path REFERENCE = Path.of("../docs/topology.md");

    @Test
    void theExampleIsReadAndWrittenAsItStands() throws IOException {
        Object example = new YAMLMapper().readValue(example(), Object.class);

        var reading = TopologyReader.read(example);

        assertThat(reading)
                .isInstanceOfSatisfying(
                        TopologyReader.Reading.Read.class,
                        read -> assertThat(TopologyWriter.write(read.topology()))
                                .isEqualTo(example));
    }

    @Test
    void everyKeyOfTheExampleIsExplained() throws IOException {
        String explained = Files.readString(REFERENCE).split("## Keys", 2)[1];
        var keys = new TreeSet<String>();
        collect(new YAMLMapper().readTree(example()), keys);

        assertThat(keys)
                .hasSizeGreaterThan(40)
                .allSatisfy(key -> assertThat(explained).contains("`" + key + "`"));
    }

    private static String example() throws IOException {
        return Files.readString(REFERENCE).split("```yaml\n", 2)[1].split("```", 2)[0];
    }

    private static void collect(JsonNode node, Set<String> keys) {
        node.properties().forEach(field -> {
            keys.add(field.getKey());
            if (!field.getKey().equals("columns")) { // whose keys are names of the application's
                collect(field.getValue(), keys);
            }
        });
        if (node.isArray()) {
            node.forEach(child -> collect(child, keys));
        }
    }
}
