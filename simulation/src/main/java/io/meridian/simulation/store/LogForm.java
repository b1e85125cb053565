package io.meridian.simulation.store;

import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Rows as pgoutput writes them into the change stream: the agent's real decoding reads them. */
public final class LogForm {
    public static final Topology.Table ACCOUNT = new Topology.Table("public", "account", "user_key", "main");

    private static final Relation ACCOUNTS = relation("public", "account", "user_key", "id");
    private static final Relation FENCES = relation(
            "meridian",
            "fence",
            "shard",
            "epoch",
            "state",
            "closes",
            "base_region",
            "base_incarnation",
            "base_epoch",
            "base_position");
    private static final Relation HEARTBEATS = relation("meridian", "heartbeat", "id", "at");
    private static final DateTimeFormatter TIMESTAMPTZ =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT);

    private LogForm() {}

    private static Relation relation(String schema, String table, String... columns) {
        return new Relation(
                schema,
                table,
                Stream.of(columns)
                        .map(name -> new Relation.Column(name, name.equals(columns[0])))
                        .toList());
    }

    static SourceChange write(String userKey, long id) {
        return new SourceChange.Inserted(ACCOUNTS, List.of(Value.of(userKey), Value.of(Long.toString(id))));
    }

    /** The id that {@link #write} put into the row. */
    static long id(RowChange change) {
        if (change instanceof RowChange.Insert insert && insert.row().get(1) instanceof Value.Text id) {
            return Long.parseLong(id.text());
        }
        throw new IllegalStateException("only inserts are written: " + change);
    }

    static SourceChange heartbeat(long clockMicros) {
        Instant at = Instant.EPOCH.plusNanos(clockMicros * 1_000);
        return new SourceChange.Updated(
                HEARTBEATS,
                Optional.empty(),
                List.of(Value.of("1"), Value.of(TIMESTAMPTZ.format(at.atOffset(ZoneOffset.UTC)))));
    }

    /** @param closes the owned epoch that this update ended */
    static SourceChange fence(ShardId shard, Fence row, Optional<Epoch> closes) {
        Optional<Base.At> base = row.base() instanceof Base.At at ? Optional.of(at) : Optional.empty();
        return new SourceChange.Updated(
                FENCES,
                Optional.empty(),
                List.of(
                        Value.of(shard.toString()),
                        Value.of(row.epoch().toString()),
                        Value.of(row.state().name()),
                        text(closes.map(Epoch::toString)),
                        text(base.map(at -> at.region().name())),
                        text(base.map(at -> at.position().incarnation())),
                        text(base.map(at -> at.epoch().toString())),
                        text(base.map(at -> at.position().lsnText()))));
    }

    private static Value text(Optional<String> text) {
        return text.map(Value::of).orElse(Value.NULL);
    }
}
