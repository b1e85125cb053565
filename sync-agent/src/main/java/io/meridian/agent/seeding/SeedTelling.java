package io.meridian.agent.seeding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.SeedMark;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Marks as rows of {@code meridian.telling}, which are removed again by the transaction that writes them: {@link #content} writes what capture reads with {@link #mark}. */
public final class SeedTelling {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SeedTelling() {}

    static void tell(Connection store, SeedMark mark) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement(
                "insert into meridian.telling (shard, kind, content) values (?, 'SEED', ?::json)")) {
            insert.setInt(1, mark.shard().number());
            insert.setString(2, content(mark));
            insert.executeUpdate();
        }
    }

    static String content(SeedMark mark) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", mark.of().id())
                .put("attempt", mark.of().attempt())
                .put("shard", mark.of().shard().number())
                .put("target", mark.of().target().name());
        switch (mark) {
            case SeedMark.Begin begin -> {
                ArrayNode lineage = node.put("mark", "BEGIN").putArray("lineage");
                begin.lineage().forEach(grant -> lineage.add(grant(grant)));
            }
            case SeedMark.Rows rows -> node.put("mark", "ROWS").put("rows", rows.rows());
            case SeedMark.End end -> node.put("mark", "END").put("rows", end.rows());
        }
        return node.toString();
    }

    /** @throws IllegalStateException not what {@link #content} makes */
    public static SeedMark mark(String content) {
        JsonNode node = parsed(content);
        var of = new SeedMark.Attempt(
                node.path("id").asText(),
                node.path("attempt").asInt(),
                ShardId.of(node.path("shard").asInt()),
                RegionId.of(node.path("target").asText()));
        return switch (node.path("mark").asText()) {
            case "BEGIN" -> {
                List<Ownership.Grant> lineage = new ArrayList<>();
                node.path("lineage").forEach(grant -> lineage.add(grant(of.shard(), grant)));
                yield new SeedMark.Begin(of, lineage);
            }
            case "ROWS" -> new SeedMark.Rows(of, node.path("rows").asLong());
            case "END" -> new SeedMark.End(of, node.path("rows").asLong());
            default -> throw new IllegalStateException("a mark that this version does not know: " + node.path("mark"));
        };
    }

    private static ObjectNode grant(Ownership.Grant grant) {
        ObjectNode node = JSON.createObjectNode()
                .put("epoch", grant.epoch().number())
                .put("region", grant.owner().name());
        if (grant.base() instanceof Base.At base) {
            node.putObject("base")
                    .put("region", base.region().name())
                    .put("epoch", base.epoch().number())
                    .put("incarnation", base.position().incarnation())
                    .put("lsn", Long.toUnsignedString(base.position().lsn()));
        }
        return node;
    }

    private static Ownership.Grant grant(ShardId shard, JsonNode node) {
        JsonNode base = node.path("base");
        return new Ownership.Grant(
                shard,
                Epoch.of(node.path("epoch").asLong()),
                RegionId.of(node.path("region").asText()),
                base.isMissingNode()
                        ? new Base.None()
                        : new Base.At(
                                RegionId.of(base.path("region").asText()),
                                Epoch.of(base.path("epoch").asLong()),
                                new Position(
                                        base.path("incarnation").asText(),
                                        Long.parseUnsignedLong(base.path("lsn").asText()),
                                        0)));
    }

    private static JsonNode parsed(String content) {
        try {
            return JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a mark is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
