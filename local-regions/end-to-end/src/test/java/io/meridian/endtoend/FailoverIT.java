package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import io.meridian.local.LocalRegion;
import io.meridian.local.probe.Prober;
import io.meridian.topology.ShardFunction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A region is lost under load, the others take over, it comes back: one writer at any moment (a prober writes to all databases directly), nothing lost
 * silently, nothing doubled, all copies equal in the end (invariants 1, 3, 4, 5).
 */
class FailoverIT {
    private static final String LOST = LossCase.LOST;

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome("0-340", "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        LossCase.KILLED.bringBack(regions);
        regions.healAndRestart();
        awaitReconciled();
        atHome();
    }

    static List<LossCase> chosen() {
        return LossCase.chosen();
    }

    @ParameterizedTest
    @MethodSource("chosen")
    void aRegionThatIsLostIsReplacedAndReturns(LossCase loss) throws Exception {
        try (var prober = Prober.start(regions.instance(), probed());
                var load = LoadProcess.start(regions, 60, Duration.ofMinutes(10))) {
            regions.awaitWrites(200);
            long orphansBefore = orphans();
            try (var late = OpenTransaction.in(regions.instance().region(LOST), probed().getFirst())) {
                loss.lose(regions);
                if (loss.makesOrphans()) {
                    awaitAdmitted(prober, LOST); // acknowledged by it, and known to nobody else
                }
                failOver(prober, loss);
                late.assertCannotCommit();
            }
            loss.bringBack(regions);
            awaitReconciled();

            if (loss.makesOrphans()) {
                assertThat(orphans()).as("what it wrote alone is shown").isGreaterThan(orphansBefore);
                aPersonRevises();
            }
            judge(prober, load);
        }
    }

    /** Nobody takes over from a region that lives and renews its lease, whatever the others hear of it. */
    @Test
    void aRegionThatOthersCannotReachIsNotTakenOverFromWhileItRenewsItsLease() throws Exception {
        try (var prober = Prober.start(regions.instance(), probed());
                var load = LoadProcess.start(regions, 60, Duration.ofMinutes(10))) {
            regions.awaitWrites(200);
            for (String other : regions.instance().regions()) {
                if (!other.equals(LOST)) {
                    regions.instance().links().cut(other, LOST);
                }
            }
            awaitAdmitted(prober, LOST);
            ControlPlaneApi.Answer refused = failOver("");
            assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
            assertThat(refused.body().path("type").asText())
                    .as(refused.toString())
                    .endsWith(":region-alive");
            awaitAdmitted(prober, LOST);
            regions.instance().links().healAll();

            judge(prober, load);
        }
    }

    private void failOver(Prober prober, LossCase loss) throws Exception {
        ControlPlaneApi.await(
                LOST + "'s agent to be missed",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> region(LOST),
                region -> !region.path("agent").path("connected").asBoolean(true));
        ControlPlaneApi.Answer dry = failOver("?dryRun=true");
        assertThat(dry.status()).as(dry.toString()).isEqualTo(200);
        System.out.println("exposure before: " + dry.body().path("exposure"));
        ControlPlaneApi.Answer started = failOver("");
        assertThat(started.status()).as(started.toString()).isEqualTo(202);

        String id = started.body().path("id").asText();
        loss.meanwhile(regions, id);
        JsonNode run = regions.awaitEnd(id);

        System.out.println("failover: " + run.path("state") + ", exposure " + run.path("exposure") + ", steps "
                + run.path("steps"));
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
        assertThat(api.get("/api/v1/shards").path("shards").findValuesAsText("region"))
                .doesNotContain(LOST);
        String owner = owner(probed().getFirst());
        awaitAdmitted(prober, owner);
    }

    /** {@code region} admits a write of the probed shards after now. */
    private static void awaitAdmitted(Prober prober, String region) throws Exception {
        long before = prober.admittedBy(region);
        ControlPlaneApi.await(
                region + " to admit a write",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> LongNode.valueOf(prober.admittedBy(region)),
                now -> now.asLong() > before);
    }

    private ControlPlaneApi.Answer failOver(String query) throws Exception {
        return api.send(
                "POST",
                "/api/v1/failovers" + query,
                "application/json",
                "{\"region\":\"" + LOST + "\",\"maxLoss\":\"120s\"}",
                regions.token());
    }

    private void awaitReconciled() throws Exception {
        ControlPlaneApi.await(
                LOST + " to be reconciled",
                Deadlines.of(Duration.ofMinutes(3)),
                () -> region(LOST),
                region -> region.path("data").asText().equals("RECONCILED"));
    }

