package io.meridian.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.local.link.LinkState;
import io.meridian.local.service.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The links of a running instance. A link is what processes of {@code from} open towards {@code to}; without kinds of traffic all of it is meant. */
public final class LocalLinks {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String control;
    private final List<String> regions;

    LocalLinks(String control, List<String> regions) {
        this.control = control;
        this.regions = regions;
    }

    /** Refuses new connections and resets those that are open. */
    public void cut(String from, String to, Ports.Carried... only) throws IOException, InterruptedException {
        set(from, to, LinkState.DOWN, only);
    }

    /** Keeps connections and passes no byte. */
    public void stall(String from, String to, Ports.Carried... only) throws IOException, InterruptedException {
        set(from, to, LinkState.STALLED, only);
    }

    /** Makes each byte's way so much longer, in both directions of the connections. */
    public void delay(String from, String to, Duration delay, Ports.Carried... only)
            throws IOException, InterruptedException {
        set(from, to, new LinkState(LinkState.Passage.UP, delay), only);
    }

    public void heal(String from, String to, Ports.Carried... only) throws IOException, InterruptedException {
        set(from, to, LinkState.UP, only);
    }

    /** Every link is up, without delay. */
    public void healAll() throws IOException, InterruptedException {
        for (String from : regions) {
            for (String to : regions) {
                if (!from.equals(to)) {
                    heal(from, to);
                }
            }
        }
    }

    private void set(String from, String to, LinkState state, Ports.Carried... only)
            throws IOException, InterruptedException {
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("state", state.passage().name());
        wanted.put("delayMillis", state.delay().toMillis());
        wanted.put("only", Arrays.stream(only).map(Enum::name).toList());
        var answer = Http.put(
                control + "/links/" + from + "/" + to,
                JSON.writeValueAsString(wanted),
                "content-type",
                "application/json");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("link " + from + " -> " + to + ": " + answer.body());
        }
    }
}
