package io.meridian.local.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.tls.LocalAuthority;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProcessIT {
    @Test
    void theBootstrapIsAccepted(@TempDir Path folder) throws Exception {
        var authority = LocalAuthority.create(folder);
        authority.issue("east");
        int adminPort = Ports.free();
        String bootstrap = EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                "east-edge-1",
                "meridian-east",
                Ports.free(),
                Ports.free(),
                adminPort,
                "127.0.0.1:" + Ports.free(),
                "127.0.0.1:" + Ports.free(),
                Checkout.root().resolve("router-xds/src/main/envoy/shard_router.lua"),
                folder.resolve("east.crt"),
                folder.resolve("east.key"),
                folder.resolve("ca.crt"),
                folder.resolve("access.log")));

        try (var envoy = EnvoyProcess.start(folder.resolve("envoy"), bootstrap, adminPort)) {
            assertThat(envoy.process().alive()).isTrue();
            assertThat(envoy.log()).content().doesNotContain("error");
        }
    }
}
