package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.topology.TopologyReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards, regions, verification, topology. */
class ShowingTest {
    private static final String SHARDS = """
        {"revision": 12, "shards": [
         {"shard": 0, "region": "east", "zone": "east-1", "epoch": 1, "state": "OWNED", "frozenBy": null},
         {"shard": 1, "region": "east", "zone": "east-1", "epoch": 1, "state": "OWNED", "frozenBy": "mv-1"},
         {"shard": 2, "region": "west", "zone": "west-1", "epoch": 4, "state": "WITHDRAWN", "frozenBy": "mv-1"},
         {"shard": 3, "region": null, "zone": null, "epoch": 0, "state": "WITHDRAWN", "frozenBy": null}]}\
        """;

    private final PlayedControlPlane plane;

    ShowingTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void shardsAreSummedUpPerZone() {
        plane.answers("GET /shards", 200, SHARDS);

        var said = Said.by(plane, "shards");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("""
            ZONE      REGION    SHARDS  HELD  WITHDRAWN  WHICH
            (nobody)  (nobody)       1     0          1  3
            east-1    east           2     1          0  0-1
            west-1    west           1     1          1  2
            """);
    }

    @Test
    void allShardsAreShownOneByOne() {
        plane.answers("GET /shards", 200, SHARDS);

        var said = Said.by(plane, "shards", "--all");

        assertThat(said.out())
                .contains("    1  east-1    east          1  OWNED      held by mv-1")
                .contains("    3  (nobody)  (nobody)      0  WITHDRAWN");
    }

    @Test
    void jsonIsTheAnswer() throws IOException {
        plane.answers("GET /shards", 200, SHARDS);

        var said = Said.by(plane, "shards", "--json");

        assertThat(new ObjectMapper().readTree(said.out())).isEqualTo(new ObjectMapper().readTree(SHARDS));
    }

    @Test
    void keyIsLookedUpWhateverItHolds() {
        plane.answers(
                "GET /shards/where?key=a%20b%26c%2F%C3%A9",
                200,
                "{\"shard\": 1, \"region\": \"east\", \"zone\": \"east-1\", \"epoch\": 3, \"state\": \"OWNED\","
                        + " \"frozenBy\": \"mv-1\"}");

        var said = Said.by(plane, "where", "--key", "a b&c/é");

        assertThat(said.out())
                .isEqualTo("a b&c/é is in shard 1, owned by east, zone east-1, since epoch 3; its requests are held by"
                        + " mv-1\n");
    }

    @Test
    void unknownFactsOfARegionStayUnknown() {
        plane.answers("GET /regions", 200, """
            [{"name": "east", "city": "alpha", "voter": {"leader": true, "connected": true},
              "agent": {"connected": true, "problem": "slot is gone", "leaseRemainingMillis": 13200, "lagMillis": {"west": 12, "north": -1}, "stopped": [{"shard": 7, "source": "west", "reason": "a second writer in epoch 3"}]},
              "router": {"connected": true, "holdRevision": 4, "envoys": [{"node": "east-envoy", "ackedRevision": 4, "nack": "no such cluster"}]},
              "zones": [{"name": "east-1", "shards": 512}, {"name": "east-2", "shards": 171}, {"name": "east-9", "kind": "C", "shards": 0}]},
             {"name": "west", "city": "beta", "voter": {"leader": false, "connected": null}, "agent": null, "router": null, "zones": []}]\
            """);

        var said = Said.by(plane, "regions");

        assertThat(said.out()).isEqualTo("""
            REGION  CITY   VOTER   AGENT      LEASE   LAG                  ROUTER     ENVOYS  ZONES
            east    alpha  leader  connected  13.2 s  north ?, west 12 ms  connected  1       east-1 512, east-2 171, east-9 C
            west    beta   ?       ?          ?       ?                    ?          ?
            ! east's agent: slot is gone
            ! east applies nothing more of shard 7 from west: a second writer in epoch 3
            ! east-envoy refused its routes: no such cluster
            """);
    }

