package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrillScheduleTest {
    private static final String WEEKLY = """
        {"name": "weekly", "scenario": "lose-region", "region": "west", "cron": "0 3 * * MON", "timeZone": "Europe/Berlin",
         "windowMinutes": 60, "blackouts": ["2026-12-24/2026-12-26"], "enabled": true, "note": "agreed", "revision": 12,
         "changedAt": "2026-11-01T10:00:00Z", "by": "alice",
         "next": [{"at": "2026-12-07T02:00:00Z", "local": "2026-12-07T03:00+01:00", "until": "2026-12-07T03:00:00Z", "blackout": null}],
         "attempt": null,
         "outcomes": [{"due": "2026-11-30T02:00:00Z", "at": "2026-11-30T03:00:00Z", "outcome": "SKIPPED", "drill": null, "state": null,
           "reason": "the brake is on (payday)"},
          {"due": "2026-11-23T02:00:00Z", "at": "2026-11-23T02:09:00Z", "outcome": "STARTED", "drill": "dr-7", "state": "PASSED",
           "reason": null}],
         "started": 5, "skipped": 1}\
        """;

    private final PlayedControlPlane plane;

    DrillScheduleTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private PlayedControlPlane withoutAny() {
        return plane.refuses(
                "GET /drills/schedules/weekly", 404, "unknown-schedule", "there is no schedule 'weekly'", "");
    }

    private JsonNode sent() throws IOException {
        return new ObjectMapper().readTree(plane.asked().getLast().body());
    }

    @Test
    void theListTellsWhenTheNextOneIsDueAndWhatBecameOfTheLast() {
        plane.answers("GET /drills/schedules", 200, "{\"schedules\":[" + WEEKLY + "]}");

        var said = Said.by(plane, "drill", "schedule", "list");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).isEqualTo("""
            Name    Scenario                Cron         Time zone      Next                    Last
            weekly  lose-region about west  0 3 * * MON  Europe/Berlin  2026-12-07T03:00+01:00  2026-11-30T02:00:00Z  skipped: the brake is on (payday)
            """);
    }

    @Test
    void oneIsShownWithAllThatIsKnownOfIt() {
        plane.answers("GET /drills/schedules/weekly", 200, WEEKLY);

        var said = Said.by(plane, "drill", "schedule", "show", "weekly");

        assertThat(said.out()).isEqualTo("""
            Schedule  weekly
            drill     lose-region about west
            when      0 3 * * MON  (Europe/Berlin), within 60 min
            not on    2026-12-24/2026-12-26
            note      agreed
            declared  by alice at 2026-11-01T10:00:00Z, revision 12
            so far    5 started, 1 skipped
            next      2026-12-07T03:00+01:00
            was       2026-11-30T02:00:00Z  skipped: the brake is on (payday)
            was       2026-11-23T02:00:00Z  dr-7 PASSED
            """);
        assertThat(Said.by(plane, "drill", "schedule", "show", "weekly", "--json")
                        .out())
                .contains("\"revision\" : 12");
    }

    @Test
    void aNewOneIsDeclaredWithWhatWasSaid() throws Exception {
        withoutAny().answers("PUT /drills/schedules/weekly", 200, WEEKLY);

        var said = Said.by(
                plane,
                "drill",
                "schedule",
                "set",
                "weekly",
                "--scenario",
                "lose-region",
                "--cron",
                "0 3 * * MON",
                "--window",
                "1h",
                "--blackout",
                "2026-12-24,2026-12-26/2027-01-06",
                "--yes");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(sent())
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"enabled\":true,\"scenario\":\"lose-region\",\"cron\":\"0 3 * *"
                                + " MON\",\"windowMinutes\":60,"
                                + "\"blackouts\":[\"2026-12-24\",\"2026-12-26/2027-01-06\"]}"));
        assertThat(plane.asked().getLast().ifMatch()).isEqualTo("null");
    }

    @Test
    void whatIsNotSaidStaysAndNobodysChangeIsOverwritten() throws Exception {
        plane.answers("GET /drills/schedules/weekly", 200, WEEKLY).answers("PUT /drills/schedules/weekly", 200, WEEKLY);

        var said = Said.by(
                plane, "drill", "schedule", "set", "weekly", "--region=", "--blackout=", "--note", "new", "--yes");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(sent())
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"scenario\":\"lose-region\",\"cron\":\"0 3 * *"
                                + " MON\",\"timeZone\":\"Europe/Berlin\",\"windowMinutes\":60,"
                                + "\"blackouts\":[],\"enabled\":true,\"note\":\"new\"}"));
        assertThat(plane.asked().getLast().ifMatch()).isEqualTo("\"12\"");
    }

    @Test
    void whatWouldBreakRegionsByItselfTakesYesAndALookDoesNot() {
        withoutAny().answers("PUT /drills/schedules/weekly?dryRun=true", 200, WEEKLY);
        String[] set = {"drill", "schedule", "set", "weekly", "--scenario", "lose-region", "--cron", "0 3 * * MON"};

        var refused = Said.by(plane, set);
        var dry = Said.by(
                plane,
                java.util.stream.Stream.concat(java.util.stream.Stream.of(set), java.util.stream.Stream.of("--dry-run"))
                        .toArray(String[]::new));
        var enable = Said.by(plane, "drill", "schedule", "enable", "weekly");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(refused.err()).contains("that is done with --yes");
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("nothing was changed; it would be:").contains("2026-12-07T03:00+01:00");
        assertThat(enable.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(plane.asked()).noneMatch(asked -> asked.what().equals("PUT /drills/schedules/weekly"));
    }

    @Test
    void aNewOneTakesScenarioAndCron() {
        withoutAny();

        var said = Said.by(plane, "drill", "schedule", "set", "weekly", "--note", "x", "--yes");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("a new one takes --scenario and --cron");
    }

    @Test
    void aBadExpressionIsToldWithItsField() {
        withoutAny()
                .refuses(
                        "PUT /drills/schedules/weekly",
                        400,
                        "invalid-document",
                        "a schedule: /cron field 2",
                        "{\"pointer\": \"/cron\", \"detail\": \"field 2 (hour, at character 3): '25' is none of 0 to"
                                + " 23\"}");

        var said = Said.by(
                plane, "drill", "schedule", "set", "weekly", "--scenario", "lose", "--cron", "0 25 * * *", "--yes");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("/cron: field 2 (hour, at character 3)");
    }

    @Test
    void oneThatIsNotThereIsNotFoundAndAnotherRevisionIsAConflict() {
        plane.refuses("DELETE /drills/schedules/none", 404, "unknown-schedule", "there is no schedule 'none'", "")
                .answers("GET /drills/schedules/weekly", 200, WEEKLY)
                .refuses("PUT /drills/schedules/weekly", 412, "revision-conflict", "look at it again", "");

        assertThat(Said.by(plane, "drill", "schedule", "remove", "none").exitCode())
                .isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(Said.by(plane, "drill", "schedule", "set", "weekly", "--window", "2h", "--yes")
                        .exitCode())
                .isEqualTo(ExitCode.CONFLICT.number());
    }
}
