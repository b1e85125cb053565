package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.meridian.local.LocalRegion;
import io.meridian.local.Options;
import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.service.Programs.Kind;
import io.meridian.topology.ShardFunction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two regions with two store groups each: invariants 1, 2, 4 and 5, and that nothing crosses between the groups. */
class StoreGroupsIT {
    private static final String INSTANCE = "test-store-groups";
    private static final int BASE = 24_000;
    private static final String OTHER_AGENT = "east/sync-agent-main2";

    private final TestRegions regions = TestRegions.start(new Options(INSTANCE, 2, 2, BASE, EnumSet.allOf(Kind.class)));
    private final ControlPlaneApi api = regions.api();
    private final List<StoreGroup> groups = regions.instance().layout().groups();
    private final ShardFunction function = new ShardFunction(1024);
    private final HttpClient http = HttpClient.newHttpClient();
    private int accounts;

    @AfterEach
    void stop() throws Exception {
        regions.instance().reset();
    }

    @Test
    void movesSpanGroupsAndADeadAgentHoldsUpItsOwnGroupOnly() throws Exception {
        try (var load = LoadProcess.start(regions, 60, Duration.ofMinutes(3))) {
            done(api.startMove("576-639", "east-1"), 64);
            done(api.startMove("496-511,576-591", "west-1"), 32); // one wave of both groups
            assertThat(load.running()).as("the moves took place under load").isTrue();
            JsonNode judged = load.endNow();
            System.out.println("load: " + judged);
            assertThat(judged.path("acknowledged").asLong()).isPositive();
            assertThat(judged.path("failed").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        }
        oneGroupWithoutItsAgent();
        regions.assertAllEqual();
        for (LocalRegion region :
                List.of(regions.instance().region("east"), regions.instance().region("west"))) {
            for (StoreGroup group : groups) {
                tableHasOwnRowsOnly(region, group);
                topicHasOwnRowsOnly(region, group);
            }
        }
        wrongDatabaseRefuses();
    }

    /** Its writes stop when its lease has run out; the other group's go on all the while, and so do its moves. */
    private void oneGroupWithoutItsAgent() throws Exception {
        String living = userOf(32, 447);
        String halted = userOf(592, 599);
        assertThat(write(living).join() / 100).isEqualTo(2);
        assertThat(write(halted).join() / 100).isEqualTo(2);
        regions.kill(OTHER_AGENT);

        done(api.startMove("0-31", "west-1"), 32);
        int written = 0;
        for (int status = 200; status / 100 == 2; ) {
            CompletableFuture<Integer> late = write(halted);
            do {
                assertThat(write(living).join() / 100)
                        .as("a write of the group whose agent lives")
                        .isEqualTo(2);
                written++;
            } while (!late.isDone());
            status = late.join();
        }

        System.out.println("writes of the other group while " + OTHER_AGENT + " was dead: " + written);
        assertThat(agent("east", "main2").path("connected").asBoolean()).isFalse();
        assertThat(gatesInTheWay("600-631", "west-1")).isNotEmpty().containsOnly("east/main2");
        assertThat(gatesInTheWay("32-63", "west-1")).isEmpty();
        regions.restart(OTHER_AGENT);
        ControlPlaneApi.await(
                "writes of the group whose agent is back",
                Deadlines.of(Duration.ofSeconds(40)),
                () -> LongNode.valueOf(write(halted).join()),
                status -> status.asInt() / 100 == 2);
        ControlPlaneApi.await(
                "its gates",
                Deadlines.of(Duration.ofSeconds(40)),
                () -> LongNode.valueOf(gatesInTheWay("600-631", "west-1").size()),
                closed -> closed.asInt() == 0);
        done(api.startMove("600-631", "west-1"), 32);
    }

    private String userOf(int firstShard, int lastShard) {
        return IntStream.range(0, 100_000)
                .mapToObj(number -> "by-hand-" + number)
                .filter(user -> function.shardOf(user).number() >= firstShard
                        && function.shardOf(user).number() <= lastShard)
                .findFirst()
                .orElseThrow();
    }

    /** Opens another account of {@code user}. @return the answer's status */
    private CompletableFuture<Integer> write(String user) {
        var request = HttpRequest.newBuilder(URI.create(regions.edges().getFirst() + "/accounts/a" + ++accounts))
                .timeout(Deadlines.of(Duration.ofSeconds(30)))
                .header("x-user-key", user)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"amount\":1}"))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    private void done(String id, int shards) throws Exception {
        JsonNode run = regions.awaitEnd(id);
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
        Certificates.print(run, regions.folder());
        Certificates.assertNothingLost(run, shards);
    }

