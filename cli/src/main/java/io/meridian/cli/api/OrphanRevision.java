package io.meridian.cli.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order to decide an orphan otherwise.
 *
 * @param state PENDING, DONE or FAILED
 * @param verdict SALVAGE or REJECT
 * @param over the state of the rows that may be overwritten, as asked
 * @param present not done since the rows were written meanwhile: how they are
 * @param presentOver a name of just that state, as {@code over} of an order that overwrites it
 */
public record OrphanRevision(
        String id,
        String state,
        @Nullable String problem,
        String verdict,
        String source,
        String position,
        int shard,
        int index,
        String region,
        @Nullable String over,
        @Nullable String present,
        @Nullable String presentOver,
        @Nullable String by,
        @Nullable String reason,
        @Nullable String askedAt) {
    /** The rows as they are, each as JSON, {@code null} where there is none; as one text when it was cut. */
    public List<String> presentRows() {
        if (present == null || present.isEmpty()) {
            return List.of();
        }
        try {
            JsonNode rows = Documents.MAPPER.readTree(present);
            if (!rows.isArray()) {
                return List.of(present);
            }
            var each = new ArrayList<String>();
            rows.forEach(row -> each.add(row.toString()));
            return each;
        } catch (JacksonException cut) {
            return List.of(present + "…");
        }
    }
}
