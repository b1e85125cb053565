package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * One stream of server-sent events, from its head to where it ends or breaks. The control plane gives a sign of life every 10 s; a stream without one for
 * three times as long is dead, whatever TCP thinks of it.
 */
final class EventStream {
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private EventStream() {}

    /** @param data a JSON document */
    record Event(String name, JsonNode data) {}

    /**
     * @param more false: enough was read
     * @return whether {@code more} had enough; false: the stream ended or broke
     */
    static boolean read(InputStream stream, Predicate<Event> more) {
        var heard = new AtomicLong(System.nanoTime());
        Thread watch = Thread.ofVirtual().name("events-watch").start(() -> closeOnceSilent(stream, heard));
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return events(lines, heard, more);
        } catch (IOException broke) {
            return false;
        } finally {
            watch.interrupt();
        }
    }

    private static boolean events(BufferedReader lines, AtomicLong heard, Predicate<Event> more) throws IOException {
        String name = "message";
        var data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.set(System.nanoTime());
            if (line.isEmpty()) {
                if (!data.isEmpty() && !more.test(new Event(name, Documents.MAPPER.readTree(data.toString())))) {
                    return true;
                }
                name = "message";
                data.setLength(0);
            } else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length()).strip());
            }
        }
        return false;
    }

    private static void closeOnceSilent(InputStream stream, AtomicLong heard) {
        try {
            while (System.nanoTime() - heard.get() < SILENCE.toNanos()) {
                Thread.sleep(BETWEEN_LOOKS);
            }
            stream.close();
        } catch (InterruptedException read) {
            // it ended before
        } catch (IOException closed) {
            // whoever reads is told
        }
    }
}
