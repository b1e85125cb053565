package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meridian.router.view.Places;
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

    private static final CircuitBreakers BREAKERS =
            breakers(new Topology.CircuitBreaker(BREAKER, BREAKER, BREAKER, BREAKER));

    private final GatewayTls tls;

    Clusters(GatewayTls tls) {
        this.tls = tls;
    }

    Cluster zone(String name, List<String> endpoints, Places places) {
        var common = io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder()
                .setIdleTimeout(Values.duration(IDLE_LIMIT))
                .build();
        var cluster = cluster(name, endpoints, http2().setCommonHttpProtocolOptions(common));
        places.circuitBreaker().ifPresent(breaker -> cluster.setCircuitBreakers(breakers(breaker)));
        places.outlier().ifPresent(outlier -> cluster.setOutlierDetection(detection(outlier)));
        return cluster.build();
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
                .setTransportSocket(TransportSocket.newBuilder()
                        .setName("envoy.transport_sockets.tls")
                        .setTypedConfig(Any.pack(tlsTo(to))))
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
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Any.pack(protocol.build()))
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
                        .addTlsCertificates(TlsCertificate.newBuilder()
                                .setCertificateChain(file(tls.certificate()))
                                .setPrivateKey(file(tls.key())))
                        .setValidationContext(CertificateValidationContext.newBuilder()
                                .setTrustedCa(file(tls.authority()))
                                .addMatchTypedSubjectAltNames(peer)))
                .build();
    }

    private static DataSource file(String path) {
        return DataSource.newBuilder().setFilename(path).build();
    }
}
