package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrphansReviseTest {
    private static final String POSITION = "7412.0-16B37/0/1A2B/0";
    private static final String PENDING = "{\"id\": \"rv-1\", \"state\": \"PENDING\"}";

    private final PlayedControlPlane plane;

    OrphansReviseTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String orphan(String region, int shard, int index, String decision) {
        return """
            {"region": "%s", "source": "east", "position": "%s", "shard": %d, "index": %d, "epoch": 1, "table": "public.account", "key": {"id": "7"},
             "operation": "UPDATE", "content": "{\\"id\\": \\"7\\", \\"name\\": \\"a\\"}", "decision": %s, "reason": "written again since", "ours": "{\\"id\\": \\"7\\", \\"name\\": \\"b\\"}",
             "foundAt": "2026-11-26T10:05:00Z", "committedAt": "2026-11-26T10:00:02Z"}""".formatted(region, POSITION, shard, index, decision);
    }

    private void listed(String... orphans) {
        plane.answers("GET /orphans", 200, "[" + String.join(",", orphans) + "]");
    }

    private void answered(String order) {
        plane.accepts("POST /orphans/revisions", "/api/v1/orphans/revisions/rv-1", PENDING)
                .answers("GET /orphans/revisions/rv-1", 200, PENDING)
                .answers("GET /orphans/revisions/rv-1", 200, order);
    }

    private Said revise(String... more) {
        var words = new ArrayList<>(List.of("orphans", "revise", POSITION, "0"));
        words.addAll(List.of(more));
        return Said.by(plane, words.toArray(String[]::new));
    }

    @Test
    void theListAndTheDetailHaveWhatARevisionNames() {
        listed(orphan("west", 4, 2, "\"REJECTED\""));

        assertThat(Said.by(plane, "orphans").out().lines())
                .first()
                .asString()
                .endsWith("DECISION  POSITION               INDEX");
        assertThat(Said.by(plane, "orphans").out()).contains("REJECTED  " + POSITION + "      2");
        assertThat(Said.by(plane, "orphans", "show", POSITION).out()).contains("epoch 1, at " + POSITION + " 2\n");
    }

    @Test
    void whatWasLostIsShownAndItsOutcomeWaitedFor() {
        listed(
                orphan("north", 4, 0, "null"),
                orphan("west", 4, 0, "\"REJECTED\""),
                orphan("west", 4, 1, "\"REJECTED\""));
        answered("{\"id\": \"rv-1\", \"state\": \"DONE\"}");

        var said = revise("--salvage", "--reason", "the customer paid");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out())
                .contains("as west tells", "lost:    {\"id\": \"7\", \"name\": \"a\"}", "instead: {\"id\"")
                .contains("REJECTED: written again since")
                .endsWith("salvaged  rv-1\n");
        assertThat(plane.asked().get(1).body())
                .isEqualTo("{\"source\":\"east\",\"position\":\"" + POSITION
                        + "\",\"shard\":4,\"index\":0,\"verdict\":\"SALVAGE\",\"reason\":\"the customer paid\"}");
        assertThat(plane.asked().get(1).reason()).isEqualTo("the%20customer%20paid");
    }

    @Test
    void rowsThatWereWrittenSinceAreShownWithTheCommandLineThatWritesOverThem() {
        listed(orphan("west", 4, 0, "\"SALVAGED\""));
        answered("""
            {"id": "rv-1", "state": "FAILED", "problem": "the rows were written since", "presentOver": "5f3a",
             "present": "[{\\"id\\":\\"7\\",\\"name\\":\\"c\\"},null]"}""");

        var said = revise("--reject", "--reason", "it's wrong", "--over", "old", "--change-key=k");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).endsWith("""
            not done  rv-1: the rows were written since
            written since the decision; now there is:
              {"id":"7","name":"c"}
              no row
            to write over just that: ./meridian orphans revise 7412.0-16B37/0/1A2B/0 0 --reject --reason 'it'\\''s wrong' --over 5f3a
            """);
        assertThat(plane.asked().get(1).body()).contains("\"verdict\":\"REJECT\",\"over\":\"old\",");
        assertThat(plane.asked().get(1).idempotencyKey()).isEqualTo("k");
    }

    @Test
    void whatIsTooLongIsShownAsFarAsItIsTold() {
        listed(orphan("west", 4, 0, "\"SALVAGED\""));
        answered("""
            {"id": "rv-1", "state": "FAILED", "problem": "the rows were written since", "presentOver": null,
             "present": "[{\\"id\\":\\"7\\",\\"na"}""");

        assertThat(revise("--reject", "--reason", "wrong").out())
                .contains("  [{\"id\":\"7\",\"na…\n", "no order writes over that");
    }

    @Test
    void whereSeveralMatchTheyAreNamedAndNobodyIsAsked() {
        listed(orphan("west", 4, 0, "\"REJECTED\""), orphan("west", 9, 0, "\"REJECTED\""));

        var said = revise("--salvage", "--reason", "paid");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err())
                .contains(
                        "--shard 4 --source east (public.account {\"id\":\"7\"}), --shard 9 --source east",
                        "say which with --shard or --source");
        assertThat(plane.asked()).hasSize(1);

        answered("{\"id\": \"rv-1\", \"state\": \"DONE\"}");
        assertThat(revise("--salvage", "--reason", "paid", "--shard", "9").exitCode())
                .isZero();
        assertThat(plane.asked().get(2).body()).contains("\"shard\":9,");
    }

    @Test
    void oneThatIsListedNoMoreIsNamedWhole() {
        listed();
        answered("{\"id\": \"rv-1\", \"state\": \"DONE\"}");

        var unnamed = revise("--salvage", "--reason", "paid", "--shard", "4");
        assertThat(unnamed.exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(unnamed.err()).contains("./meridian orphans", "--source and --shard");
        assertThat(plane.asked()).hasSize(1);

        var named = revise("--salvage", "--reason", "paid", "--shard", "4", "--source", "east", "--json");
        assertThat(named.exitCode()).as(named.err()).isZero();
        assertThat(named.out()).startsWith("{").contains("\"DONE\"");
    }

    @Test
    void whatTakesTooLongIsNotKnownYet() {
        listed(orphan("west", 4, 0, "\"REJECTED\""));
        answered(PENDING);

        var said = revise("--salvage", "--reason", "paid", "--timeout", "1ms");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNKNOWN.number());
        assertThat(said.err()).contains("rv-1 is still under way", "./meridian orphans revisions rv-1");
    }

    @Test
    void withoutAReasonOrAVerdictItIsAUsageErrorAndAsksNobody() {
        for (String[] unsaid :
                new String[][] {{"--salvage"}, {"--reason", "paid"}, {"--salvage", "--reject", "--reason", "paid"}}) {
            assertThat(revise(unsaid).exitCode()).isEqualTo(ExitCode.USAGE.number());
        }
        assertThat(Said.by(Map.of(), "orphans", "revise", POSITION, "--salvage", "--reason", "x")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void ordersAreListedAndOneIsShownWhole() {
        String order = """
            {"id": "rv-2", "state": "FAILED", "problem": "the rows were written since", "verdict": "REJECT", "source": "east", "position": "%s",
             "shard": 4, "index": 0, "region": "west", "group": "main", "over": "77", "present": "[null]", "presentOver": "5f3a", "by": "alice",
             "reason": "wrong", "askedAt": "2026-11-26T10:00:02.123Z", "endedAt": "2026-11-26T10:00:03Z"}""".formatted(POSITION);
        plane.answers("GET /orphans/revisions", 200, "[" + order + "]")
                .answers("GET /orphans/revisions", 200, "[]")
                .answers("GET /orphans/revisions/rv-2", 200, order);

        assertThat(Said.by(plane, "orphans", "revisions").out()).isEqualTo("""
            ID    STATE   VERDICT  FROM  SHARD  POSITION               INDEX  BY     ASKED
            rv-2  FAILED  REJECT   east      4  7412.0-16B37/0/1A2B/0      0  alice  2026-11-26T10:00:02Z
            """);
        assertThat(Said.by(plane, "orphans", "revisions").out()).isEqualTo("none\n");
        assertThat(Said.by(plane, "orphans", "revisions", "rv-2").out()).isEqualTo("""
            rv-2 FAILED: REJECT of the write at 7412.0-16B37/0/1A2B/0 0, shard 4, from east
              asked by alice at 2026-11-26T10:00:02Z: wrong
              over the state 77
              the rows were written since
              then there was: no row
              which --over 5f3a writes over
            """);
    }
}
