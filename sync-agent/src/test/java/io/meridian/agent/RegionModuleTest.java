package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Terraform module for Kubernetes writes into an agent's configuration is what an agent reads. */
class RegionModuleTest {
    private static final Path MODULE = Path.of("../terraform/modules/meridian-region/agents.tf");

    @TempDir
    private Path folder;

    @Test
    void everyKeyOfTheTerraformModuleIsKnownAndNoneThatAnAgentNeedsIsMissing() throws IOException {
        Map<String, String> written = new HashMap<>();
        var keys = Pattern.compile("\"((?:meridian|quarkus)\\.[a-z.-]+)\" +=").matcher(Files.readString(MODULE));
        while (keys.find()) {
            written.put(keys.group(1), "x");
        }
        String password =
                Files.writeString(folder.resolve("password"), "secret\n").toString();
        Map<String, String> values = Map.ofEntries(
                Map.entry("meridian.region", "east"),
                Map.entry("meridian.feed.servers", "127.0.0.1:22001"),
                Map.entry("meridian.store.url", "jdbc:postgresql://pg:5432/shop?sslmode=verify-full"),
                Map.entry("meridian.store.password-file", password),
                Map.entry("meridian.store.standby", "required"),
                Map.entry("meridian.kafka.bootstrap", "kafka:9092"),
                Map.entry("meridian.kafka.peers", "west=kafka:9094"),
                Map.entry("meridian.peer.port", "23000"),
                Map.entry("meridian.peers", "west=127.0.0.1:23003"),
                Map.entry("meridian.lease.transaction-limit", "3s"));
        written.replaceAll(values::getOrDefault);

        var read = AgentSettings.read(written.keySet(), key -> Optional.ofNullable(written.get(key)));

        assertThat(written.keySet()).containsAll(values.keySet());
        assertThat(read).isInstanceOf(AgentSettings.Reading.Read.class);
    }
}
