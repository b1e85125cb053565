package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.at;
import static io.meridian.router.ads.Resources.content;
import static io.meridian.router.ads.Resources.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.meridian.router.Await;
import io.meridian.router.compile.Catalogue;
import io.meridian.topology.RegionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may attach to a port with TLS, and what it is served. The clients are {@code east-edge-1}. */
class AdsIdentityTest {
    private static final RegionId EAST = RegionId.of("east");

    @TempDir
    Path folder;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private Certificates authority;
    private AdsServer server;

    @BeforeEach
    void open() throws Exception {
        authority = new Certificates(folder);
        authority.issue("router", "spiffe://meridian/router/east");
        server = new AdsServer(
                "127.0.0.1",
                0,
                Optional.of(AdsTls.of(EAST, authority.files("router"))),
                new AckLedger(_ -> {}),
                new AdsCounts(new SimpleMeterRegistry()));
        server.open();
        server.publish(new Catalogue(
                at(7, List.of("zone-a=1", "zone-b=1"), List.of()),
                new TreeMap<>(Map.of("ledger", at(7, List.of("zone-a=1"), List.of())))));
    }

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
    }

    @Test
    void theNodeOfTheCertificateIsServed() throws Exception {
        authority.issue("envoy", "spiffe://meridian/envoy/east/east-edge-1");

        assertThat(content(attach("envoy").next())).containsExactly("+zone-a", "+zone-b");
    }

    @Test
    void anEnvoyOfOneServiceGetsWhatIsThatServicesOnly() throws Exception {
        authority.issue("envoy", "spiffe://meridian/envoy/east/east-edge-1/ledger");
        authority.issue("stranger", "spiffe://meridian/envoy/east/east-edge-1/unknown");

        assertThat(content(attach("envoy").next())).containsExactly("+zone-a");
        assertThat(content(attach("stranger").next())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://meridian/envoy/east/east-edge-2,   node.id is 'east-edge-1'; but the certificate is that of 'east-edge-2'",
        "spiffe://meridian/envoy/west/east-edge-1,   the certificate is of region 'west'; this router is of region 'east'",
        "spiffe://meridian/router/east,              is not of the form spiffe://meridian/envoy/<region>/<node.id>",
        "spiffe://meridian/envoy/east/,              is not of the form",
        "spiffe://meridian/envoy/east/east-edge-1/a/b, is not of the form",
    })
    void whoIsNotTheNodeOfThisRegionIsDenied(String name, String why) throws Exception {
        authority.issue("envoy", name);

        Status end = attach("envoy").end();

        assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(end.getDescription()).contains(why.replace(';', ','));
    }

    @Test
    void aCertificateWithoutANameIsDenied() throws Exception {
        authority.issue("envoy");

        Status end = attach("envoy").end();

        assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(end.getDescription()).contains("has 0 URI names");
    }

    @Test
    void withoutACertificateOfTheAuthorityThereIsNoConnection() throws Exception {
        var other = new Certificates(Files.createDirectory(folder.resolve("other")));
        other.issue("envoy", "spiffe://meridian/envoy/east/east-edge-1");

        assertThat(attach(credentials(other.files("envoy"))).end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(attach(TlsChannelCredentials.newBuilder()
                                .trustManager(authority.ca().toFile())
                                .build())
                        .end()
                        .getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aChangedCertificateIsTakenWithoutEndingAStream() throws Exception {
        authority.issue("envoy", "spiffe://meridian/envoy/east/east-edge-1");
        var old = attach("envoy");
        old.accept(old.next());

        Files.writeString(folder.resolve("router.crt"), "half a certif");
        BigInteger fresh = authority.issue("router", "spiffe://meridian/router/east");
        Await.until("new connections see the new certificate", () -> {
            var client = attach("envoy");
            client.next();
            return client.servedBy().equals(fresh);
        });

        server.publish(Catalogue.of(at(8, List.of("zone-a=2", "zone-b=1"), List.of())));
        assertThat(content(old.next())).containsExactly("+zone-a");
        assertThat(old.servedBy()).isNotEqualTo(fresh);
    }

    @Test
    void filesThatDoNotFitAreNamedAtTheStart() throws Exception {
        authority.issue("wrong", "spiffe://meridian/router/west");
        authority.issue("other", "spiffe://meridian/router/east");
        var mixed = new AdsTls.PemFiles(folder.resolve("router.crt"), folder.resolve("other.key"), authority.ca());

        assertThatThrownBy(() -> AdsTls.of(EAST, authority.files("wrong")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must carry the URI name spiffe://meridian/router/east");
        assertThatThrownBy(() -> AdsTls.of(EAST, mixed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other.key is not the key of");
        assertThatThrownBy(() -> AdsTls.of(EAST, authority.files("absent")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("absent.crt");
    }

    private Client attach(String name) throws IOException {
        return attach(credentials(authority.files(name)));
    }

    private Client attach(ChannelCredentials credentials) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port(), credentials)
                .overrideAuthority("localhost")
                .build();
        channels.add(channel);
        return new Client(channel);
    }

    private ChannelCredentials credentials(AdsTls.PemFiles files) throws IOException {
        return TlsChannelCredentials.newBuilder()
                .keyManager(files.certificate().toFile(), files.key().toFile())
                .trustManager(authority.ca().toFile())
                .build();
    }

    private static final class Client {
        private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;

        Client(ManagedChannel channel) {
            call = channel.newCall(
                    AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(), CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(DeltaDiscoveryResponse response) {
                            responses.add(response);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            call.request(100);
            call.sendMessage(request(CDS).build());
        }

        DeltaDiscoveryResponse next() throws InterruptedException {
            DeltaDiscoveryResponse response = responses.poll(Await.within(20).toMillis(), TimeUnit.MILLISECONDS);
            assertThat(response).as("%s", end).isNotNull();
            return response;
        }

        void accept(DeltaDiscoveryResponse response) {
            call.sendMessage(Resources.accept(response));
        }

        BigInteger servedBy() throws Exception {
            var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            assertThat(session).isNotNull();
            return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
        }

        Status end() {
            return end.orTimeout(20, TimeUnit.SECONDS).join();
        }
    }
}