    private JsonNode agent(String region, String group) throws Exception {
        for (JsonNode each : api.get("/api/v1/regions")) {
            for (JsonNode agent : each.path("agents")) {
                if (each.path("name").asText().equals(region)
                        && agent.path("group").asText().equals(group)) {
                    return agent;
                }
            }
        }
        throw new AssertionError("region " + region + " shows no agent of group " + group);
    }

    /** What closed gates of agents and their stores are about, if this were moved now. */
    private List<String> gatesInTheWay(String shards, String to) throws Exception {
        ControlPlaneApi.Answer dry = api.move(shards, to, true);
        assertThat(dry.status()).as(dry.toString()).isEqualTo(200);
        List<String> about = new ArrayList<>();
        for (JsonNode gate : dry.body().path("gates")) {
            String name = gate.path("name").asText();
            if ((name.equals("fence") || name.equals("agent") || name.equals("lease"))
                    && !gate.path("state").asText().equals("OPEN")) {
                about.add(gate.path("about").asText());
            }
        }
        return about;
    }

    private void tableHasOwnRowsOnly(LocalRegion region, StoreGroup group) throws SQLException {
        for (String table : List.of("account", "transfer", "entry")) {
            String foreign = "select count(*) filter (where meridian.shard_of(user_key) not between "
                    + group.firstShard() + " and " + group.lastShard() + ") || ' of ' || (count(*) > 0) from public."
                    + table;
            assertThat(ask(region, group, foreign))
                    .as(region.name() + " " + group.name() + " " + table)
                    .isEqualTo("0 of true");
        }
    }

    /** A key stands in a record as its length and its bytes, so one key is not found inside a longer one. */
    private void topicHasOwnRowsOnly(LocalRegion region, StoreGroup group) throws Exception {
        List<String> keys = new ArrayList<>();
        for (StoreGroup each : groups) {
            keys.addAll(List.of(ask(region, each, "select string_agg(distinct user_key, ',') from public.account")
                    .split(",")));
        }
        String content = content(region, "meridian.changes." + group.name() + "." + region.name());
        List<String> found = keys.stream()
                .filter(key -> content.contains((char) key.length() + key))
                .toList();
        assertThat(found)
                .as("keys in " + region.name() + "'s changes of " + group.name())
                .isNotEmpty();
        assertThat(found)
                .allSatisfy(key ->
                        assertThat(function.shardOf(key).number()).isBetween(group.firstShard(), group.lastShard()));
    }

    /** One char per byte of all records. */
    private static String content(LocalRegion region, String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", region.addresses().kafka());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            var content = new StringBuilder();
            long deadline =
                    System.nanoTime() + Deadlines.of(Duration.ofSeconds(60)).toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                assertThat(System.nanoTime()).as("time to read " + topic).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> content.append(new String(record.value(), StandardCharsets.ISO_8859_1)));
            }
            return content.toString();
        }
    }

    private void wrongDatabaseRefuses() throws SQLException {
        LocalRegion east = regions.instance().region("east");
        String key = ask(east, groups.getFirst(), "select min(user_key) from public.account");
        try (Connection other = connect(east, groups.getLast());
                Statement statement = other.createStatement()) {
            assertThatThrownBy(() -> statement.execute(
                            "insert into public.account (user_key, name, opened_with, balance) values ('" + key
                                    + "', 'astray', 0, 0)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("MR005"))
                    .hasMessageContaining("is not of this store: it holds shards 512 to 1023, of store group main2");
        }
    }

    private static Connection connect(LocalRegion region, StoreGroup group) throws SQLException {
        InstanceFile.Store store =
                Objects.requireNonNull(region.addresses().stores()).get(group.index());
        return DriverManager.getConnection(store.postgres(), "ledger", region.password("ledger"));
    }

    private static String ask(LocalRegion region, StoreGroup group, String sql) throws SQLException {
        try (Connection connection = connect(region, group);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
