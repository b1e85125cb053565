package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the Terraform module for Kubernetes writes into a router's configuration is what a router reads. */
class RegionModuleTest {
    private static final Path MODULE = Path.of("../terraform/modules/meridian-region/edge.tf");

    @Test
    void everyKeyOfTheTerraformModuleIsKnownAndNoneThatARouterNeedsIsMissing() throws IOException {
        Map<String, String> written = new HashMap<>();
        var keys = Pattern.compile("\"((?:meridian|quarkus)\\.[a-z.-]+)\" +=").matcher(Files.readString(MODULE));
        while (keys.find()) {
            written.put(keys.group(1), "127.0.0.1:1");
        }
        written.replaceAll((key, value) -> key.endsWith(".port") ? "1" : key.endsWith(".region") ? "east" : value);
        written.put("meridian.router.name", "meridian-edge-0"); // by MERIDIAN_ROUTER_NAME, for each pod another

        var read = RouterSettings.read(written.keySet(), key -> Optional.ofNullable(written.get(key)));

        assertThat(written).hasSizeGreaterThan(8);
        assertThat(read).isInstanceOf(RouterSettings.Reading.Read.class);
    }
}
