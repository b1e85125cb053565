package io.meridian.control.identity;

import static io.restassured.RestAssured.given;

import io.meridian.control.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Keycloak as Maven unpacked it, with the realm of {@code meridian-realm.json}, its data in memory. */
final class Keycloak implements AutoCloseable {
    /** The first start after an unpacking also builds it; on a busy machine that takes a minute. */
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    static final String PASSWORD = "for-tests-only";

    private final Process process;
    private final String issuer;

    private Keycloak(Process process, String issuer) {
        this.process = process;
        this.issuer = issuer;
    }

    static String issuer(int port) {
        return "http://127.0.0.1:" + port + "/realms/meridian";
    }

    static Keycloak start(int port) throws Exception {
        Path home = home();
        Path imports = Files.createDirectories(home.resolve("data/import"));
        try (InputStream realm =
                Objects.requireNonNull(Keycloak.class.getResourceAsStream("/keycloak/meridian-realm.json"))) {
            Files.copy(realm, imports.resolve("meridian-realm.json"), StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = home.resolveSibling("keycloak.log");
        var builder = new ProcessBuilder(List.of(
                        "bash",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--cache=local",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx320m");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "root");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
        builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
        var keycloak = new Keycloak(builder.start(), issuer(port));
        try {
            Await.until(START_LIMIT, keycloak::answers, answers -> answers);
        } catch (Throwable e) {
            keycloak.close();
            throw new IllegalStateException("Keycloak did not start; its log is " + log, e);
        }
        return keycloak;
    }

    private static Path home() throws IOException {
        Path unpacked = Path.of("target", "keycloak");
        try (Stream<Path> homes = Files.list(unpacked)) {
            return homes.filter(home -> Files.exists(home.resolve("bin/kc.sh")))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private boolean answers() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended with " + process.exitValue());
        }
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(issuer))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** An access token of {@code user}, as the client {@code client} of the realm gets it. */
    String token(String client, String user) {
        return token(issuer, client, user);
    }

    /** Of another realm of the same server: other keys, another issuer. */
    String foreignToken() {
        return token(issuer.replace("/realms/meridian", "/realms/master"), "admin-cli", "root");
    }

    private static String token(String issuer, String client, String user) {
        return given().baseUri(issuer)
                .formParam("grant_type", "password")
                .formParam("client_id", client)
                .formParam("username", user)
                .formParam("password", PASSWORD)
                .post("/protocol/openid-connect/token")
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }

    /** Its start script, and the JVM that it started. */
    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            all.forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
        }
    }
}
