package io.meridian.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Patience;
import io.meridian.local.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process, as a region runs it. */
class LedgerMainIT {
    private static LedgerStore store;
    private static Vertx vertx;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        store = LedgerStore.start();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close();
        store.close();
    }

    private Process run(String... lines) throws Exception {
        Path config = folder.resolve("ledger.properties");
        Files.write(config, List.of(lines));
        Files.writeString(folder.resolve("password"), LedgerStore.password() + "\n");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.meridian.ledger.LedgerMain",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @Test
    void itServesItsZonesWithAReadCheckAndEndsInOrderWhenAsked() throws Exception {
        int first = Ports.free();
        int second = Ports.free();
        Process ledger = run(
                "ledger.jdbc-url=" + store.jdbcUrl(),
                "ledger.user=ledger",
                "ledger.password-file=password",
                "ledger.zones=east-1=127.0.0.1:" + first + ", east-2=127.0.0.1:" + second);
        try {
            var caller = new Caller(vertx, HttpVersion.HTTP_2, second);
            awaitHealth(ledger, caller);

            assertThat(caller.open("alice", "main", 5).status()).isEqualTo(201);
            assertThat(caller.get("alice", "/accounts").status())
                    .as("by default reads ask meridian.assert_owner, which this store lacks")
                    .isEqualTo(500);
            ledger.destroy();

            assertThat(ledger.waitFor(Patience.seconds(20).toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(ledger.exitValue()).isEqualTo(143);
        } finally {
            ledger.destroyForcibly();
        }
    }

    @Test
    void everyFaultOfTheConfigurationIsNamed() throws Exception {
        Process ledger = run(
                "ledger.jdbc-url=" + store.jdbcUrl(),
                "ledger.pool-size=none",
                "ledger.password-file=nowhere",
                "ledger.zones=east-1:21050",
                "ledger.zonse=x");

        assertThat(ledger.waitFor(Patience.seconds(20).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(ledger.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("log")))
                .contains("ledger.zonse: unknown")
                .contains("ledger.user: missing")
                .contains("ledger.pool-size: 'none'")
                .contains("ledger.password-file: ")
                .contains("ledger.zones: 'east-1:21050' is not NAME=HOST:PORT");
    }

    @Test
    void severalStoresMustHaveEveryShardOnce() throws Exception {
        Process ledger = run(
                "ledger.jdbc-url.0-30=" + store.jdbcUrl(),
                "ledger.jdbc-url.32-63=" + store.jdbcUrl(),
                "ledger.jdbc-url=" + store.jdbcUrl(),
                "ledger.shards=64",
                "ledger.user=ledger",
                "ledger.password-file=password",
                "ledger.zones=east-1=127.0.0.1:1");

        assertThat(ledger.waitFor(Patience.seconds(20).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(ledger.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("log")))
                .contains("ledger.jdbc-url: either this, or one ledger.jdbc-url.FIRST-LAST for each store")
                .contains("they must have the shards 0-63, each once; shard 31 is where that ends");
    }

    @Test
    void aPortThatIsTakenEndsIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process ledger = run(
                    "ledger.jdbc-url=" + store.jdbcUrl(),
                    "ledger.user=ledger",
                    "ledger.password-file=password",
                    "ledger.zones=east-1=127.0.0.1:" + taken.getLocalPort());

            assertThat(ledger.waitFor(Patience.seconds(20).toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(ledger.exitValue()).isEqualTo(1);
            assertThat(Files.readString(folder.resolve("log")))
                    .contains("cannot listen on")
                    .contains("in use");
        }
    }

    private void awaitHealth(Process ledger, Caller caller) throws Exception {
        long deadline = System.nanoTime() + Patience.seconds(30).toNanos();
        while (true) {
            try {
                if (caller.get("", "/health").status() == 200) {
                    return;
                }
            } catch (ExecutionException notYet) {
                assertThat(ledger.isAlive())
                        .as(Files.readString(folder.resolve("log")))
                        .isTrue();
            }
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
