package io.meridian.local.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import io.meridian.local.tls.LocalAuthority;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProcessIT {
    @Test
    void theBootstrapIsAccepted(@TempDir Path folder) throws Exception {
        var authority = LocalAuthority.create(folder);
        IdentityFiles gateway = authority.issue(Identity.gateway("east"));
        IdentityFiles own = authority.issue(Identity.envoy("east", "east-edge-1"));
        int adminPort = Ports.free();
        String bootstrap = EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                "east-edge-1",
                "meridian-east",
                Ports.free(),
                Ports.free(),
                adminPort,
                List.of("127.0.0.1:" + Ports.free(), "127.0.0.1:" + Ports.free()),
                Optional.of(new EnvoyBootstrap.AdsTls(
                        own.sds(), Identity.router("east").spiffe())),
                List.of("127.0.0.1:" + Ports.free(), "127.0.0.1:" + Ports.free()),
                Checkout.root().resolve("router-xds/src/main/envoy/shard_router.lua"),
                gateway.sds(),
                folder.resolve("access.log")));

        try (var envoy = EnvoyProcess.start(folder.resolve("envoy"), bootstrap, adminPort)) {
            assertThat(envoy.process().alive()).isTrue();
            assertThat(envoy.log()).content().doesNotContain("][error][", "][critical][");
        }
    }
}