    @Test
    void aSlotThatHoldsBackMuchIsATrouble() {
        plane.answers("GET /regions", 200, """
            [{"name": "east", "city": "alpha", "voter": null,
              "agent": {"connected": true, "problem": null, "leaseRemainingMillis": 5000, "lagMillis": {}, "stopped": [],
                        "slot": {"name": "meridian_main", "state": "extended", "retainedBytes": 2000000000, "leftBytes": 9000, "pressure": "HIGH"}},
              "router": null, "zones": []}]\
            """);

        assertThat(Said.by(plane, "regions").out())
                .endsWith("! east's slot meridian_main holds back 2000000000 bytes of the store's log, and is given up"
                        + " after 9000 more\n");
    }

    @Test
    void lagIsToldPerLinkAndOfTheWorstShards() {
        plane.answers("GET /lag", 200, """
            {"links": [{"source": "west", "target": "east", "group": "main", "connected": true, "millis": 12, "records": 0, "rows": 0, "bytes": 0},
                       {"source": "east", "target": "west", "group": "main", "connected": true, "millis": null, "records": 7, "rows": null, "bytes": null}],
             "shards": [{"shard": 3, "source": "east", "target": "west", "group": "main", "millis": 61000, "kind": "STOPPED", "reason": "a second writer"}]}\
            """);

        assertThat(Said.by(plane, "lag").out()).isEqualTo("""
            FROM  TO    BEHIND  RECORDS  ROWS  BYTES  AGENT
            west  east  12 ms         0  0     0      connected
            east  west  ?             7  ?     ?      connected
            ! shard 3 from east in west stopped 61.0 s: a second writer
            """);
    }

    @Test
    void eachStoreGroupsAgentHasARow() {
        plane.answers("GET /regions", 200, """
            [{"name": "east", "city": "alpha", "voter": {"leader": true, "connected": true}, "agent": null,
              "agents": [{"group": "main", "connected": true, "problem": null, "leaseRemainingMillis": 13200, "lagMillis": {"west": 12}, "stopped": []},
                         {"group": "more", "connected": false, "problem": "slot is gone", "leaseRemainingMillis": 0, "lagMillis": {}, "stopped": []}],
              "router": null, "zones": [{"name": "east-1", "shards": 512}]}]\
            """);

        var said = Said.by(plane, "regions");

        assertThat(said.out()).isEqualTo("""
            REGION  CITY   VOTER   AGENT            LEASE  LAG         ROUTER  ENVOYS  ZONES
            east    alpha  leader  main connected  13.2 s  west 12 ms  ?       ?       east-1 512
                                   more gone         0 ms  ?
            ! east's agent of group more: slot is gone
            """);
    }

