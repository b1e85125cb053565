package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import io.meridian.wire.RouterView;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways', routers' and Envoys' certificates are renewed, as cert-manager renews a mounted secret, while both edges send through them. */
class CertificateRotationIT {
    private static final int ROUNDS = 3;

    @TempDir
    static Path folder;

    @Test
    void aRenewedCertificateIsTakenForNewConnectionsAndNoRequestFails() throws Exception {
        List<String> keys =
                IntStream.of(20, 21, 800, 801).mapToObj(TwoRegions::keyOf).toList();
        try (var world = new TwoRegions(folder);
                var load = new Load(List.of(world.east, world.west), keys)) {
            var serials = new ArrayList<BigInteger>();
            serials.add(shownBy(world.west.gatewayPort(), world));
            long connectedAtFirst = world.east.stat("cluster.gw-west.upstream_cx_total");

            for (int round = 0; round < ROUNDS; round++) {
                for (String region : List.of("east", "west")) {
                    world.authority.renew(Identity.gateway(region));
                    world.authority.renew(Identity.router(region));
                    world.authority.renew(Identity.envoy(region, region + "-edge-1"));
                }
                BigInteger renewed = serial(IdentityFiles.of(folder.resolve("tls"), Identity.gateway("west"))
                        .certificate());
                Await.until(
                        "the new certificate is shown",
                        () -> shownBy(world.west.gatewayPort(), world).equals(renewed));
                serials.add(renewed);
                int before = load.answers();
                Await.until("requests go on", () -> load.answers() > before + 50);
            }
            assertThat(world.east.stat("cluster.gw-west.upstream_cx_total"))
                    .as("connections that were there stay")
                    .isEqualTo(connectedAtFirst);
            RouterView.Builder moved = world.topology();
            moved.getGatewaysBuilderList()
                    .forEach(gateway -> gateway.setAddress(gateway.getAddress().replace("127.0.0.1", "localhost")));
            world.control.say(moved);
            world.awaitAcked(world.control.revision());
            int before = load.answers();
            Await.until("requests go on over new connections", () -> load.answers() > before + 50);
            world.east.stopRouter();
            world.east.restartRouter();
            world.awaitAcked(world.control.change(List.of(20), route -> route.setZone("east-2")));
            load.stop();

            assertThat(world.east.stat("cluster.gw-west.upstream_cx_total")).isGreaterThan(connectedAtFirst);

            assertThat(load.failures()).isEmpty();
            assertThat(serials).doesNotHaveDuplicates();
            assertThat(world.east.stat("cluster.gw-west.client_ssl_socket_factory.ssl_context_update_by_sds"))
                    .isGreaterThanOrEqualTo(ROUNDS);
        }
    }

    private static BigInteger shownBy(int port, TwoRegions world) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(client(), new TrustManager[] {new Trusting()}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static KeyManager[] client() throws Exception {
        IdentityFiles own = IdentityFiles.of(folder.resolve("tls"), Identity.gateway("east"));
        byte[] key = Base64.getMimeDecoder()
                .decode(Files.readString(own.key())
                        .replaceAll("-----.*?-----", "")
                        .strip());
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                new X509Certificate[] {certificate(own.certificate())});
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static BigInteger serial(Path file) throws Exception {
        return certificate(file).getSerialNumber();
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var stream = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
    }
}
