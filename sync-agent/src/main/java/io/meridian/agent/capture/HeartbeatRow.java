package io.meridian.agent.capture;

import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Value;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The row of {@code meridian.heartbeat}: carries the source's time to every partition. */
final class HeartbeatRow {
    static final String TABLE = "meridian.heartbeat";

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm", "+00")
            .toFormatter();

    private HeartbeatRow() {}

    static Optional<Entry> of(SourceChange change) {
        return switch (change) {
            case SourceChange.Inserted inserted -> Optional.of(beat(inserted, inserted.row()));
            case SourceChange.Updated updated -> Optional.of(beat(updated, updated.row()));
            case SourceChange.Deleted _, SourceChange.Truncated _ -> Optional.empty();
        };
    }

    private static Entry beat(SourceChange change, List<Value> row) {
        int index = change.relation().indexOf("at");
        if (index >= 0 && row.get(index) instanceof Value.Text at) {
            return new Entry.Heartbeat(ChronoUnit.MICROS.between(
                    Instant.EPOCH, OffsetDateTime.parse(at.text(), ISO).toInstant()));
        }
        throw new StreamStoppedException(TABLE + " has a row without its time");
    }
}
