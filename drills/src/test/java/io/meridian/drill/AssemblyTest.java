package io.meridian.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.drill.measure.MarkerJudge.Judged;
import io.meridian.drill.measure.Outages.Absence;
import io.meridian.drill.measure.Probe;
import io.meridian.drill.report.Report;
import io.meridian.drill.report.Report.Outcome;
import io.meridian.drill.report.Report.Verdict;
import io.meridian.drill.scenario.Catalogue;
import io.meridian.drill.scenario.Scenario;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssemblyTest {
    private static final long SECOND = 1_000_000_000;
    private static final Scenario LOSE = Catalogue.named("lose-region").orElseThrow();
    private static final Scenario EVACUATE = Catalogue.named("evacuate-region").orElseThrow();
    private static final Judged NOTHING_LOST = new Judged(2, List.of(), List.of(), List.of(), 0);
    private static final List<Probe> SERVED = List.of(probe("west", 1, true), probe("west", 2, true));
    private static final List<Probe> LONG_AWAY =
            List.of(probe("west", 1, true), probe("west", 2, false), probe("west", 60, true));

    @Test
    void passedWhenEveryTargetIsMet() throws IOException {
        Report report = report(LOSE, SERVED, NOTHING_LOST, exposure("3"), Outcome.PASSED, List.of());

        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.verdicts()).hasSize(5).allMatch(Verdict::met);
    }

    @Test
    void anOutageThatLastsLongerThanTheTargetMissesIt() throws IOException {
        Report report = report(LOSE, LONG_AWAY, NOTHING_LOST, exposure("3"), Outcome.PASSED, List.of());

        assertThat(report.outcome()).isEqualTo(Outcome.MISSED);
        assertThat(missed(report)).containsExactly("rto: longest outage of a shard");
        assertThat(report.clients().longestOutageSeconds()).isEqualTo(59.0);
    }

    @Test
    void aFigureThatNobodyMeasuredMeetsNoTarget() throws IOException {
        Report report = report(LOSE, SERVED, null, exposure("null"), Outcome.PASSED, List.of());

        assertThat(missed(report))
                .containsExactly(
                        "rpo: rows missing until the region came back",
                        "acknowledged writes lost silently",
                        "acknowledged writes doubled");
        assertThat(report.verdicts().stream().filter(verdict -> !verdict.met()))
                .allSatisfy(verdict -> assertThat(verdict.measured()).isNull());
    }

    @Test
    void anOrphanIsNotLostSilently() throws IOException {
        var judged = new Judged(2, List.of("d-1"), List.of(), List.of(), 0);

        Report report = report(LOSE, SERVED, judged, exposure("3"), Outcome.PASSED, List.of());

        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.clients().orphans()).isEqualTo(1);
    }

    @Test
    void whatWasAbortedStaysAborted() throws IOException {
        assertThat(report(LOSE, SERVED, NOTHING_LOST, exposure("3"), Outcome.ABORTED, List.of())
                        .outcome())
                .isEqualTo(Outcome.ABORTED);
    }

    @Test
    void anEvacuationNeedsTheProofOfEveryRun() throws IOException {
        var proven = new Report.RunProof("mv-1", "EVACUATION", "DONE", 3, null, "NOTHING_LOST", "good", true, "f");
        var not = new Report.RunProof("mv-2", "REVERSAL", "DONE", 3, null, "NOT_PROVEN", "good", false, "f");

        assertThat(report(EVACUATE, SERVED, NOTHING_LOST, null, Outcome.PASSED, List.of(proven))
                        .outcome())
                .isEqualTo(Outcome.PASSED);
        assertThat(missed(report(EVACUATE, SERVED, NOTHING_LOST, null, Outcome.PASSED, List.of(proven, not))))
                .containsExactly("certificates that prove that nothing was lost");
    }

    @Test
    void aStageOfWhichNobodyToldIsNotMeasured() throws IOException {
        Report report = report(LOSE, SERVED, NOTHING_LOST, exposure("3"), Outcome.PASSED, List.of());

        assertThat(report.stages())
                .extracting(Report.Stage::name)
                .containsExactly("detection", "decision", "fence", "catch-up", "activation", "edge convergence");
        assertThat(report.stages())
                .allSatisfy(stage -> assertThat(stage.seconds()).isNull());
    }

    @Test
    void whatCameInAtALostRegionsEdgeCountsApart() throws IOException {
        var absence = new Absence("east", 0, 10 * SECOND);
        List<Probe> probes = Stream.concat(SERVED.stream(), Stream.of(probe("east", 3, false), probe("east", 4, true)))
                .toList();

        Report report = assembled(LOSE, probes, absence, NOTHING_LOST, exposure("3"), Outcome.PASSED, List.of());

        assertThat(report.clients().requests()).isEqualTo(2);
        assertThat(report.clients().failed()).isZero();
        assertThat(report.clients().atLostEdge()).isEqualTo(2);
        assertThat(report.clients().failedAtLostEdge()).isEqualTo(1);
        assertThat(report.clients().acknowledged())
                .as("its acknowledged writes are judged all the same")
                .isEqualTo(3);
    }

    private static Stream<String> missedOf(Report report) {
        return report.verdicts().stream().filter(verdict -> !verdict.met()).map(Verdict::target);
    }

    private static List<String> missed(Report report) {
        return missedOf(report).toList();
    }

    private static Report report(
            Scenario scenario,
            List<Probe> probes,
            @Nullable Judged judged,
            @Nullable JsonNode failover,
            Outcome ended,
            List<Report.RunProof> runs) {
        return assembled(scenario, probes, Absence.NONE, judged, failover, ended, runs);
    }

    private static Report assembled(
            Scenario scenario,
            List<Probe> probes,
            Absence absence,
            @Nullable Judged judged,
            @Nullable JsonNode failover,
            Outcome ended,
            List<Report.RunProof> runs) {
        return new Assembly(scenario, "test", "d-1", Instant.EPOCH, 70)
                .report(
                        new Assembly.Seen(
                                probes,
                                absence,
                                Map.of(7, "east"),
                                Optional.ofNullable(judged),
                                Optional.ofNullable(failover)),
                        ended,
                        ended == Outcome.PASSED ? null : "because",
                        List.of(),
                        List.of(),
                        List.of(),
                        runs,
                        List.of(),
                        List.of());
    }

    private static JsonNode exposure(String rows) throws IOException {
        return new ObjectMapper().readTree("{\"exposure\":{\"rows\":" + rows + "}}");
    }

    private static Probe probe(String edge, long second, boolean ok) {
        return new Probe(7, edge, "d-" + second, true, second * SECOND, second * SECOND, ok, ok ? "" : "503");
    }
}
