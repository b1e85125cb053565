package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.feed.FeedConfig;
import io.meridian.control.feed.LeaseConfig;
import io.meridian.control.raft.RaftConfig;
import io.meridian.control.rest.ApiConfig;
import io.meridian.control.signing.SigningConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the Terraform module for Kubernetes writes into a node's configuration is what a node reads. */
class RegionModuleTest {
    private static final Path MODULE = Path.of("../terraform/modules/meridian-region/control_plane.tf");

    @Test
    void everyKeyOfTheTerraformModuleIsKnownAndNoneThatANodeNeedsIsMissing() throws IOException {
        Map<String, String> written = new HashMap<>();
        var keys = Pattern.compile("\"((?:meridian|quarkus)\\.[a-z.-]+)\" +=").matcher(Files.readString(MODULE));
        while (keys.find()) {
            written.put(keys.group(1), "1");
        }
        written.replace("meridian.lease.duration", "15s");

        // A mapping refuses keys that it does not have, and to be without one that it needs.
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(written, "the module", 100))
                .addDiscoveredConverters()
                .withMapping(RaftConfig.class)
                .withMapping(FeedConfig.class)
                .withMapping(LeaseConfig.class)
                .withMapping(ApiConfig.class)
                .withMapping(SigningConfig.class)
                .build();

        assertThat(written).containsKey("meridian.region").hasSizeGreaterThan(11);
        assertThat(config.getConfigMapping(LeaseConfig.class).duration()).isEqualTo(Duration.ofSeconds(15));
    }
}
