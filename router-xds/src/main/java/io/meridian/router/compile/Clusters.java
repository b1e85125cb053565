package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;

/** Envoy clusters: HTTP/2 without TLS to zones, HTTP/2 over TLS with SPIFFE names on both sides to other regions' gateways. */
final class Clusters {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

    /**
     * An application that closes an idle connection while Envoy sends on it costs a failed request. So Envoy closes first: shorter
     * than the shortest default that servers have (5 s: Node's keep-alive, Tomcat's HTTP/2 read timeout).
     */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(4);

    /** Envoy's defaults (1024 requests, 3 retries) overflow in the burst after a hold. */
    private static final int BREAKER = 20_000;

    private static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private static final CircuitBreakers BREAKERS =
            breakers(new Topology.CircuitBreaker(BREAKER, BREAKER, BREAKER, BREAKER));

    private final GatewayTls tls;

    Clusters(GatewayTls tls) {
        this.tls = tls;
    }

    Cluster zone(String name, List<String> endpoints, Topology.Service service) {
        var cluster = cluster(name, endpoints, toApplication());
        cluster.setCircuitBreakers(breakers(service));
        service.outlier().ifPresent(outlier -> cluster.setOutlierDetection(detection(outlier)));
        return cluster.build();
    }

    /**
     * Endpoints by discovery, each by its own kind of connection: plain to zones, mTLS to gateways.
     *
     * @param gateways regions whose gateways may be among the endpoints
     */
    Cluster city(String name, Topology.Service service, List<RegionId> gateways) {
        var cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(ConfigSource.newBuilder()
                                .setAds(AggregatedConfigSource.getDefaultInstance())
                                .setResourceApiVersion(ApiVersion.V3)))
                .setConnectTimeout(Values.duration(CONNECT_LIMIT))
                .putTypedExtensionProtocolOptions(
                        HTTP_OPTIONS, Any.pack(toApplication().build()))
                .setCircuitBreakers(breakers(service))
                .setOutlierDetection(detection(service.outlier().orElse(CityClusters.OUTLIER)))
                .setCommonLbConfig(Cluster.CommonLbConfig.newBuilder()
                        // An endpoint that was found dead is never preferred to a living one in another city.
                        .setHealthyPanicThreshold(Percent.getDefaultInstance())
                        .setLocalityWeightedLbConfig(
                                Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance()));
        for (RegionId gateway : gateways) {
            cluster.addTransportSocketMatches(Cluster.TransportSocketMatch.newBuilder()
                    .setName("gateway-" + gateway.name())
                    .setMatch(CityClusters.gatewayOf(gateway))
                    .setTransportSocket(tls(gateway)));
        }
        return cluster.addTransportSocketMatches(Cluster.TransportSocketMatch.newBuilder()
                        .setName("plain")
                        .setMatch(Struct.getDefaultInstance())
                        .setTransportSocket(TransportSocket.newBuilder()
                                .setName("envoy.transport_sockets.raw_buffer")
                                .setTypedConfig(Any.pack(RawBuffer.getDefaultInstance()))))
                .build();
    }

    /**
     * Where the public keys of a service's tokens are.
     *
     * @param address {@code http} or {@code https}
     */
    static Cluster keys(String name, String address) {
        boolean encrypted = address.startsWith("https://");
        String authority = address.replaceFirst("^https?://", "").replaceFirst("[/?].*$", "");
        boolean portNamed = authority.matches(".*:[0-9]+");
        String endpoint = portNamed ? authority : authority + (encrypted ? ":443" : ":80");
        var cluster = cluster(
                name,
                List.of(endpoint),
                HttpProtocolOptions.newBuilder()
                        .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())));
        if (encrypted) {
            cluster.setTransportSocket(
                    socket(toTheWorld(Endpoints.read(endpoint).host())));
        }
        return cluster.build();
    }

    private static UpstreamTlsContext toTheWorld(String host) {
        var peer = SubjectAltNameMatcher.newBuilder()
                .setSanType(SubjectAltNameMatcher.SanType.DNS)
                .setMatcher(StringMatcher.newBuilder().setExact(host));
        return UpstreamTlsContext.newBuilder()
                .setSni(host)
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .setValidationContext(CertificateValidationContext.newBuilder()
                                .setSystemRootCerts(CertificateValidationContext.SystemRootCerts.getDefaultInstance())
                                .addMatchTypedSubjectAltNames(peer)))
                .build();
    }

    private static HttpProtocolOptions.Builder toApplication() {
        return http2().setCommonHttpProtocolOptions(io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder()
                .setIdleTimeout(Values.duration(IDLE_LIMIT)));
    }

    private static CircuitBreakers breakers(Topology.Service service) {
        CircuitBreakers breakers =
                service.circuitBreaker().map(Clusters::breakers).orElse(BREAKERS);
        if (service.retries().isEmpty()) {
            return breakers;
        }
        Topology.Retries retries = service.retries().get();
        var budget = CircuitBreakers.Thresholds.RetryBudget.newBuilder()
                .setBudgetPercent(Percent.newBuilder().setValue(retries.budgetPercent()))
                .setMinRetryConcurrency(UInt32Value.of(retries.minConcurrency()));
        var limited = breakers.toBuilder();
        limited.getThresholdsBuilder(0).setRetryBudget(budget);
        return limited.build();
    }

    private static CircuitBreakers breakers(Topology.CircuitBreaker breaker) {
        return CircuitBreakers.newBuilder()
                .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(UInt32Value.of(breaker.maxConnections()))
                        .setMaxPendingRequests(UInt32Value.of(breaker.maxPendingRequests()))
                        .setMaxRequests(UInt32Value.of(breaker.maxRequests()))
                        .setMaxRetries(UInt32Value.of(breaker.maxRetries())))
                .build();
    }

    /** Only what was declared: Envoy would also judge endpoints by their success rate unless told not to. */
    private static OutlierDetection detection(Topology.Outlier outlier) {
        return OutlierDetection.newBuilder()
                .setConsecutive5Xx(UInt32Value.of(outlier.consecutive5xx()))
                .setInterval(Values.duration(outlier.interval()))
                .setBaseEjectionTime(Values.duration(outlier.ejection()))
                .setMaxEjectionPercent(UInt32Value.of(outlier.maxEjectionPercent()))
                .setAlwaysEjectOneHost(BoolValue.of(true))
                .setEnforcingSuccessRate(UInt32Value.of(0))
                .build();
    }

    Cluster gateway(String name, RegionId to, String address) {
        return cluster(name, List.of(address), http2())
                .setTransportSocket(tls(to))
                .build();
    }

    private TransportSocket tls(RegionId to) {
        return socket(tlsTo(to));
    }

    private static TransportSocket socket(UpstreamTlsContext context) {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(context))
                .build();
    }

    private static Cluster.Builder cluster(String name, List<String> endpoints, HttpProtocolOptions.Builder protocol) {
        List<Endpoints.HostPort> hosts = endpoints.stream().map(Endpoints::read).toList();
        var cluster = Cluster.newBuilder().setName(name);
        if (hosts.stream().allMatch(Endpoints.HostPort::literal)) {
            cluster.setType(Cluster.DiscoveryType.STATIC);
        } else {
            cluster.setType(Cluster.DiscoveryType.STRICT_DNS).setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED);
        }
        return cluster.setConnectTimeout(Values.duration(CONNECT_LIMIT))
                .putTypedExtensionProtocolOptions(HTTP_OPTIONS, Any.pack(protocol.build()))
                .setCircuitBreakers(BREAKERS)
                .setLoadAssignment(Endpoints.assignment(name, hosts));
    }

    private static HttpProtocolOptions.Builder http2() {
        return HttpProtocolOptions.newBuilder()
                .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                        .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
    }

    private UpstreamTlsContext tlsTo(RegionId to) {
        var peer = SubjectAltNameMatcher.newBuilder()
                .setSanType(SubjectAltNameMatcher.SanType.URI)
                .setMatcher(StringMatcher.newBuilder().setExact("spiffe://meridian/gateway/" + to.name()));
        return UpstreamTlsContext.newBuilder()
                .setSni("gateway." + to.name() + ".meridian")
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .addAlpnProtocols("h2")
                        .addTlsCertificateSdsSecretConfigs(secret("identity", tls.identity()))
                        .setCombinedValidationContext(CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                                .setDefaultValidationContext(CertificateValidationContext.newBuilder()
                                        .addMatchTypedSubjectAltNames(peer))
                                .setValidationContextSdsSecretConfig(secret("trust", tls.trust()))))
                .build();
    }

    /** From a file, but by SDS: a renewed certificate is taken for new connections, and the old ones live on. */
    private static SdsSecretConfig secret(String name, String path) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(ConfigSource.newBuilder()
                        .setPathConfigSource(PathConfigSource.newBuilder().setPath(path))
                        .setResourceApiVersion(ApiVersion.V3))
                .build();
    }
}
