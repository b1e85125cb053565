package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** What a move's certificate must show, and how it is printed into the test's output. */
final class Certificates {
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
            assertThat(shard.path("closedAt").isNull()).as(shard.toString()).isFalse();
            assertThat(shard.path("openedEpoch").asLong())
                    .as(shard.toString())
                    .isEqualTo(shard.path("closedEpoch").asLong() + 2);
            assertThat(shard.path("hashBefore").asText())
                    .isNotEmpty()
                    .isEqualTo(shard.path("hashAfter").asText());
        }
    }

    static void print(JsonNode run) {
        JsonNode certificate = run.path("certificate");
        System.out.println("certificate of " + run.path("id").asText() + " ("
                + run.path("shards").asText() + " -> "
                + run.path("to").asText() + "): " + certificate.path("verdict").asText() + ", plan "
                + certificate.path("planHash").asText());
        int shown = 0;
        for (JsonNode shard : certificate.path("shards")) {
            if (++shown > 4) {
                break;
            }
            System.out.println("  " + shard);
        }
        System.out.println("  ... " + certificate.path("shards").size() + " shards");
    }
}
