package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The REST API of all regions' nodes: of those that are not lost on purpose, the first that answers. */
final class ControlPlane implements AutoCloseable {
    private final Map<String, ControlApi> nodes = new LinkedHashMap<>();
    private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Set<String> lost = Set.of();

    /** @param addresses by region */
    ControlPlane(Map<String, URI> addresses, String token) {
        addresses.forEach(
                (region, address) -> nodes.put(region, new ControlApi(address, token, "a drill (./meridian drill)")));
    }

    /** Nobody asks that region's node any more. */
    void lost(String region) {
        lost = Set.of(region);
    }

    void allLive() {
        lost = Set.of();
    }

    /** @throws UnreachableException no node answers @throws RefusedException as the last one said */
    JsonNode get(String path) throws InterruptedException {
        return first(api -> api.get(path));
    }

    /** As whichever node answers first: one that is cut off from the others' leader lets a question wait for many seconds. Empty: none did in time. */
    Optional<JsonNode> getSoon(String path, Duration patience) throws InterruptedException {
        List<Callable<JsonNode>> questions = living().stream()
                .<Callable<JsonNode>>map(region -> () -> node(region).get(path))
                .toList();
        try {
            return Optional.of(asking.invokeAny(questions, patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException nobodyAnswers) {
            return Optional.empty();
        }
    }

    /** To a node that has just answered a question: what becomes of it at one that is away nobody could tell. */
    JsonNode post(String path, JsonNode body) throws InterruptedException {
        return first(api -> {
                    api.get("/regions");
                    return api;
                })
                .post(path, body);
    }

    /**
     * A change that takes effect once under its key, put to all nodes at once: one that is cut off from the leader keeps whoever asks it waiting for longer
     * than a runner may be silent.
     *
     * @throws UnreachableException no node answers @throws NobodyAnswersException none did in time
     * @throws RefusedException one said no, and that settles it
     */
    JsonNode tell(String path, JsonNode body, String key, Duration patience) throws InterruptedException {
        return soon(api -> api.post(path, body, key), patience);
    }

    JsonNode put(String path, JsonNode body) throws InterruptedException {
        byte[] document = body.toString().getBytes(StandardCharsets.UTF_8);
        return first(api -> api.put(path, "application/json", document));
    }

    private JsonNode soon(Question<JsonNode> question, Duration patience) throws InterruptedException {
        var answers = new ExecutorCompletionService<JsonNode>(asking);
        List<Future<JsonNode>> asked = living().stream()
                .map(region -> answers.submit(() -> question.ask(node(region))))
                .toList();
        long end = System.nanoTime() + patience.toNanos();
        RuntimeException last = new NobodyAnswersException(asked.size() + " nodes said nothing in time");
        try {
            for (int i = 0; i < asked.size(); i++) {
                Future<JsonNode> answer = answers.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (answer == null) {
                    throw last;
                }
                try {
                    return answer.get();
                } catch (ExecutionException failed) {
                    if (!(failed.getCause() instanceof RuntimeException why)) {
                        throw new IllegalStateException("asking a node", failed.getCause());
                    }
                    if (!mayPass(why)) {
                        throw why;
                    }
                    last = why;
                }
            }
            throw last;
        } finally {
            asked.forEach(each -> each.cancel(true));
        }
    }

    /** In time; whether it was done is not known. */
    static final class NobodyAnswersException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NobodyAnswersException(String message) {
            super(message);
        }
    }

    private interface Question<T> {
        T ask(ControlApi api) throws InterruptedException;
    }

    private <T> T first(Question<T> question) throws InterruptedException {
        RuntimeException last = new IllegalStateException("no node is left");
        for (String region : living()) {
            try {
                return question.ask(node(region));
            } catch (UnreachableException away) {
                last = away;
            } catch (RefusedException refused) {
                if (!mayPass(refused)) {
                    throw refused;
                }
                last = refused;
            }
        }
        throw last;
    }

    private List<String> living() {
        List<String> living = new ArrayList<>(nodes.keySet());
        living.removeAll(lost);
        return living;
    }

    private ControlApi node(String region) {
        ControlApi node = nodes.get(region);
        if (node == null) {
            throw new IllegalStateException("no node of " + region);
        }
        return node;
    }

    /** An election is under way, or no node answers just now: ask again. */
    static boolean mayPass(RuntimeException outage) {
        return outage instanceof UnreachableException
                || outage instanceof NobodyAnswersException
                || (outage instanceof RefusedException refused
                        && (refused.problem().status() == 503
                                || is(refused, "not-ready")
                                || is(refused, "outcome-unknown")));
    }

    /** @param type the end of the problem's type */
    static boolean is(RefusedException refused, String type) {
        return String.valueOf(refused.problem().type()).endsWith(":" + type);
    }

    @Override
    public void close() {
        asking.shutdownNow();
        nodes.values().forEach(ControlApi::close);
    }
}
