package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final String PLAN = """
        {"id": null, "kind": "FAILOVER", "state": "PLANNED", "shards": "0-340", "to": null, "planHash": "0123456789abcdef", "wave": 1, "waves": 1,
         "startedAt": null, "endedAt": null, "steps": [], "problem": null, "notes": [], "moved": 0, "rolledBack": 0, "untouched": 341, "certificate": null,
         "moves": [{"shards": "0-340", "from": "east-1", "to": "west-1", "reason": "backup"}], "gates": [],
         "exposure": {"lastSeen": "2026-11-26T10:00:02Z", "heartbeat": "2026-11-26T10:00:01Z", "seconds": 1.25, "records": 7, "perRegion": []}}\
        """;
    private static final String ORPHANS = """
        [{"region": "west", "source": "east", "position": "i/0-7/0", "shard": 4, "index": 0, "epoch": 1, "table": "public.account", "key": {"id": "7"},
          "operation": "UPDATE", "content": "{\\"id\\": \\"7\\", \\"name\\": \\"a\\"}", "decision": "REJECTED", "reason": "written again since", "ours": "{\\"id\\": \\"7\\", \\"name\\": \\"b\\"}",
          "foundAt": "2026-11-26T10:05:00Z", "committedAt": "2026-11-26T10:00:02Z"}]\
        """;

    private final PlayedControlPlane plane;

    FailoverTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aDryRunTellsWhatMayBeMissingAndWhoTakesOver() {
        plane.answers("POST /failovers?dryRun=true", 200, PLAN);

        var said = Said.by(plane, "failover", "--region", "east", "--dry-run");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out())
                .contains("0-340 from east-1 to west-1  (backup)")
                .contains("may be missing until east comes back, as far as is known: the last 1.3 s of its writes, 7"
                        + " records of it known")
                .contains("east was last heard 10:00:02");
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"region\":\"east\"}");
    }

    @Test
    void itIsDoneOnlyWithABoundAndAYes() {
        for (String[] unsaid : new String[][] {
            {"failover", "--region", "east"},
            {"failover", "--region", "east", "--yes"},
            {"failover", "--region", "east", "--max-loss", "2s"},
            {"failover", "--region", "east", "--max-loss", "", "--yes"},
            {"failover", "--region", "east", "--yes", "--force", "--reason", "fire", "--wait"}
        }) {
            var said = Said.by(plane, unsaid);
            assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
            assertThat(said.err()).contains("--dry-run");
        }
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void whatWasSaidIsAskedFor() {
        plane.answers("POST /failovers", 202, PLAN.replace("\"id\": null", "\"id\": \"mv-7\""));

        var said = Said.by(
                plane,
                "failover",
                "--region",
                "east",
                "--max-loss",
                "500rows|2s",
                "--to",
                "west",
                "--yes",
                "--reason",
                "fire");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).startsWith("mv-7");
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"region\":\"east\",\"maxLoss\":\"500rows|2s\",\"to\":\"west\",\"reason\":\"fire\"}");
    }

    @Test
    void lostWritesAreListedAndShownWithBothVersions() {
        plane.answers("GET /orphans", 200, ORPHANS).answers("GET /orphans?shard=4&open=true", 200, "[]");

        var listed = Said.by(plane, "orphans");
        assertThat(listed.exitCode()).as(listed.err()).isZero();
        assertThat(listed.out())
                .contains("west     east      4  public.account  {\"id\":\"7\"}  UPDATE")
                .contains("REJECTED");
        assertThat(Said.by(plane, "orphans", "show", "i/0-7/0").out())
                .contains("lost:    {\"id\": \"7\", \"name\": \"a\"}")
                .contains("instead: {\"id\": \"7\", \"name\": \"b\"}")
                .contains("REJECTED: written again since");
        assertThat(Said.by(plane, "orphans", "--shard", "4", "--open").out()).isEqualTo("none\n");
        assertThat(Said.by(plane, "orphans", "show", "nowhere").exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
    }

    private static final String ADVICE = """
        {"tripped": {"since": "2026-11-26T09:00:00Z", "why": "2 within an hour, the last was mv-3 of region west; failover.perHour is 2"},
         "regions": [{"region": "east", "policy": "auto", "since": "2026-11-26T10:00:00Z", "maxLoss": "2s",
          "seen": [{"from": "west", "sees": "SILENT", "says": "west has heard nothing from east for 9.0 s"}],
          "holds": [{"name": "TRIPPED", "says": "automatic failover has tripped"}],
          "exposure": {"lastSeen": "2026-11-26T10:00:02Z", "heartbeat": "2026-11-26T10:00:01Z", "seconds": 1.25, "records": 7, "perRegion": []},
          "plan": %s}]}\
        """.formatted(PLAN);

    @Test
    void whatLooksLostIsToldWithWhatWasSeenWhatHoldsItAndHowToDoIt() {
        plane.answers("GET /failover-advice", 200, ADVICE);

        var said = Said.by(plane, "failover", "advice");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out())
                .startsWith("automatic failover has tripped at 2026-11-26T09:00:00Z: 2 within an hour")
                .contains("region east looks lost since 2026-11-26T10:00:00Z, its policy is auto")
                .contains("  west has heard nothing from east for 9.0 s")
                .contains("  not by itself: automatic failover has tripped")
                .contains("0-340 from east-1 to west-1  (backup)")
                .contains("./meridian failover --region east --max-loss '2s' --yes --wait");
    }

    @Test
    void whereNothingLooksLostThatIsSaid() {
        plane.answers("GET /failover-advice", 200, "{\"tripped\": null, \"regions\": []}");

        assertThat(Said.by(plane, "failover", "advice").out()).isEqualTo("no region looks lost\n");
    }

    @Test
    void aPersonAcknowledges() {
        plane.answers("POST /failover-advice/acknowledge", 200, "{\"tripped\": null, \"regions\": []}");

        var said = Said.by(plane, "failover", "acknowledge");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(plane.asked().getFirst().body()).isEqualTo("{}");
    }

    @Test
    void aFailoverOfNoRegionIsAUsageFault() {
        var said = Said.by(plane, "failover", "--dry-run");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("which region is lost? --region REGION");
    }
}