    private void judge(Prober prober, LoadProcess load) throws Exception {
        prober.stop();
        JsonNode judged = load.endNow();
        System.out.println(
                "load: " + judged + "; probes admitted: " + prober.admitted().size() + ", orphans " + orphans());
        regions.assertAllEqual();
        assertThat(prober.twoWriters()).isEmpty();
        for (String region : regions.instance().regions()) {
            assertThat(prober.silentlyLost(region)).as("in " + region).isEmpty();
            assertThat(count(region, "select count(*) from meridian.orphan where decision is null"))
                    .as("undecided in " + region)
                    .isZero();
        }
        assertThat(judged.path("acknowledged").asLong()).isPositive();
        assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        // What the load misses, or finds at odds with itself, is of users of whom something was lost and is shown.
        assertThat(load.usersOfFindings())
                .allSatisfy(user -> assertThat(count(
                                "west",
                                "select count(*) from meridian.orphan where key ->> 'user_key' = '" + user + "'"))
                        .as("orphans of " + user)
                        .isPositive());
    }

    /** A write of the lost region that took effect in the end is taken back, in all regions, and then not. */
    private void aPersonRevises() throws Exception {
        JsonNode orphan = salvagedProbe();
        String row = "select count(*) from public.account where user_key = '"
                + orphan.path("key").path("user_key").asText() + "' and name = '"
                + orphan.path("key").path("name").asText() + "'";
        revise(orphan, "REJECT");
        awaitInAll(row, 0);
        revise(orphan, "SALVAGE");
        awaitInAll(row, 1);
        awaitInAll("select least(count(*), 2) from meridian.revision", 2);
    }

    /** As GET /orphans tells of one; that tells of the newest hundred only. */
    private JsonNode salvagedProbe() throws Exception {
        String probed = probed().stream().collect(Collectors.joining("', '", "'", "'"));
        LocalRegion west = regions.instance().region("west");
        try (Connection store = DriverManager.getConnection(
                        west.addresses().postgres(), "meridian_agent", west.password("meridian_agent"));
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select json_build_object('source', source, 'position', concat_ws('/', incarnation, position, part), 'shard', shard, 'index', index, 'key', key)
                        from meridian.orphan
                        where decision = 'SALVAGED' and content ->> 'operation' = 'INSERT' and key ->> 'user_key' in (%s)
                        order by found_at desc limit 1
                        """.formatted(probed))) {
            assertThat(row.next()).as("a write of a probe was salvaged").isTrue();
            return new ObjectMapper().readTree(row.getString(1));
        }
    }

    private void revise(JsonNode orphan, String verdict) throws Exception {
        var wish = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("source", "position", "shard", "index")) {
            wish.set(field, orphan.path(field));
        }
        wish.put("verdict", verdict).put("reason", "to see that it can be done");
        ControlPlaneApi.Answer asked =
                api.send("POST", "/api/v1/orphans/revisions", "application/json", wish.toString(), regions.token());
        assertThat(asked.status()).as(asked.toString()).isEqualTo(202);
        JsonNode ended = ControlPlaneApi.await(
                "the revision to end",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> api.get(
                        "/api/v1/orphans/revisions/" + asked.body().path("id").asText()),
                order -> !order.path("state").asText().equals("PENDING"));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("DONE");
    }

    private void awaitInAll(String query, long wanted) throws Exception {
        for (String region : regions.instance().regions()) {
            ControlPlaneApi.await(
                    query + " to be " + wanted + " in " + region,
                    Deadlines.of(Duration.ofSeconds(60)),
                    () -> LongNode.valueOf(count(region, query)),
                    now -> now.asLong() == wanted);
        }
    }

    private long orphans() throws Exception {
        return count("west", "select count(*) from meridian.orphan");
    }

    private long count(String region, String query) throws Exception {
        LocalRegion known = regions.instance().region(region);
        try (Connection store = DriverManager.getConnection(
                        known.addresses().postgres(), "meridian_agent", known.password("meridian_agent"));
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private JsonNode region(String name) throws Exception {
        for (JsonNode region : api.get("/api/v1/regions")) {
            if (region.path("name").asText().equals(name)) {
                return region;
            }
        }
        throw new AssertionError("no region " + name);
    }

    private String owner(String key) throws Exception {
        return api.get("/api/v1/shards/where?key=" + key).path("region").asText();
    }

    /** Users of eight shards that are taken from the lost region. */
    private static List<String> probed() {
        var function = new ShardFunction(1024);
        return IntStream.range(0, 8)
                .mapToObj(place -> IntStream.range(0, 1_000_000)
                        .mapToObj(number -> "probed-" + number)
                        .filter(key -> function.shardOf(key).number() == place * 40)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }
}
