package io.meridian.simulation.store;

import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
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

    private static final Relation ACCOUNTS = new Relation(
            "public",
            "account",
            List.of(
                    new Relation.Column("user_key", true),
                    new Relation.Column("row", true),
                    new Relation.Column("id", false)));
    private static final Relation TELLINGS = relation("meridian", "telling", "id", "kind", "content");
    private static final Relation REPAIRS = relation("meridian", "repair", "id", "content");
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

    /** @param there the row is not the first one with its key */
    static SourceChange write(String userKey, int row, long id, boolean there) {
        List<Value> values = List.of(Value.of(userKey), Value.of(Integer.toString(row)), Value.of(Long.toString(id)));
        return there
                ? new SourceChange.Updated(ACCOUNTS, Optional.empty(), values)
                : new SourceChange.Inserted(ACCOUNTS, values);
    }

    private static List<Value> values(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> insert.row();
            case RowChange.Update update -> update.row();
            case RowChange.Delete _ -> throw new IllegalStateException("no row is ever removed: " + change);
        };
    }

    private static String text(RowChange change, int column) {
        if (values(change).get(column) instanceof Value.Text text) {
            return text.text();
        }
        throw new IllegalStateException("no value in " + change);
    }

    /** The id that {@link #write} put into the row. */
    static long id(RowChange change) {
        return Long.parseLong(text(change, 2));
    }

    static int row(RowChange change) {
        return Integer.parseInt(text(change, 1));
    }

    static String userKey(RowChange change) {
        return text(change, 0);
    }

    /** {@code RepairedTable.tell}: a row as it is. */
    static SourceChange image(String userKey, int row, long id) {
        return new SourceChange.Inserted(
                REPAIRS,
                List.of(
                        Value.of("1"),
                        Value.of(
                                "{\"schema\":\"public\",\"table\":\"account\",\"columns\":[\"user_key\",\"row\",\"id\"],"
                                        + "\"key\":[\"user_key\",\"row\"],\"present\":true,\"values\":[\"" + userKey
                                        + "\",\"" + row
                                        + "\",\"" + id + "\"]}")));
    }

    /** {@code Telling.content}. */
    static SourceChange told(Orphan orphan) {
        RowChange change = orphan.change();
        String content = origin(orphan.origin()) + ",\"epoch\":" + orphan.epoch() + ",\"commit_micros\":"
                + orphan.commitMicros() + ",\"partitions\":" + orphan.partitions()
                + ",\"change\":{\"schema\":\"public\",\"table\":\"account\",\"columns\":[\"user_key\",\"row\",\"id\"],"
                + "\"identity\":[\"user_key\",\"row\"],\"operation\":\""
                + (change instanceof RowChange.Insert ? "INSERT" : "UPDATE") + "\",\"row\":{\"user_key\":\""
                + userKey(change) + "\",\"row\":\"" + row(change) + "\",\"id\":\"" + id(change) + "\"}}}";
        return new SourceChange.Inserted(TELLINGS, List.of(Value.of("1"), Value.of("ORPHAN"), Value.of(content)));
    }

    static SourceChange told(Decision decision) {
        String content = origin(decision.cause()) + ",\"verdict\":\"" + decision.verdict() + "\",\"reason\":\""
                + decision.reason() + "\",\"ours\":\"\"}";
        return new SourceChange.Inserted(TELLINGS, List.of(Value.of("1"), Value.of("DECISION"), Value.of(content)));
    }

    private static String origin(Origin origin) {
        return "{\"source\":\"" + origin.source() + "\",\"incarnation\":\""
                + origin.position().incarnation()
                + "\",\"lsn\":\"" + Long.toUnsignedString(origin.position().lsn()) + "\",\"part\":"
                + origin.position().part() + ",\"shard\":" + origin.shard() + ",\"index\":" + origin.index();
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
