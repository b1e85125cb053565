package io.meridian.router.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.meridian.router.Views;
import io.meridian.router.view.Places;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.Routing;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.Shares;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RouteCompilerTest {
    private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
            .add(Cluster.getDescriptor())
            .add(RouteConfiguration.getDescriptor())
            .add(LuaPerRoute.getDescriptor())
            .add(AllowListedRoutesConfig.getDescriptor())
            .add(UpstreamTlsContext.getDescriptor())
            .add(HttpProtocolOptions.getDescriptor())
            .add(ClusterLoadAssignment.getDescriptor())
            .add(TypedExtensionConfig.getDescriptor())
            .add(JwtAuthentication.getDescriptor())
            .add(PerRouteConfig.getDescriptor())
            .add(HttpRequestHeaderMatchInput.getDescriptor())
            .add(PreviousHostsPredicate.getDescriptor())
            .add(PreviousPrioritiesConfig.getDescriptor())
            .add(RawBuffer.getDescriptor())
            .build();

    static final List<Golden> GOLDEN = List.of(
            new Golden("east.textproto", Views.view(7), "east"),
            new Golden("three-services-east.textproto", threeServices(), "east"),
            new Golden("three-services-north.textproto", threeServices(), "north"));

    record Golden(String file, RoutingView view, String region) {}

    /** What is compiled is written to target/golden: copy it over the golden file when the change is meant. */
    @ParameterizedTest
    @FieldSource("GOLDEN")
    void aRegionsResourcesAreThoseOfTheGoldenFile(Golden golden) throws IOException {
        String text = text(compile(golden.region(), golden.view()));

        Path written = Path.of("target/golden").resolve(golden.file());
        Files.createDirectories(written.getParent());
        Files.writeString(written, text);
        assertThat(text).isEqualTo(golden(golden.file()));
    }

    private static RoutingView threeServices() {
        return new RoutingView(7, Views.routing().with(Views.threeServices(), new TreeMap<>()));
    }

    @Test
    void anEnvoyOfOneServiceGetsWhatIsThatServicesAndNothingElse() {
        Catalogue catalogue = catalogue("east", threeServices(), Shares.WHOLE);

        EnvoyResources rates = catalogue.of(new Scope.Service("rates"));
        assertThat(rates.of(ResourceType.CLUSTER)).containsOnlyKeys("gw-north", "gw-west");
        assertThat(rates.of(ResourceType.ENDPOINT)).isEmpty();
        assertThat(text(rates)).contains("rates.example.com").doesNotContain("orders", "catalog");
    }

    @Test
    void aShareThatIsCutChangesTheEndpointsOfWhoReadsThereAndNothingElse() {
        Map<String, String> before = versions(compile("east", threeServices()));
        Shares shares = Shares.WHOLE.with("catalog", ZoneId.of("east-7"), 0.25);

        EnvoyResources cut = catalogue("east", threeServices(), shares).everything();

        assertThat(versions(cut).entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                        .map(Map.Entry::getKey))
                .containsExactly("ENDPOINT city.catalog", "ENDPOINT local.catalog");
        assertThat(text(cut)).contains("value: 7500").doesNotContain("value: 30000");
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
        assertThat(compile("west", Views.view(7)).of(ResourceType.CLUSTER))
                .containsOnlyKeys("gw-east", "zone-west-1.ledger");
    }

    @Test
    void whatAServiceDeclaresReachesTheClustersOfItsZonesAndOnlyThose() throws Exception {
        Places places = Views.places();
        var ledger = new Topology.Service(
                "ledger",
                List.of("header:x-user-key"),
                Optional.empty(),
                Optional.of(new Topology.Outlier(5, Duration.ofSeconds(10), Duration.ofMillis(1500), 40)),
                Optional.of(new Topology.CircuitBreaker(1, 2, 3, 4)));
        Routing routing =
                Views.routing().with(new Places(List.of(ledger), places.zones(), places.gateways()), new TreeMap<>());

        EnvoyResources compiled = compile("east", new RoutingView(7, routing));

        Cluster zone = cluster(compiled, "zone-east-1.ledger");
        var threshold = zone.getCircuitBreakers().getThresholds(0);
        assertThat(threshold.getMaxConnections().getValue()).isEqualTo(1);
        assertThat(threshold.getMaxPendingRequests().getValue()).isEqualTo(2);
        assertThat(threshold.getMaxRequests().getValue()).isEqualTo(3);
        assertThat(threshold.getMaxRetries().getValue()).isEqualTo(4);
        var detection = zone.getOutlierDetection();
        assertThat(detection.getConsecutive5Xx().getValue()).isEqualTo(5);
        assertThat(detection.getInterval().getSeconds()).isEqualTo(10);
        assertThat(detection.getBaseEjectionTime().getNanos()).isEqualTo(500_000_000);
        assertThat(detection.getMaxEjectionPercent().getValue()).isEqualTo(40);
        assertThat(cluster(compiled, "gw-west")).isEqualTo(cluster(compile("east", Views.view(7)), "gw-west"));
    }

    private static Cluster cluster(EnvoyResources resources, String name) throws Exception {
        return Objects.requireNonNull(resources.of(ResourceType.CLUSTER).get(name))
                .wire()
                .getResource()
                .unpack(Cluster.class);
    }

    private static EnvoyResources compile(String region, RoutingView view) {
        return catalogue(region, view, Shares.WHOLE).everything();
    }

    private static Catalogue catalogue(String region, RoutingView view, Shares shares) {
        RegionId id = RegionId.of(region);
        var map = ((RouteMap.Compilation.Compiled) RouteMap.of(view.routing(), id)).map();
        return new RouteCompiler(id, new GatewayTls("/tls/gateway-sds")).compile(view, map, shares);
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
