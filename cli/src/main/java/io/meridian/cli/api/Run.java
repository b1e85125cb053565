package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A move, or the plan of one.
 *
 * @param to null when the shards go to several zones: each of {@code moves} says where
 */
public record Run(
        @Nullable String id,
        @Nullable String state,
        String shards,
        @Nullable String to,
        @Nullable String planHash,
        int wave,
        int waves,
        @Nullable String startedAt,
        @Nullable String endedAt,
        List<Step> steps,
        @Nullable String problem,
        List<Move> moves,
        @Nullable List<String> notes,
        int moved,
        int rolledBack,
        int untouched,
        @Nullable Certificate certificate,
        @Nullable List<Gate> gates) {
    private static final Set<String> AT_REST = Set.of("DONE", "ROLLED_BACK", "SUPERSEDED", "NEEDS_OPERATOR");

    /**
     * What has to be so before a wave starts.
     *
     * @param about a region, a link; empty: the whole
     * @param hard nobody may answer for it
     * @param says what stands in the way
     */
    public record Gate(
            String name,
            String about,
            String value,
            String limit,
            String state,
            boolean hard,
            boolean forced,
            String says) {}

    /** @param millis null while it lasts */
    public record Step(
            String name,
            int wave,
            String started,
            @Nullable Long millis,
            @Nullable String note) {}

    public record Move(
            String shards,
            @Nullable String from,
            @Nullable String to,
            @Nullable String reason) {}

    public record Certificate(String verdict, @Nullable String planHash, List<String> reasons, List<Shard> shards) {
        public boolean nothingLost() {
            return verdict.equals("NOTHING_LOST");
        }

        /** Every shard is where it was: there is nothing to compare. */
        public boolean nothingMoved() {
            return verdict.equals("NOTHING_MOVED");
        }
    }

    /**
     * One shard of a certificate.
     *
     * @param closedAt position of the CLOSE; a text or an object
     */
    public record Shard(
            int shard,
            @Nullable String from,
            @Nullable String to,
            @Nullable Long closedEpoch,
            @Nullable Long openedEpoch,
            @Nullable JsonNode closedAt,
            @Nullable JsonNode openedAt,
            @Nullable Long rowsBefore,
            @Nullable String hashBefore,
            @Nullable Long rowsAfter,
            @Nullable String hashAfter,
            boolean equal) {}

    /** Where to, in words. */
    public String target() {
        return to == null ? "several zones" : to;
    }

    public boolean done() {
        return "DONE".equals(state);
    }

    /** It ended, or it waits for a person. */
    public boolean atRest() {
        return state != null && AT_REST.contains(state);
    }
}
