package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ReassignTest {
    private static final String PLAN = """
        {"id": %s, "kind": "EVACUATION", "state": "PLANNED", "shards": "0-5", "to": null, "planHash": "abcdef0123456789",
         "wave": 1, "waves": 1, "startedAt": null, "endedAt": null, "steps": [], "problem": null,
         "moves": [{"shards": "0-3", "from": "east-1", "to": "east-2", "reason": "east-1 is evacuated; east-2 is its backup no. 1"},
                   {"shards": "4-5", "from": "east-1", "to": "west-1", "reason": "east-1 is evacuated; west-1 is its backup no. 2"}],
         "notes": ["afterwards east-1 has no shard"], "moved": 0, "rolledBack": 0, "untouched": 6, "certificate": null}\
        """;

    private final PlayedControlPlane plane;

    ReassignTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    record Case(String command, String path, String body) {}

    static final List<Case> CASES = List.of(
            new Case("rebalance", "/rebalances", "{}"),
            new Case("rebalance --rps 4000", "/rebalances", "{\"rps\":4000}"),
            new Case("evacuate --zone east-1", "/evacuations", "{\"zones\":[\"east-1\"],\"regions\":[]}"),
            new Case(
                    "evacuate --region east --region west --rps 9",
                    "/evacuations",
                    "{\"zones\":[],\"regions\":[\"east\",\"west\"],\"rps\":9}"),
            new Case(
                    "pop-out --from east-1 --to east-9 --percent 30",
                    "/pop-outs",
                    "{\"from\":\"east-1\",\"to\":\"east-9\",\"percent\":30}"),
            new Case("pop-in --zone east-9", "/pop-ins", "{\"zone\":\"east-9\"}"),
            new Case(
                    "shift --region east --from-group blue --to-group green --percent 10",
                    "/shifts",
                    "{\"region\":\"east\",\"fromGroup\":\"blue\",\"toGroup\":\"green\",\"percent\":10}"),
            new Case("reverse --run mv-1", "/reversals", "{\"run\":\"mv-1\"}"));

    @ParameterizedTest
    @FieldSource("CASES")
    void whatIsWantedIsAskedFor(Case each) {
        plane.answers("POST " + each.path(), 202, PLAN.formatted("\"mv-2\""));

        var said = Said.by(plane, each.command().split(" "));

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(plane.asked().getFirst().body()).isEqualTo(each.body());
        assertThat(said.out()).contains("mv-2 moves 0-5 to several zones, plan abcdef012345");
    }

    @Test
    void aDryRunShowsEachWayWithItsReason() {
        plane.answers("POST /evacuations?dryRun=true", 200, PLAN.formatted("null"));

        var said = Said.by(plane, "evacuate", "--zone", "east-1", "--dry-run");

        assertThat(said.out()).isEqualTo("""
            would move 0-5 to several zones, plan abcdef012345; nothing was changed
              afterwards east-1 has no shard
              0-3 from east-1 to east-2  (east-1 is evacuated; east-2 is its backup no. 1)
              4-5 from east-1 to west-1  (east-1 is evacuated; west-1 is its backup no. 2)
            """);
    }

    @Test
    void anEvacuationOfNothingIsAUsageFault() {
        var said = Said.by(plane, "evacuate");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("which --zone or --region?");
    }

    @Test
    void zonesAreComparedInATable() {
        plane.answers("GET /zones", 200, """
            [{"name": "east-1", "region": "east", "group": "blue", "weight": 2, "capacity": 500, "elastic": false, "shards": 90, "poppedOut": 10},
             {"name": "east-8", "region": "east", "kind": "G", "group": null, "weight": 0, "capacity": null, "elastic": false, "shards": 0, "poppedOut": 0},
             {"name": "east-9", "region": "east", "kind": "R", "group": null, "weight": 0, "capacity": null, "elastic": true, "shards": 10, "poppedOut": 0}]\
            """);

        var said = Said.by(plane, "zones");

        assertThat(said.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly(
                        "ZONE REGION KIND GROUP WEIGHT CAPACITY SHARDS POPPED OUT",
                        "east-1 east R blue 2 500 rps 90 10",
                        "east-8 east G - - - 0 0",
                        "east-9 east R - elastic - 10 0");
    }
}
