package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.drill.report.Report;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the control plane how far a drill is, beside it: a thread of its own, for which the drill never waits before its end. While nobody answers, lines are kept; the
 * answers say whether somebody asked for the drill's end.
 */
final class Teller implements AutoCloseable {
    /** The control plane calls a runner lost that it has not heard for 30 s. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    /** For the result, when all is done: an election may be under way. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(60);

    private static final int LONGEST_LINE = 300;
    private static final int LINES_AT_ONCE = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ControlPlane api;
    private final Dossier dossier;
    private final List<ObjectNode> untold = new ArrayList<>();
    private final Thread thread;
    private long told;
    private long words;
    private volatile @Nullable Consumer<String> asked;
    private volatile boolean closed;

    private Teller(ControlPlane api, Dossier dossier) {
        this.api = api;
        this.dossier = dossier;
        thread = Thread.ofPlatform().name("tell-control-plane").unstarted(this::run);
    }

    static Teller start(ControlPlane api, Dossier dossier) {
        var teller = new Teller(api, dossier);
        teller.thread.start();
        return teller;
    }

    /** Gets the reason, again and again, once somebody has asked the control plane to end the drill. */
    void onAbort(Consumer<String> abort) {
        asked = abort;
    }

    synchronized void line(String text) {
        String line = text.isBlank() ? "…" : text;
        untold.add(JSON.createObjectNode()
                .put("at", Instant.now().toString())
                .put("text", line.substring(0, Math.min(line.length(), LONGEST_LINE))));
    }

    private void run() {
        long heard = System.nanoTime() - SIGN_OF_LIFE.toNanos();
        while (!closed) {
            try {
                Thread.sleep(LOOK);
                if (waiting() || System.nanoTime() - heard >= SIGN_OF_LIFE.toNanos()) {
                    tell();
                    heard = System.nanoTime();
                }
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException | IOException away) {
                if (away instanceof RefusedException refused && ControlPlane.is(refused, "drill-ended")) {
                    return; // somebody gave it up; what came of it is told all the same
                }
            }
        }
    }

    private synchronized boolean waiting() {
        return !untold.isEmpty();
    }

    private void tell() throws IOException, InterruptedException {
        dossier.begin(api, PATIENCE);
        ObjectNode body = JSON.createObjectNode().put("runner", dossier.runner());
        ArrayNode lines = body.putArray("lines");
        synchronized (this) {
            body.put("first", told);
            untold.stream().limit(LINES_AT_ONCE).forEach(lines::add);
        }
        JsonNode answer = api.tell(
                "/drills/" + dossier.record().orElseThrow() + "/progress",
                body,
                dossier.runner() + "-" + ++words,
                PATIENCE);
        synchronized (this) {
            told += lines.size();
            untold.subList(0, lines.size()).clear();
        }
        Consumer<String> abort = asked;
        if (answer.path("state").asText().equals("ABORTING") && abort != null) {
            abort.accept("somebody asked the control plane for it");
        }
    }

    /** @return why the control plane does not know what came of it; empty: it does */
    Optional<String> ended(@Nullable Report report, String outcome, String reason)
            throws IOException, InterruptedException {
        close();
        if (report == null) {
            dossier.ended(outcome, reason);
        } else {
            dossier.ended(report);
        }
        long end = System.nanoTime() + LAST_PATIENCE.toNanos();
        while (true) {
            try {
                lastLines();
                dossier.deliver(api, PATIENCE);
                return Optional.empty();
            } catch (RuntimeException away) {
                if (!ControlPlane.mayPass(away) || System.nanoTime() - end > 0) {
                    return Optional.of(String.valueOf(away.getMessage()));
                }
            }
            Thread.sleep(LOOK);
        }
    }

    private void lastLines() throws IOException, InterruptedException {
        try {
            while (waiting() && dossier.record().isPresent()) {
                tell();
            }
        } catch (RefusedException refused) {
            if (ControlPlane.mayPass(refused)) {
                throw refused;
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
