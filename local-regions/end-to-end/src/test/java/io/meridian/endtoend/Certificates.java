package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a move's certificate must show, and how it is printed into the test's output. */
final class Certificates {
    private static final int SHOWN = 3;

    private Certificates() {}

    /** Every shard: closed at a position, hashed before and after, equal. */
    static void assertNothingLost(JsonNode run, int shards) {
        JsonNode certificate = run.path("certificate");
        assertThat(certificate.path("verdict").asText())
                .as(certificate.toString())
                .isEqualTo("NOTHING_LOST");
        assertThat(certificate.path("shards")).hasSize(shards);
        for (JsonNode shard : certificate.path("shards")) {
            assertThat(shard.path("equal").asBoolean()).as(shard.toString()).isTrue();
            assertThat(shard.path("closedAt").asText("")).as(shard.toString()).isNotEmpty();
            assertThat(shard.path("openedAt").asText("")).as(shard.toString()).isNotEmpty();
            assertThat(shard.path("openedEpoch").asLong())
                    .as(shard.toString())
                    .isEqualTo(shard.path("closedEpoch").asLong() + 2);
            assertThat(shard.path("hashBefore").asText())
                    .isNotEmpty()
                    .isEqualTo(shard.path("hashAfter").asText());
        }
    }

    /** A head, the first shards, and the whole in a file: {@code ./meridian test} shows lines that begin with 'certificate'. */
    static void print(JsonNode run, Path folder) throws IOException {
        JsonNode certificate = run.path("certificate");
        Path file = Files.createDirectories(folder.resolve("certificates"))
                .resolve(run.path("id").asText() + ".json");
        Files.writeString(file, certificate.toPrettyString());
        System.out.println("certificate of " + run.path("id").asText() + " ("
                + run.path("shards").asText() + " -> "
                + run.path("to").asText() + "): " + certificate.path("verdict").asText() + ", plan "
                + certificate.path("planHash").asText() + ", "
                + certificate.path("shards").size() + " shards, whole in " + file);
        for (int shown = 0; shown < Math.min(SHOWN, certificate.path("shards").size()); shown++) {
            JsonNode shard = certificate.path("shards").get(shown);
            System.out.println("certificate   shard " + shard.path("shard") + ": epoch " + shard.path("closedEpoch")
                    + " closed at " + shard.path("closedAt") + ", " + shard.path("openedEpoch") + " opened at "
                    + shard.path("openedAt") + "; rows " + shard.path("rowsBefore") + " -> "
                    + shard.path("rowsAfter") + ", hash "
                    + shard.path("hashBefore").asText() + " -> "
                    + shard.path("hashAfter").asText());
        }
    }
}
