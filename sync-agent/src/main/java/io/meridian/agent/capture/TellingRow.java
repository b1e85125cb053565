package io.meridian.agent.capture;

import io.meridian.agent.orphan.Telling;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.SeedTelling;
import java.util.Optional;

/** A row of {@code meridian.telling}: an orphan, what became of one, what a person made of that, or where a shard is told anew. */
final class TellingRow {
    static final String TABLE = Telling.TABLE;

    private TellingRow() {}

    /** @return an orphan, a decision, a revision or a mark of a seeding; empty: it was only taken away again */
    static Optional<Entry> of(SourceChange change) {
        return switch (change) {
            case SourceChange.Inserted inserted -> Optional.of(told(inserted));
            case SourceChange.Deleted _ -> Optional.empty();
            case SourceChange.Updated _, SourceChange.Truncated _ ->
                throw new StreamStoppedException(TABLE + " was changed by somebody else than the agent");
        };
    }

    private static Entry told(SourceChange.Inserted inserted) {
        String content = text(inserted, "content");
        try {
            return switch (text(inserted, "kind")) {
                case "ORPHAN" -> Telling.orphan(content);
                case "DECISION" -> Telling.decision(content);
                case "REVISION" -> Telling.revision(content);
                case "SEED" -> SeedTelling.mark(content);
                default -> throw new IllegalStateException("a kind that this version does not know");
            };
        } catch (IllegalStateException e) {
            throw new StreamStoppedException("a row of " + TABLE + " cannot be told: " + e.getMessage());
        }
    }

    private static String text(SourceChange.Inserted inserted, String column) {
        int index = inserted.relation().indexOf(column);
        if (index < 0 || !(inserted.row().get(index) instanceof Value.Text text)) {
            throw new StreamStoppedException(TABLE + " has a row without its " + column);
        }
        return text.text();
    }
}
