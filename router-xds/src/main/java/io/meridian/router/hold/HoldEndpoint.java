package io.meridian.router.hold;

import static java.util.Objects.requireNonNull;

import io.meridian.router.hold.HoldRules.Reason;
import io.meridian.router.hold.HoldRules.Verdict;
import io.meridian.router.view.Route;
import io.meridian.topology.ShardId;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/owner?shard=54&epoch=17&refused=east-1&bytes=200&protocol=HTTP/1.1} over HTTP/2 without TLS. One event loop owns everything, so an answer is
 * always by the truth that was reported as held; a waiting request costs an object and no thread.
 */
public final class HoldEndpoint extends AbstractVerticle {
    private static final Logger LOG = Logger.getLogger(HoldEndpoint.class);

    /** Below the 10 s after which the edge's script gives up, so that it hears why. */
    static final Duration HOLD_LIMIT = Duration.ofSeconds(9);

    /** Internal redirects have no back-off; this is the back-off. */
    static final Duration CHANGE_LIMIT = Duration.ofMillis(250);

    private static final Duration LAPSE_CHECK = Duration.ofMillis(100);

    /** Envoy's breaker lets 20,000 wait; the default (100) would open a connection for every hundred. */
    private static final int STREAMS_PER_CONNECTION = 20_000;

    /** Every client that gives up while it is held is a reset; the default (200 in 30 s) would tear down everyone else's hold. */
    private static final int RESETS_PER_WINDOW = 1_000_000;

    /** Error code of HTTP/2 (RFC 9113, 7): not processed, safe to repeat. */
    private static final long REFUSED_STREAM = 0x7;

    private final String host;
    private final int port;
    private final BooleanSupplier feedLapsed;
    private final LongConsumer onAnswering;
    private final HoldCounts counts;

    private final HoldRoom room;
    private final Map<Integer, Set<Question>> waiting = new HashMap<>();
    private final Pace pace = new Pace();
    private Optional<HoldTruth> truth = Optional.empty();
    private @Nullable HttpServer server;
    private boolean stopping;
    private volatile int boundPort;

    /**
     * @param port 0: any free one
     * @param limits of what may wait at once
     * @param feedLapsed whether the control plane was silent for longer than the feed lease
     * @param onAnswering told the revision as soon as every later answer is by it; called on the event loop, must not block
     */
    public HoldEndpoint(
            String host,
            int port,
            HoldLimits limits,
            BooleanSupplier feedLapsed,
            LongConsumer onAnswering,
            HoldCounts counts) {
        this.host = host;
        this.port = port;
        this.room = new HoldRoom(limits);
        this.feedLapsed = feedLapsed;
        this.onAnswering = onAnswering;
        this.counts = counts;
        counts.limits(limits);
    }

