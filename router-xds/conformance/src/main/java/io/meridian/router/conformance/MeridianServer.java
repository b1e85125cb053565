package io.meridian.router.conformance;

import io.meridian.router.ads.AckLedger;
import io.meridian.router.ads.AdsCounts;
import io.meridian.router.ads.AdsServer;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.EnumMap;

/** Ours, in this process. */
public final class MeridianServer implements ServerUnderTest {
    private static final String HOST = "127.0.0.1";

    private final AdsServer server =
            new AdsServer(HOST, 0, new AckLedger(_ -> {}), new AdsCounts(new SimpleMeterRegistry()));

    private MeridianServer() throws IOException {
        server.open();
    }

    public static Provider provider() {
        return new Provider() {
            @Override
            public String name() {
                return "meridian";
            }

            @Override
            public ServerUnderTest start() throws IOException {
                return new MeridianServer();
            }
        };
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void publish(Snapshot snapshot) {
        var resources = new EnumMap<ResourceType, Iterable<EnvoyResource>>(ResourceType.class);
        for (Kind kind : Kind.values()) {
            ResourceType type = ResourceType.ofUrl(kind.url())
                    .orElseThrow(() -> new IllegalStateException("not served: " + kind.url()));
            resources.put(
                    type,
                    snapshot.of(kind).entrySet().stream()
                            .map(each ->
                                    EnvoyResource.of(type, each.getKey(), kind.message(each.getKey(), each.getValue())))
                            .toList());
        }
        server.publish(Catalogue.of(EnvoyResources.of(snapshot.revision(), resources)));
    }

    @Override
    public void close() {
        server.close();
    }
}