    @Test
    void equalCopiesAreEqual() throws IOException {
        plane.answers("POST /verifications", 202, "{\"id\": \"vf-1\", \"state\": \"RUNNING\"}")
                .answers("GET /verifications/vf-1", 200, "{\"id\": \"vf-1\", \"state\": \"RUNNING\"}")
                .answers(
                        "GET /verifications/vf-1",
                        200,
                        "{\"id\": \"vf-1\", \"state\": \"DONE\", \"equal\": true, \"shards\": 1024, \"rows\": 52,"
                                + " \"differences\": []}");

        var said = Said.by(plane, "verify");
        var json = Said.by(plane, "verify", "--json");

        assertThat(said).isEqualTo(new Said(ExitCode.DONE.number(), "equal  1024 shards, 52 rows\n", ""));
        assertThat(new ObjectMapper().readTree(json.out()))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"verification\": \"vf-1\", \"equal\": true, \"shards\": 1024, \"rows\": 52,"
                                + " \"differences\": []}"));
    }

    @Test
    void differencesAreShownAndFail() {
        plane.answers("POST /verifications", 202, """
            {"id": "vf-1", "state": "DONE", "equal": false, "shards": 1024, "rows": 52,
             "differences": [{"shard": 7, "regions": {"east": {"rows": 3, "hash": "aaaaaaaaaaaaaaaa"}, "west": {"rows": 2, "hash": "bb"}}}]}\
            """);

        var said = Said.by(plane, "verify");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).isEqualTo("""
            not equal  1 of 1024 shards, 52 rows differ
              shard 7: east has 3 rows aaaaaaaaaaaa, west has 2 rows bb
            """);
    }

    @Test
    void rowsThatDifferAreAskedForAndShown() {
        plane.answers("POST /verifications", 202, """
            {"id": "vf-3", "state": "DONE", "equal": false, "shards": 8, "rows": 52, "problem": null,
             "differences": [{"shard": 7, "regions": {"east": {"rows": 3, "hash": "aa"}, "west": {"rows": 2, "hash": "bb"}}, "moreRows": true,
                              "rows": [{"table": "public.account", "key": {"id": "7"}, "regions": {"east": "9f00", "west": null}}]},
                             {"shard": 9, "regions": {"east": {"rows": 3, "hash": "aa"}, "west": {"rows": 2, "hash": "bb"}}, "moreRows": false, "rows": []},
                             {"shard": 11, "regions": {"east": {"rows": 3, "hash": "aa"}, "west": {"rows": 2, "hash": "bb"}}, "moreRows": false, "rows": null}]}\
            """);

        var said = Said.by(plane, "verify", "--shards", "0-7", "--tables", "public.account,public.booking", "--rows");

        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"shards\":\"0-7\",\"tables\":[\"public.account\",\"public.booking\"],\"rows\":true}");
        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).isEqualTo("""
            not equal  3 of 8 shards, 52 rows differ
              shard 7: east has 3 rows aa, west has 2 rows bb
                public.account id=7: east 9f00, west has it not
                and more, which were not compared
              shard 9: east has 3 rows aa, west has 2 rows bb
                no row differed any more when they were compared
              shard 11: east has 3 rows aa, west has 2 rows bb
            to write them once more as their owner has them: ./meridian repair --verification vf-3 --dry-run
            """);
    }

    @Test
    void verificationThatFailedSaysNeitherEqualNorDifferent() throws IOException {
        plane.answers(
                "POST /verifications",
                202,
                "{\"id\": \"vf-1\", \"state\": \"FAILED\", \"equal\": null, \"shards\": 0, \"rows\": 0,"
                        + " \"differences\": [], \"problem\": \"west does not answer\"}");

        var said = Said.by(plane, "verify", "--json");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(new ObjectMapper().readTree(said.out()))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"verification\": \"vf-1\", \"equal\": null, \"shards\": 0, \"rows\": 0,"
                                + " \"differences\": [], \"problem\": \"west does not answer\"}"));
    }

    @Test
    void shownTopologyCanBeReadAndAppliedAgain() throws IOException {
        plane.answers("GET /topology", 200, "{\"revision\": 9, \"topology\": " + topology() + ", \"changes\": []}");

        var said = Said.by(plane, "topology", "show");

        assertThat(said.out())
                .startsWith("# revision 9\nname: local\nshards: 1024\n")
                .contains("  - name: east-1\n");
        assertThat(TopologyReader.read(new YAMLMapper().readValue(said.out(), Object.class)))
                .isEqualTo(TopologyReader.read(new ObjectMapper().readValue(topology(), Object.class)))
                .isInstanceOf(TopologyReader.Reading.Read.class);
    }

    @Test
    void fileIsSentAsItIs(@TempDir Path folder) throws IOException {
        plane.answers("PUT /topology", 200, "{\"revision\": 10, \"changes\": [\"zone west-1: weight 100 -> 50\"]}")
                .answers("PUT /topology?dryRun=true", 200, "{\"revision\": 9, \"changes\": []}");
        Path file = Files.writeString(folder.resolve("topology.yaml"), "name: local # déjà\n");

        var applied = Said.by(plane, "topology", "apply", file.toString());
        var dry = Said.by(plane, "topology", "apply", "--dry-run", file.toString());

        assertThat(applied)
                .isEqualTo(new Said(
                        ExitCode.DONE.number(), "  zone west-1: weight 100 -> 50\napplied at revision 10\n", ""));
        assertThat(dry.out()).isEqualTo("no change; revision 9\n");
        assertThat(plane.asked().getFirst().body()).isEqualTo("name: local # déjà\n");
        assertThat(plane.asked().getFirst().contentType()).isEqualTo("application/yaml");
    }

    @Test
    void aFileIsAppliedOnTopOfTheRevisionThatItWasMadeFrom(@TempDir Path folder) throws IOException {
        plane.refuses("PUT /topology", 412, "revision-conflict", "the topology is at revision 11", "");
        Path file = Files.writeString(folder.resolve("topology.yaml"), "name: local\n");

        var said = Said.by(plane, "topology", "apply", "--if-match", "10", file.toString());

        assertThat(said.exitCode()).isEqualTo(ExitCode.CONFLICT.number());
        assertThat(said.err()).contains("refused: the topology is at revision 11");
        assertThat(plane.asked().getFirst().ifMatch()).isEqualTo("\"10\"");
    }

    @Test
    void historyListsRevisionsWithWhatTheyChanged() {
        plane.answers("GET /topology/revisions", 200, """
            [{"revision": 12, "declared": "2026-01-01T00:00:00Z", "current": true, "changes": ["zone west-1: weight changed: 1 -> 7", "b"]},
             {"revision": 9, "declared": null, "current": false, "changes": []}]\
            """);

        var said = Said.by(plane, "topology", "history");

        assertThat(said.exitCode()).isEqualTo(ExitCode.DONE.number());
        assertThat(said.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
                .contains(
                        "12 | 2026-01-01T00:00:00Z | yes | zone west-1: weight changed: 1 -> 7 (and 1 more)", "9 | -");
    }

    @Test
    void diffIsAgainstWhatHoldsNowUnlessToldOtherwise() {
        plane.answers("GET /topology", 200, "{\"revision\": 12, \"topology\": {}, \"changes\": []}")
                .answers("GET /topology/diff?from=9&to=12", 200, "{\"changes\": [], \"sentences\": [\"a changed\"]}")
                .answers("GET /topology/diff?from=9&to=10", 200, "{\"changes\": [], \"sentences\": []}");

        assertThat(Said.by(plane, "topology", "diff", "9").out()).isEqualTo("a changed\n");
        assertThat(Said.by(plane, "topology", "diff", "9", "10").out())
                .isEqualTo("no difference between revisions 9 and 10\n");
    }

    @Test
    void rollbackSaysWhatItChangedOrWould() {
        plane.answers("POST /topology/rollback?to=9", 200, "{\"revision\": 13, \"changes\": [\"a changed\"]}")
                .answers(
                        "POST /topology/rollback?to=9&dryRun=true",
                        200,
                        "{\"revision\": 13, \"changes\": [\"a changed\"]}");

        assertThat(Said.by(plane, "topology", "rollback", "9", "--dry-run").out())
                .isEqualTo("  a changed\nwould change this; nothing was changed\n");
        assertThat(Said.by(plane, "topology", "rollback", "9").out())
                .isEqualTo("  a changed\napplied at revision 13\n");
    }

    @Test
    void faultsOfATopologyAreShownWithTheirPlaces(@TempDir Path folder) throws IOException {
        plane.refuses(
                "PUT /topology",
                422,
                "invalid-document",
                "the topology has 2 faults",
                "{\"pointer\": \"/zones/1/region\", \"detail\": \"unknown region 'mars'\"}, {\"pointer\": \"\","
                        + " \"detail\": \"odd\"}");
        Path file = Files.writeString(folder.resolve("topology.json"), "{}");

        var said = Said.by(plane, "topology", "apply", file.toString());

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err())
                .contains("refused: the topology has 2 faults")
                .contains("  /zones/1/region: unknown region 'mars'")
                .contains("  (the whole document): odd");
        assertThat(plane.asked().getFirst().contentType()).isEqualTo("application/json");
    }

    @Test
    void fileThatIsNotThereIsAUsageFault() {
        var said = Said.by(Map.of("MERIDIAN_TOKEN", "x"), "topology", "apply", "/nowhere/topology.yaml");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("cannot read /nowhere/topology.yaml");
    }

    private static String topology() {
        return """
            {"name": "local", "shards": 1024, "regions": [{"name": "east", "city": "alpha"}],
             "storeGroups": [{"name": "main", "partitions": 4}],
             "zones": [{"name": "east-1", "region": "east", "weight": 100, "endpoints": ["127.0.0.1:21050", "[::1]:21051"]}],
             "services": [{"name": "ledger", "keys": ["header:x-user-key", "path:2"]}],
             "tables": [{"name": "public.account", "shardingColumn": "user_key", "storeGroup": "main"}], "gateways": []}\
            """;
    }
}
