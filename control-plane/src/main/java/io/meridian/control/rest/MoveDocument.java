package io.meridian.control.rest;

import io.meridian.control.switching.MoveOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which shards go where, and how the waves go. */
record MoveDocument(String shards, String to, MoveOptions options) {
    static MoveDocument read(@Nullable String body) {
        return Documents.read(
                body,
                "a move is {\"shards\":\"0-340,400\",\"to\":\"west-1\"}",
                Set.of("shards", "to", "wave", "pauseBetweenWaves", "stopOnGuard", "paused"),
                (document, faults) -> new MoveDocument(
                        Documents.text(document, "shards", "shards such as \"0-340,400\"", faults),
                        Documents.text(document, "to", "a zone such as \"west-1\"", faults),
                        WaveOptions.read(document, faults)));
    }
}
