package io.meridian.router.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Await;
import io.meridian.router.Views;
import io.meridian.router.view.Route;
import io.meridian.router.view.RoutingView;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The endpoint on a real port, asked over HTTP/2 with prior knowledge as Envoy asks. */
class HoldEndpointTest {
    private static final int SHARD = 3; // east-1's

    private final Vertx vertx = Vertx.vertx();
    private final AtomicBoolean lapsed = new AtomicBoolean();
    private final AtomicLong answering = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HoldEndpoint hold =
            new HoldEndpoint("127.0.0.1", 0, HoldLimits.DEFAULT, lapsed::get, answering::set, new HoldCounts(meters));
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MaxPoolSize(1));

    private record Answer(int status, String zone, String cluster, String epoch, String reason, long millis) {}

    @BeforeEach
    void open() {
        join(vertx.deployVerticle(hold));
        join(hold.open());
    }

    @AfterEach
    void close() {
        join(vertx.close());
    }

    @Test
    void beforeAnythingIsKnownTheAnswerIs503() {
        Answer answer = ask(SHARD, "").join();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("not_loaded");
    }

    @Test
    void ownerIsNamedAtOnce() {
        publish(Views.view(7));

        Answer answer = ask(SHARD, "").join();

        assertThat(answer)
                .extracting(Answer::status, Answer::zone, Answer::cluster, Answer::epoch)
                .containsExactly(200, "east-1", "zone-east-1", "v7");
    }

    @Test
    void questionAboutAFrozenShardWaitsUntilItsRelease() {
        freeze();

        CompletableFuture<Answer> asked = ask(SHARD, "");
        awaitWaiting(1);
        assertThat(asked).isNotDone();
        publish(view(9, Views.owned("west-1", 3)));

        assertThat(asked.join())
                .extracting(Answer::status, Answer::zone, Answer::cluster)
                .containsExactly(200, "west-1", "gw-west");
        awaitWaiting(0);
    }

    @Test
    void questionOfARefusedRequestWaitsAMomentForAChangeAndIsThenAnsweredTheSame() {
        publish(Views.view(7));

        Answer answer = ask(SHARD, "east-1").join();

        assertThat(answer.zone()).isEqualTo("east-1");
        assertThat(answer.millis()).isGreaterThanOrEqualTo(HoldEndpoint.CHANGE_LIMIT.toMillis() - 1);
    }

    @Test
    void questionOfARefusedRequestHearsOfTheChange() {
        publish(Views.view(7));

        CompletableFuture<Answer> asked = ask(SHARD, "east-1");
        awaitWaiting(1);
        publish(view(8, Views.owned("west-1", 3)));

        assertThat(asked.join().zone()).isEqualTo("west-1");
    }

    @Test
    void questionOfARefusedRequestIsHeldWhenTheShardIsFrozenMeanwhile() {
        publish(Views.view(7));
        CompletableFuture<Answer> asked = ask(SHARD, "east-1");
        awaitWaiting(1);

        freeze();
        publish(view(9, Views.owned("west-1", 3)));

        assertThat(asked.join().zone()).isEqualTo("west-1");
    }

    @Test
    void runThatWasRolledBackReleasesToTheOldOwner() {
        freeze();
        CompletableFuture<Answer> asked = ask(SHARD, "east-1");
        awaitWaiting(1);

        publish(view(9, Views.owned("east-1", 3)));

        assertThat(asked.join().zone()).isEqualTo("east-1");
    }

    @Test
    void holdEndsAfterNineSecondsWith503() {
        freeze();

        Answer answer = ask(SHARD, "").join();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("held_too_long");
        assertThat(answer.millis()).isGreaterThanOrEqualTo(HoldEndpoint.HOLD_LIMIT.toMillis() - 10);
    }

    @Test
    void whenTheFeedLeaseLapsesHeldQuestionsAndNewOnesOfFrozenShardsAreAnswered503() {
        freeze();
        CompletableFuture<Answer> held = ask(SHARD, "");
        awaitWaiting(1);

        lapsed.set(true);

        assertThat(held.join().reason()).isEqualTo("feed_lapsed");
        assertThat(ask(SHARD, "").join().reason()).isEqualTo("feed_lapsed");
        assertThat(ask(40, "").join().zone()).isEqualTo("west-1"); // others by the last truth
    }

    @Test
    void whoeverGoesAwayIsForgotten() {
        freeze();
        var request = join(client.request(HttpMethod.GET, hold.port(), "127.0.0.1", "/v1/owner?shard=" + SHARD));
        request.send();
        awaitWaiting(1);

        request.reset();

        awaitWaiting(0);
    }

    @Test
    void thousandsWaitWithoutAThreadEachAndAreReleasedInPortions() {
        freeze();
        int threads = Thread.activeCount();
        List<CompletableFuture<Answer>> asked =
                IntStream.range(0, 4_000).mapToObj(_ -> ask(SHARD, "")).toList();
        awaitWaiting(4_000);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 4);

        long released = System.nanoTime();
        publish(view(9, Views.owned("west-1", 3)));
        asked.forEach(CompletableFuture::join);

        assertThat(asked).allMatch(answer -> answer.join().zone().equals("west-1"));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - released))
                .as("4,000 at 8 per ms")
                .isGreaterThan(400);
    }

    @Test
    void moreThanHalfOfThePlacesIsNotForOneShardAndWhatExceedsThemIsAnswered503AtOnce() {
        freeze();
        String bodyOf4MiB = "&bytes=4194304&protocol=HTTP/1.1";
        int room = 50; // 256 MiB, a shard's half, by 5.04 MiB
        List<CompletableFuture<Answer>> asked = IntStream.range(0, room + 14)
                .mapToObj(_ -> get("/v1/owner?shard=" + SHARD + bodyOf4MiB))
                .toList();
        Await.until(
                "some are refused",
                () -> asked.stream().filter(CompletableFuture::isDone).count() == 14);
        awaitWaiting(room);

        List<Answer> refused = asked.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
        CompletableFuture<Answer> elsewhere = get("/v1/owner?shard=" + Views.FROZEN + bodyOf4MiB);
        awaitWaiting(room + 1);

        assertThat(refused)
                .hasSize(14)
                .allMatch(answer -> answer.status() == 503 && answer.reason().equals("hold_full"));
        assertThat(elsewhere).isNotDone();
        assertThat(meters.get("meridian_hold_answers")
                        .tag("outcome", "hold_full")
                        .counter()
                        .count())
                .isEqualTo(14);
        assertThat(meters.get("meridian_hold_waiting_bytes").gauge().value())
                .isEqualTo((room + 1) * (double) HeldBytes.of("4194304", "HTTP/1.1"));

        publish(view(9, Views.owned("west-1", 3)));
        awaitWaiting(1);
        assertThat(asked).filteredOn(answer -> answer.join().status() == 200).hasSize(room);
        assertThat(meters.get("meridian_hold_wait").timer().count()).isEqualTo(room);
    }

    @Test
    void revisionIsToldOnlyOnceAnswersAreByIt() {
        publish(Views.view(7));
        freeze();

        assertThat(answering).hasValue(8);
        CompletableFuture<Answer> asked = ask(SHARD, "");
        awaitWaiting(1);
        assertThat(asked).isNotDone();
    }

    @Test
    void nonsenseIsRefused() {
        publish(Views.view(7));

        assertThat(get("/v1/owner?shard=x").join().status()).isEqualTo(400);
        assertThat(get("/v1/owner?shard=64").join().reason()).isEqualTo("no_such_shard");
        assertThat(get("/v1/owner").join().status()).isEqualTo(400);
        assertThat(get("/other").join().status()).isEqualTo(404);
    }

    private void freeze() {
        publish(view(8, Views.frozen(1)));
    }

    private static RoutingView view(long revision, Route route) {
        return Views.with(Views.view(7), revision, SHARD, route);
    }

    /** Returns when the endpoint says that it answers by it. */
    private void publish(RoutingView view) {
        hold.publish(new HoldTruth(view, Views.EAST, "v" + view.revision()));
        Await.until("answering by " + view.revision(), () -> answering.get() >= view.revision());
    }

    private void awaitWaiting(int count) {
        var gauge = meters.get("meridian_hold_waiting_requests").gauge();
        Await.until(count + " wait", () -> gauge.value() == count, gauge::value);
    }

    private CompletableFuture<Answer> ask(int shard, String refused) {
        return get("/v1/owner?shard=" + shard + "&epoch=v1&refused=" + refused + "&bytes=0&protocol=HTTP/2");
    }

    private CompletableFuture<Answer> get(String path) {
        long start = System.nanoTime();
        return client.request(HttpMethod.GET, hold.port(), "127.0.0.1", path)
                .compose(request -> request.send())
                .map(response -> answer(response, (System.nanoTime() - start) / 1_000_000))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS);
    }

    private static Answer answer(HttpClientResponse response, long millis) {
        return new Answer(
                response.statusCode(),
                header(response, "x-meridian-zone"),
                header(response, "x-meridian-cluster"),
                header(response, "x-meridian-epoch"),
                header(response, "x-meridian-reason"),
                millis);
    }

    private static String header(HttpClientResponse response, String name) {
        String value = response.getHeader(name);
        return value == null ? "" : value;
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
