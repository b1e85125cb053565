package io.meridian.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.process.Folders;
import io.meridian.local.service.Programs.Kind;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance of one region with only its PostgreSQL and the links, which is enough to see how starts and stops treat each other. */
class LocalInstanceIT {
    private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final int base = FreeBase.of(1).base();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @AfterEach
    void reset() throws Exception {
        var left = LocalInstance.attach(name);
        if (left.isPresent()) {
            left.get().reset();
        }
        Folders.remove(Layout.folder(name));
    }

    @Test
    void aSecondUpChangesNothing() throws Exception {
        var first = up();
        long pid = first.process("east/postgres").pid();

        var second = up();

        assertThat(second.process("east/postgres").pid()).isEqualTo(pid);
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("runs already");
    }

    @Test
    void anEarlierStartThatCameHalfWayIsContinued() throws Exception {
        var first = up();
        long links = first.process("links").pid();
        first.process("east/postgres").kill();

        var second = up();

        assertThat(second.process("links").pid()).isEqualTo(links);
        assertThat(second.process("east/postgres").alive()).isTrue();
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("1 processes of an earlier start run already");
    }

    @Test
    void downStopsWhatWasStartedAndNothingThatTookItsPid() throws Exception {
        var running = up();
        long postgres = running.process("east/postgres").pid();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        InstanceFile file = running.file();
        file.with(new InstanceFile.Started("links", stranger.pid(), 1_000, "log"))
                .write();

        LocalInstance.attach(name).orElseThrow().down();

        assertThat(stranger.isAlive()).isTrue();
        assertThat(ProcessHandle.of(postgres).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        stranger.destroyForcibly();
        file.process("links").orElseThrow().identity().kill();
    }

    @Test
    void aStepThatFailsIsShownWithTheEndOfTheLogAndWhatWasStartedIsStopped() throws Exception {
        Layout layout = Layout.of(name, base, 1);
        Files.createDirectories(layout.folder("east", "postgres").resolve("data"));
        Files.writeString(layout.folder("east", "postgres").resolve("data/PG_VERSION"), "9.6\n");

        assertThatThrownBy(() -> up())
                .hasMessageContaining("PostgreSQL on port " + base + " ended before it was ready")
                .hasMessageContaining(
                        "whole log: " + layout.folder("east", "postgres").resolve("log"));

        assertThat(LocalInstance.attach(name).orElseThrow().process("links").alive())
                .isFalse();
        assertThat(Ports.isFree(layout.ports().linkControl())).isTrue();
    }

    @Test
    void anotherNumberOfRegionsThanTheDataHasIsRefused() throws Exception {
        up();

        assertThatThrownBy(() -> LocalInstance.up(new Options(name, 3, base, EnumSet.of(Kind.POSTGRES)), out()))
                .hasMessageContaining("has 1 region(s)")
                .hasMessageContaining("./meridian reset --instance " + name);
    }

    @Test
    void aTakenPortIsRefusedBeforeAnythingStarts() throws Exception {
        try (var socket = new ServerSocket(base + 40, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();

            assertThatThrownBy(() -> up())
                    .hasMessageContaining("port " + (base + 40) + " (east/envoy) is taken by pid");
        }
        assertThat(LocalInstance.attach(name)).isEmpty();
    }

    @Test
    void renewedCertificatesAreTakenByAnEnvoyThatRunsOn() throws Exception {
        var running = LocalInstance.up(new Options(name, 1, base, EnumSet.of(Kind.ENVOY)), out());
        long pid = running.process("east/envoy").pid();
        Layout layout = running.layout();
        IdentityFiles own = IdentityFiles.of(layout.tls(), Identity.envoy("east", layout.envoyNode("east")));
        String before = serial(own);
        assertThat(loaded(layout)).contains(before);

        int status = LocalRegions.commandLine().execute("renew-certificates", "--instance", name);

        assertThat(status).isZero();
        assertThat(serial(own)).isNotEqualTo(before);
        await(() -> loaded(layout).contains(serial(own)) && !loaded(layout).contains(before));
        assertThat(running.process("east/envoy").pid()).isEqualTo(pid);
    }

    /** What Envoy says of the certificates that it uses. */
    private static String loaded(Layout layout) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var question = HttpRequest.newBuilder(
                            URI.create("http://" + layout.address("east", Ports.Part.ENVOY_ADMIN) + "/certs"))
                    .build();
            return client.send(question, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String serial(IdentityFiles files) throws IOException, CertificateException {
        try (var stream = Files.newInputStream(files.certificate())) {
            var certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
            return HexFormat.of()
                    .formatHex(certificate.getSerialNumber().toByteArray())
                    .replaceFirst("^00", "");
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(end);
        }
    }

    private LocalInstance up() throws IOException, InterruptedException {
        return LocalInstance.up(new Options(name, 1, base, EnumSet.of(Kind.POSTGRES)), out());
    }

    private PrintStream out() {
        return new PrintStream(shown, true, StandardCharsets.UTF_8);
    }
}