    @Override
    public void start() {
        var options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_PER_CONNECTION))
                .setHttp2RstFloodMaxRstFramePerWindow(RESETS_PER_WINDOW);
        server = vertx.createHttpServer(options).requestHandler(this::asked);
        vertx.setPeriodic(LAPSE_CHECK.toMillis(), _ -> refuseHeldWhenLapsed());
    }

    /** Begins to listen; what was published before is answered by from the first question on. */
    public Future<Void> open() {
        var opened = Promise.<Void>promise();
        context.runOnContext(_ -> requireNonNull(server, "deployed first")
                .listen()
                .onSuccess(listening -> {
                    boundPort = listening.actualPort();
                    LOG.infof("hold endpoint opened host=%s port=%d", host, boundPort);
                })
                .<Void>mapEmpty()
                .onComplete(opened));
        return opened.future();
    }

    /**
     * Envoy asks again whom this tells 'not processed': another endpoint, or this one when it is back within a second. It is told first that
     * these connections take no more, else it asks again over them, and waits at an endpoint that is gone (seen: 503 after ten seconds).
     */
    @Override
    public void stop() {
        stopping = true;
        requireNonNull(server, "started").close();
        everyone().forEach(question -> {
            drop(question);
            question.response().reset(REFUSED_STREAM);
        });
    }

    public int port() {
        return boundPort;
    }

    /** Every answer after {@code onAnswering(revision)} is by {@code next} or by something newer. May be called from any thread. */
    public void publish(HoldTruth next) {
        context.runOnContext(_ -> {
            Optional<HoldTruth> before = truth;
            truth = Optional.of(next);
            onAnswering.accept(next.view().revision());
            List<Question> concerned = everyone().stream()
                    .filter(question -> routeChanged(before, next, question.shard()))
                    .sorted(Comparator.comparingLong(Question::askedNanos))
                    .toList();
            concerned.forEach(this::reconsider);
            release();
        });
    }

    private void asked(HttpServerRequest request) {
        if (stopping) {
            request.response().reset(REFUSED_STREAM);
            return;
        }
        if (!"/v1/owner".equals(request.path())) {
            request.response().setStatusCode(404).end();
            return;
        }
        if (!HttpMethod.GET.equals(request.method())) {
            request.response().setStatusCode(405).end();
            return;
        }
        Optional<Integer> shard = number(request.getParam("shard"));
        if (shard.isEmpty()) {
            request.response()
                    .setStatusCode(400)
                    .putHeader("x-meridian-reason", "shard_not_a_number")
                    .end();
            return;
        }
        Optional<String> refusedBy =
                Optional.ofNullable(request.getParam("refused")).filter(zone -> !zone.isEmpty());
        long bytes = HeldBytes.of(request.getParam("bytes"), request.getParam("protocol"));
        var question = new Question(shard.get(), bytes, refusedBy, System.nanoTime(), request.response());
        consider(question);
    }

    /** Answers, or lets it wait. */
    private void consider(Question question) {
        switch (decide(question)) {
            case Verdict.Go go -> go(question, go);
            case Verdict.Unavailable no -> unavailable(question, no.reason());
            case Verdict.WaitForRelease _ -> {
                if (keep(question)) {
                    wake(question, HOLD_LIMIT, () -> unavailable(question, Reason.HELD_TOO_LONG));
                }
            }
            case Verdict.WaitForChange late -> {
                if (keep(question)) {
                    wake(question, CHANGE_LIMIT, () -> go(question, late.otherwise()));
                }
            }
        }
    }

    private Verdict decide(Question question) {
        return HoldRules.decide(
                truth, question.shard(), question.refusedBy(), question.changed(), feedLapsed.getAsBoolean());
    }

    /** The shard's route has changed: its questions go on in order, in portions, each judged anew when its turn comes. */
    private void reconsider(Question question) {
        question.routeChanged();
        if (decide(question) instanceof Verdict.WaitForRelease) {
            consider(question); // only the time that it may wait is another
        } else {
            pace.add(question);
        }
    }

    private void release() {
        if (pace.running()) {
            return;
        }
        pace.start(System.nanoTime());
        releasePortion();
    }

    private void releasePortion() {
        for (Question question : pace.portion(System.nanoTime())) {
            if (!question.over()) {
                considerAlone(question);
            }
        }
        if (pace.running()) {
            vertx.setTimer(1, _ -> releasePortion());
        }
    }

    /** One answer that fails must not keep the rest of the portion, or the next portion, waiting. */
    private void considerAlone(Question question) {
        try {
            consider(question);
        } catch (RuntimeException e) {
            LOG.errorf(e, "hold question not answered shard=%s", question.shard());
        }
    }

    private void refuseHeldWhenLapsed() {
        if (room.requests() > 0 && feedLapsed.getAsBoolean()) {
            everyone().forEach(question -> {
                if (decide(question) instanceof Verdict.Unavailable no) {
                    unavailable(question, no.reason());
                }
            });
        }
    }

    private List<Question> everyone() {
        return waiting.values().stream().flatMap(Set::stream).toList();
    }

    /** @return whether it has a place, a new one or the one that it had; if not, it was answered */
    private boolean keep(Question question) {
        if (waiting.getOrDefault(question.shard(), Set.of()).contains(question)) {
            return true;
        }
        if (!room.enter(question.shard(), question.bytes())) {
            unavailable(question, Reason.HOLD_FULL);
            return false;
        }
        waiting.computeIfAbsent(question.shard(), _ -> new LinkedHashSet<>()).add(question);
        counts.waiting(room.requests(), room.bytes());
        question.response().closeHandler(_ -> drop(question));
        question.response().exceptionHandler(_ -> drop(question));
        return true;
    }

    /** @param limit since the question was asked */
    private void wake(Question question, Duration limit, Runnable then) {
        vertx.cancelTimer(question.timer());
        long left = limit.toNanos() - (System.nanoTime() - question.askedNanos());
        if (left <= 0) {
            then.run();
        } else {
            question.timer(vertx.setTimer(Math.max(1, left / 1_000_000), _ -> {
                if (!question.over()) {
                    then.run();
                }
            }));
        }
    }

    private void go(Question question, Verdict.Go go) {
        HttpServerResponse response = question.response();
        drop(question);
        counts.answered();
        response.putHeader("x-meridian-zone", go.zone().name())
                .putHeader("x-meridian-cluster", go.cluster())
                .putHeader("x-meridian-epoch", go.mapVersion())
                .end();
    }

    private void unavailable(Question question, Reason reason) {
        drop(question);
        counts.unavailable(reason);
        question.response()
                .setStatusCode(reason == Reason.NO_SUCH_SHARD ? 400 : 503)
                .putHeader("retry-after", "1")
                .putHeader("x-meridian-reason", reason.text())
                .end();
    }

    /** From here on it is over; its place is free again if it had one. */
    private void drop(Question question) {
        question.end();
        vertx.cancelTimer(question.timer());
        Set<Question> sameShard = waiting.get(question.shard());
        if (sameShard == null || !sameShard.remove(question)) {
            return;
        }
        if (sameShard.isEmpty()) {
            waiting.remove(question.shard());
        }
        room.leave(question.shard(), question.bytes());
        counts.waiting(room.requests(), room.bytes());
        counts.waited(Duration.ofNanos(System.nanoTime() - question.askedNanos()));
    }

    private static boolean routeChanged(Optional<HoldTruth> before, HoldTruth next, int shard) {
        return !route(before, shard).equals(route(Optional.of(next), shard));
    }

    private static Optional<Route> route(Optional<HoldTruth> truth, int shard) {
        return truth.map(known -> known.view().routing())
                .filter(routing -> shard >= 0 && shard < routing.shards())
                .map(routing -> routing.route(ShardId.of(shard)));
    }

    private static Optional<Integer> number(@Nullable String text) {
        return text != null && text.matches("\\d{1,6}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }
}
