package io.meridian.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meridian.local.LocalInstance;
import io.meridian.local.LocalProcess;
import io.meridian.local.Options;
import io.meridian.local.Ports.Carried;
import io.meridian.local.instance.InstanceFile;
import io.meridian.topology.ShardFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The one trio of regions that all classes of a run share, one after the other; stopped when the JVM ends. Each test leaves it whole. */
final class TestRegions {
    private static final String INSTANCE = "test-end-to-end";
    private static final int BASE = 23_000;

    private static final class Holder {
        private static final TestRegions SHARED = start(Options.whole(INSTANCE, BASE));

        private Holder() {}
    }

    private LocalInstance instance;
    private final ControlPlaneApi api;

    private TestRegions(LocalInstance instance) {
        this.instance = instance;
        this.api = new ControlPlaneApi(
                instance.file().regions().stream().map(InstanceFile.Region::api).toList(), instance.token());
    }

    static TestRegions shared() {
        return Holder.SHARED;
    }

    /** Others than the shared ones: stopped when the JVM ends, too. */
    static TestRegions start(Options options) {
        try {
            var earlier = LocalInstance.attach(options.name());
            if (earlier.isPresent()) {
                earlier.get().reset();
            }
            LocalInstance instance = LocalInstance.up(options);
            var regions = new TestRegions(instance);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(regions.instance), "stop-regions"));
            return regions;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the regions did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the regions started", e);
        }
    }

    private static void stop(LocalInstance instance) {
        try {
            instance.down();
        } catch (IOException e) {
            System.err.println("could not stop " + instance.layout().name() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ControlPlaneApi api() {
        return api;
    }

    /** After a command that stopped and started processes: they are others now. */
    void attachAgain() throws IOException {
        instance = LocalInstance.attach(instance.file().name()).orElseThrow();
    }

    String token() {
        return instance.token();
    }

    Path folder() {
        return instance.layout().folder();
    }

    List<String> edges() {
        return instance.file().regions().stream()
                .map(InstanceFile.Region::edge)
                .map(edge -> edge.startsWith("http") ? edge : "http://" + edge)
                .toList();
    }

    LocalInstance instance() {
        return instance;
    }

    /** A user whose shard the region owns now. */
    String keyOwnedBy(String region) throws Exception {
        return keyOwnedBy(region, "owned");
    }

    /** @param prefix so that no other test has rows of this user */
    String keyOwnedBy(String region, String prefix) throws Exception {
        JsonNode shards = api.get("/api/v1/shards").path("shards");
        var function = new ShardFunction(shards.size());
        return IntStream.range(0, 100_000)
                .mapToObj(number -> prefix + "-" + number)
                .filter(key -> shards.path(function.shardOf(key).number())
                        .path("region")
                        .asText()
                        .equals(region))
                .findFirst()
                .orElseThrow();
    }

    JsonNode awaitEnd(String run) throws Exception {
        return api.awaitEnd(run, Deadlines.of(Duration.ofMinutes(3)));
    }

    void awaitState(String run, String state) throws Exception {
        ControlPlaneApi.await(
                run + " to be " + state,
                Deadlines.of(Duration.ofSeconds(30)),
                () -> api.run(run),
                r -> r.path("state").asText().equals(state));
    }

    /** The run as it stands; waits out an election. */
    JsonNode runOnceAnswered(String run) throws Exception {
        return ControlPlaneApi.await(
                "an answer about " + run, Deadlines.of(Duration.ofSeconds(30)), () -> api.run(run), _ -> true);
    }

    /** All of {@code shards} belong to {@code zone} when this returns. */
    void bringHome(String shards, String zone) throws Exception {
        ControlPlaneApi.Answer answer = api.move(shards, zone, false);
        String type = answer.body().path("type").asText();
        if (type.equals("urn:meridian:problem:nothing-to-move")) {
            return;
        }
        if (answer.status() != 202) {
            throw new AssertionError("could not bring " + shards + " home: " + answer);
        }
        JsonNode run = awaitEnd(answer.body().path("id").asText());
        if (!run.path("state").asText().equals("DONE")) {
            throw new AssertionError("could not bring " + shards + " home: " + run);
        }
    }

    /** Name of the region whose control-plane node leads. */
    String leader() throws Exception {
        JsonNode regions = api.get("/api/v1/regions");
        for (JsonNode region : regions) {
            if (region.path("voter").path("leader").asBoolean()) {
                return region.path("name").asText();
            }
        }
        throw new AssertionError("nobody leads: " + regions);
    }

    /** {@code region}'s control-plane node leads when this returns. */
    void lead(String region) throws Exception {
        if (leader().equals(region)) {
            return;
        }
        var answer = api.send(
                "POST", "/api/v1/control-plane/leader", "application/json", "{\"id\":\"" + region + "\"}", token());
        if (answer.status() / 100 != 2) {
            throw new AssertionError(region + " may not lead: " + answer);
        }
        ControlPlaneApi.await(
                region + " to lead",
                Deadlines.of(Duration.ofSeconds(30)),
                () -> TextNode.valueOf(leader()),
                leader -> leader.asText().equals(region));
    }

    /** A load has got this many transfers through, in any region. */
    void awaitWrites(int count) throws Exception {
        long before = transfers();
        ControlPlaneApi.await(
                count + " transfers",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> LongNode.valueOf(transfers()),
                now -> now.asLong() >= before + count);
    }

    /** Written anywhere and arrived in the first region. */
    private long transfers() throws SQLException {
        String region = instance.regions().getFirst();
        String url = instance.region(region).addresses().postgres();
        try (Connection store = DriverManager.getConnection(
                        url, "ledger", instance.region(region).password("ledger"));
                Statement query = store.createStatement();
                ResultSet row = query.executeQuery("select count(*) from public.transfer")) {
            row.next();
            return row.getLong(1);
        }
    }

    void kill(String process) throws Exception {
        instance.process(process).kill();
    }

    void restart(String process) throws Exception {
        instance.process(process).restart();
    }

    /** The gate {@code lag} stays open for a link that a test has stalled before its move began. */
    void allowLag(Duration lag) throws Exception {
        ObjectNode topology = api.get("/api/v1/topology").path("topology").deepCopy();
        topology.withObjectProperty("limits").put("lag", lag.toSeconds() + "s");
        var answer = api.send("PUT", "/api/v1/topology", "application/json", topology.toString(), token());
        if (answer.status() / 100 != 2) {
            throw new AssertionError("the topology with a greater limit was refused: " + answer);
        }
    }

    /** {@code from} keeps its connections to {@code to}'s Kafka, and no byte passes. */
    void stallKafka(String from, String to) throws Exception {
        instance.links().stall(from, to, Carried.KAFKA);
    }

    void heal(String from, String to) throws Exception {
        instance.links().heal(from, to);
    }

    /** Every link is up and every process runs; said by name when one of them had died by itself. */
    void healAndRestart() throws Exception {
        instance.links().healAll();
        List<LocalProcess> dead = new ArrayList<>();
        for (String region : instance.regions()) {
            for (String service : List.of("control-plane", "router-xds", "sync-agent", "ledger", "envoy")) {
                LocalProcess process = instance.process(region + "/" + service);
                if (!process.alive()) {
                    dead.add(process);
                }
            }
        }
        for (LocalProcess process : dead) {
            process.restart();
        }
        ControlPlaneApi.await(
                "no run under way", Deadlines.of(Duration.ofMinutes(2)), this::runsUnderWay, JsonNode::isEmpty);
    }

    /** What a test that failed has left paused would fail every test after it, too: it is cancelled, and said. */
    private JsonNode runsUnderWay() throws Exception {
        List<JsonNode> underWay = api.get("/api/v1/runs").findParents("endedAt").stream()
                .filter(run -> run.path("endedAt").isNull())
                .toList();
        for (JsonNode run : underWay) {
            if (run.path("paused").asBoolean()) {
                System.err.println("a test left a run paused, cancelled now: " + run);
                api.cancel(run.path("id").asText());
            }
        }
        return JsonNodeFactory.instance.arrayNode().addAll(underWay);
    }

    /** The copies of all regions, shard by shard. */
    void assertAllEqual() throws Exception {
        JsonNode verified = api.verify();
        if (!verified.path("equal").asBoolean()) {
            throw new AssertionError("the regions' copies differ: " + verified);
        }
        System.out.println("verified: " + verified.path("shards").asInt() + " shards, "
                + verified.path("rows").asLong() + " rows, equal in all regions");
    }
}
