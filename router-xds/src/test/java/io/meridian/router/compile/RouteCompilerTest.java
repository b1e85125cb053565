package io.meridian.router.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meridian.router.Views;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.RoutingView;
import io.meridian.topology.RegionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RouteCompilerTest {
    private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
            .add(Cluster.getDescriptor())
            .add(RouteConfiguration.getDescriptor())
            .add(LuaPerRoute.getDescriptor())
            .add(AllowListedRoutesConfig.getDescriptor())
            .add(UpstreamTlsContext.getDescriptor())
            .add(HttpProtocolOptions.getDescriptor())
            .build();

    /** What is compiled is written to target/golden: copy it over the golden file when the change is meant. */
    @Test
    void aRegionsResourcesAreThoseOfTheGoldenFile() throws IOException {
        String text = text(compile("east", Views.view(7)));

        Path written = Path.of("target/golden/east.textproto");
        Files.createDirectories(written.getParent());
        Files.writeString(written, text);
        assertThat(text).isEqualTo(golden("east.textproto"));
    }

    @Test
    void theRevisionChangesNoVersion() {
        assertThat(versions(compile("east", Views.view(8)))).isEqualTo(versions(compile("east", Views.view(7))));
    }

    @Test
    void aMoveChangesOnlyTheEdgesRoutes() {
        Map<String, String> before = versions(compile("east", Views.view(7)));

        Map<String, String> after =
                versions(compile("east", Views.with(Views.view(7), 8, 3, Views.owned("west-1", 3))));

        assertThat(after.entrySet().stream().filter(entry -> !entry.getValue().equals(before.get(entry.getKey()))))
                .extracting(Map.Entry::getKey)
                .containsExactly("ROUTE meridian-edge");
    }

    @Test
    void aRegionHasClustersOfItsOwnZonesAndOfTheGatewaysItReaches() {
        assertThat(compile("west", Views.view(7)).of(ResourceType.CLUSTER)).containsOnlyKeys("gw-east", "zone-west-1");
    }

    private static EnvoyResources compile(String region, RoutingView view) {
        RegionId id = RegionId.of(region);
        var map = ((RouteMap.Compilation.Compiled) RouteMap.of(view.routing(), id)).map();
        return new RouteCompiler(id, new GatewayTls("/tls/gateway.crt", "/tls/gateway.key", "/tls/ca.crt"))
                .compile(view, map);
    }

    private static Map<String, String> versions(EnvoyResources resources) {
        var versions = new TreeMap<String, String>();
        resources
                .byType()
                .forEach((type, byName) ->
                        byName.forEach((name, resource) -> versions.put(type + " " + name, resource.version())));
        return versions;
    }

    private static String text(EnvoyResources resources) {
        return resources.byType().values().stream()
                .flatMap(byName -> byName.values().stream())
                .map(resource -> "# " + resource.name() + "\n"
                        + TextFormat.printer().usingTypeRegistry(TYPES).printToString(resource.wire()))
                .collect(Collectors.joining("\n"));
    }

    private static String golden(String name) throws IOException {
        try (var stream = RouteCompilerTest.class.getResourceAsStream("/golden/" + name)) {
            return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
