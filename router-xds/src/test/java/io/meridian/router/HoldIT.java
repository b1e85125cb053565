package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of requests held by a real Envoy, with and without bodies, and more than there is room for. */
class HoldIT {
    private static final int KIB = 1024;
    private static final String RECEIVED = "http.edge.downstream_cx_rx_bytes_total";
    private static final List<Integer> SHARDS =
            IntStream.range(300, 308).boxed().toList();
    private static final List<String> KEYS =
            SHARDS.stream().map(TwoRegions::keyOf).toList();

    @TempDir
    static Path folder;

    private static TwoRegions world;

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void release() {
        world.awaitAcked(world.release(SHARDS, "east-1", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_1_1, 5000,    0",
        "HTTP_2,   5000,    0",
        "HTTP_1_1, 1000,   64",
        "HTTP_2,   1000,   64",
        "HTTP_1_1,  100, 1024",
        "HTTP_2,     50, 1024"
    })
    void allThatWaitAreAnsweredByTheNewOwnerWithTheirBodies(HttpVersion version, int count, int kib) throws Exception {
        Buffer body = body(kib);
        long before = world.east.memory();
        long received = world.east.stat(RECEIVED);
        world.freeze(SHARDS);

        try (var crowd = new Crowd(world.vertx, world.east.edgePort(), version)) {
            List<CompletableFuture<Crowd.Answer>> asked = ask(crowd, count, KEYS, body);
            world.east.awaitWaiting(count);
            long reckoned = (long) world.east.meter("meridian_hold_waiting_bytes");
            long sent = (long) count * body.length();
            Await.until("the bodies are in Envoy", () -> world.east.stat(RECEIVED) - received > sent);
            long kept = world.east.memory() - before;
            world.release(SHARDS, "west-1", 3);

            List<Crowd.Answer> answers =
                    asked.stream().map(CompletableFuture::join).toList();
            System.out.printf(
                    "%s %d x %d KiB: reckoned %d, Envoy grew by %d, %d each%n",
                    version, count, kib, reckoned, kept, kept / count);
            assertThat(answers)
                    .allMatch(answer -> answer.status() == 200
                            && answer.intact()
                            && answer.text().startsWith("west-1:")
                            && answer.via().equals("hold"));
            assertThat(kept).as("what Envoy keeps").isLessThan(reckoned);
        }
    }

    @Test
    void whatExceedsTheRoomIsAnswered503AtOnceAndTheRestWaitsOn() throws Exception {
        Buffer body = body(1024);
        world.freeze(SHARDS);

        try (var crowd = new Crowd(world.vertx, world.east.edgePort(), HttpVersion.HTTP_1_1)) {
            int room = 198; // half of 512 MiB, by 1.25 MiB and 45,000 bytes
            List<CompletableFuture<Crowd.Answer>> flood = ask(crowd, room + 30, KEYS.subList(0, 1), body);
            Await.until("the rest is refused", () -> done(flood).size() == 30);
            CompletableFuture<Crowd.Answer> another = crowd.post("/other", KEYS.get(1), body);
            world.east.awaitWaiting(room + 1);

            assertThat(done(flood)).allSatisfy(refused -> {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.reason()).isEqualTo("hold_full");
                assertThat(refused.retryAfter()).isEqualTo("1");
                assertThat(refused.text()).contains("hold_full");
            });
            world.release(SHARDS, "west-1", 3);

            assertThat(another.join().intact()).isTrue();
            assertThat(flood.stream().map(CompletableFuture::join).filter(Crowd.Answer::intact))
                    .hasSize(room);
        }
    }

    private static List<CompletableFuture<Crowd.Answer>> ask(Crowd crowd, int count, List<String> keys, Buffer body) {
        return IntStream.range(0, count)
                .mapToObj(number -> crowd.post("/held/" + number, keys.get(number % keys.size()), body))
                .toList();
    }

    private static List<Crowd.Answer> done(List<CompletableFuture<Crowd.Answer>> asked) {
        return asked.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
    }

    private static Buffer body(int kib) {
        return Buffer.buffer(String.join("", Collections.nCopies(kib * KIB / 16, "0123456789abcdef")));
    }
}
