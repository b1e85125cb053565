package io.meridian.agent.orphan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Revision;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code meridian.telling}: rows of a table of the publication, so that every source of changes reads them alike, and removed again by the transaction that
 * writes them. {@link #content(Orphan)} and its like write what capture reads with {@link #orphan}.
 */
public final class Telling {
    public static final String TABLE = "meridian.telling";

    private Telling() {}

    static void tell(Connection store, List<Orphan> orphans) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement(
                "insert into meridian.telling (shard, kind, content) select shard, 'ORPHAN', content from unnest(?::int[], ?::json[]) g (shard, content)")) {
            insert.setArray(
                    1,
                    store.createArrayOf(
                            "int4",
                            orphans.stream()
                                    .map(orphan -> orphan.origin().shard().number())
                                    .toArray()));
            insert.setArray(
                    2,
                    store.createArrayOf(
                            "text", orphans.stream().map(Telling::content).toArray()));
            insert.executeUpdate();
        }
    }

    static void tell(Connection store, Decision decision) throws SQLException {
        tell(store, decision.shard(), "DECISION", content(decision));
    }

    static void tell(Connection store, Revision revision) throws SQLException {
        tell(store, revision.shard(), "REVISION", content(revision));
    }

    private static void tell(Connection store, ShardId shard, String kind, String content) throws SQLException {
        try (PreparedStatement insert =
                store.prepareStatement("insert into meridian.telling (shard, kind, content) values (?, ?, ?::json)")) {
            insert.setInt(1, shard.number());
            insert.setString(2, kind);
            insert.setString(3, content);
            insert.executeUpdate();
        }
    }

    static void removeAgain(Connection store) throws SQLException {
        try (Statement statement = store.createStatement()) {
            statement.execute("delete from meridian.telling");
        }
    }

    static String content(Orphan orphan) {
        ObjectNode node = node(orphan.origin());
        node.put("epoch", orphan.epoch().number());
        node.put("commit_micros", orphan.commitMicros());
        ArrayNode partitions = ChangeText.JSON.createArrayNode();
        orphan.partitions().forEach(partitions::add);
        node.set("partitions", partitions);
        node.set("change", ChangeText.node(orphan.change()));
        return node.toString();
    }

    static String content(Decision decision) {
        return node(decision.cause())
                .put("verdict", decision.verdict().name())
                .put("reason", decision.reason())
                .put("ours", decision.ours())
                .toString();
    }

    /** @throws IllegalStateException not what {@link #content(Orphan)} makes */
    public static Orphan orphan(String content) {
        JsonNode node = ChangeText.parsed(content);
        Origin origin = origin(node);
        List<Integer> partitions = new ArrayList<>();
        node.path("partitions").forEach(partition -> partitions.add(partition.asInt()));
        return new Orphan(
                origin,
                Epoch.of(node.path("epoch").asLong()),
                ChangeText.change(origin.shard(), node.path("change")),
                node.path("commit_micros").asLong(),
                partitions);
    }

    /** @throws IllegalStateException not what {@link #content(Decision)} makes */
    public static Decision decision(String content) {
        JsonNode node = ChangeText.parsed(content);
        return new Decision(
                origin(node),
                verdict(node),
                node.path("reason").asText(),
                node.path("ours").asText());
    }

    static String content(Revision revision) {
        return node(revision.cause())
                .put("order", revision.order())
                .put("epoch", revision.epoch().number())
                .put("verdict", revision.verdict().name())
                .put("by", revision.by())
                .put("reason", revision.reason())
                .put("ours", revision.ours())
                .put("at_micros", revision.atMicros())
                .toString();
    }

    /** @throws IllegalStateException not what {@link #content(Revision)} makes */
    public static Revision revision(String content) {
        JsonNode node = ChangeText.parsed(content);
        return new Revision(
                origin(node),
                node.path("order").asText(),
                Epoch.of(node.path("epoch").asLong()),
                verdict(node),
                node.path("by").asText(),
                node.path("reason").asText(),
                node.path("ours").asText(),
                node.path("at_micros").asLong());
    }

    private static Decision.Verdict verdict(JsonNode node) {
        String verdict = node.path("verdict").asText();
        return Arrays.stream(Decision.Verdict.values())
                .filter(known -> known.name().equals(verdict))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a decision that is '" + verdict + "'"));
    }

    private static ObjectNode node(Origin origin) {
        return ChangeText.JSON
                .createObjectNode()
                .put("source", origin.source().name())
                .put("incarnation", origin.position().incarnation())
                .put("lsn", Long.toUnsignedString(origin.position().lsn()))
                .put("part", origin.position().part())
                .put("shard", origin.shard().number())
                .put("index", origin.index());
    }

    private static Origin origin(JsonNode node) {
        if (!node.path("lsn").isTextual()) {
            throw new IllegalStateException("what is told names no place in a log");
        }
        return new Origin(
                RegionId.of(node.path("source").asText()),
                new Position(
                        node.path("incarnation").asText(),
                        Long.parseUnsignedLong(node.path("lsn").asText()),
                        node.path("part").asInt()),
                ShardId.of(node.path("shard").asInt()),
                node.path("index").asInt());
    }
}
