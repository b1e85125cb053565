package io.meridian.local.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meridian.local.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The control port of the link proxies: {@code GET /links}; {@code PUT /links/FROM/TO} with
 * {@code {"state":"UP|DOWN|STALLED","delayMillis":n,"lossPercent":n,"only":["kafka"]}}; without {@code only} all traffic of the link changes.
 */
public final class LinkControl implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LinkProxies proxies;
    private final HttpServer server;

    private LinkControl(LinkProxies proxies, HttpServer server) {
        this.proxies = proxies;
        this.server = server;
    }

    public static LinkControl open(LinkProxies proxies, int port) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        var control = new LinkControl(proxies, server);
        server.createContext("/links", control::answer);
        server.start();
        return control;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private sealed interface Answer {
        record Links() implements Answer {}

        record Refused(int status, String detail) implements Answer {}
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = switch (exchange.getRequestMethod()) {
                case "GET" -> new Answer.Links();
                case "PUT" ->
                    change(
                            exchange.getRequestURI().getPath(),
                            exchange.getRequestBody().readAllBytes());
                default -> new Answer.Refused(405, "GET /links or PUT /links/FROM/TO");
            };
            switch (answer) {
                case Answer.Links _ -> send(exchange, 200, "application/json", seen());
                case Answer.Refused refused ->
                    send(
                            exchange,
                            refused.status(),
                            "application/problem+json",
                            Map.of(
                                    "title",
                                    "link not changed",
                                    "status",
                                    refused.status(),
                                    "detail",
                                    refused.detail()));
            }
        }
    }

    private Answer change(String path, byte[] body) throws IOException {
        String[] parts = path.split("/", -1);
        if (parts.length != 4) {
            return new Answer.Refused(404, "the path is /links/FROM/TO");
        }
        JsonNode wanted;
        try {
            wanted = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            return new Answer.Refused(400, "not JSON: " + malformed.getOriginalMessage());
        }
        String state = wanted.path("state").asText("UP");
        Optional<LinkState.Passage> passage = named(LinkState.Passage.values(), state);
        if (passage.isEmpty()) {
            return new Answer.Refused(400, "state is UP, DOWN or STALLED, not '" + state + "'");
        }
        long delayMillis = wanted.path("delayMillis").asLong(0);
        if (delayMillis < 0 || delayMillis > 60_000) {
            return new Answer.Refused(400, "delayMillis is 0 to 60000, not " + delayMillis);
        }
        int lossPercent = wanted.path("lossPercent").asInt(0);
        if (lossPercent < 0 || lossPercent > 50) {
            return new Answer.Refused(400, "lossPercent is 0 to 50, not " + lossPercent);
        }
        var which = EnumSet.noneOf(Ports.Carried.class);
        for (JsonNode name : wanted.path("only")) {
            Optional<Ports.Carried> carried = named(Ports.Carried.values(), name.asText());
            if (carried.isEmpty()) {
                return new Answer.Refused(
                        400,
                        "only: one of " + Arrays.toString(Ports.Carried.values()) + ", not '" + name.asText() + "'");
            }
            which.add(carried.get());
        }
        var all = EnumSet.allOf(Ports.Carried.class);
        var wantedState = new LinkState(passage.get(), Duration.ofMillis(delayMillis), lossPercent);
        return proxies.set(parts[2], parts[3], wantedState, which.isEmpty() ? all : which)
                ? new Answer.Links()
                : new Answer.Refused(404, "no link from '" + parts[2] + "' to '" + parts[3] + "'");
    }

    private static <E extends Enum<E>> Optional<E> named(E[] values, String name) {
        return Arrays.stream(values)
                .filter(value -> value.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    private List<Map<String, Object>> seen() {
        return proxies.links().stream().map(LinkControl::seen).toList();
    }

    /** {@code state} is the worst of the kinds of traffic; {@code carried} tells each. */
    private static Map<String, Object> seen(LinkProxies.Seen link) {
        Map<String, Object> carried = new LinkedHashMap<>();
        link.states()
                .forEach((kind, state) -> carried.put(
                        kind.name().toLowerCase(Locale.ROOT),
                        Map.of(
                                "state",
                                state.passage().name(),
                                "delayMillis",
                                state.delay().toMillis(),
                                "lossPercent",
                                state.lossPercent())));
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("from", link.from());
        seen.put("to", link.to());
        seen.put(
                "state",
                Collections.max(link.states().values().stream()
                                .map(LinkState::passage)
                                .toList())
                        .name());
        seen.put(
                "delayMillis",
                link.states().values().stream()
                        .mapToLong(state -> state.delay().toMillis())
                        .max()
                        .orElse(0));
        seen.put("connections", link.connections());
        seen.put("carried", carried);
        return seen;
    }

    private static void send(HttpExchange exchange, int status, String type, Object content) throws IOException {
        byte[] body = JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
