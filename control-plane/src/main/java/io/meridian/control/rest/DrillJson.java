package io.meridian.control.rest;

import io.meridian.control.drilling.Drill;
import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A drill, outward.
 *
 * @param version of the scenario; null: its text is none that was registered
 * @param sha256 of the scenario's text, hex
 * @param state {@code WAITING}, {@code RUNNING}, {@code ABORTING}; over: {@code PASSED}, {@code MISSED}, {@code FAILED}, {@code ABORTED}, {@code SKIPPED}
 * @param waitsFor in words; null: it is over
 * @param problem its runner is lost; null: no
 * @param told lines in all; {@code lines} has the newest 50
 * @param reason why it did not end by itself; null: it did, or has not ended
 * @param figures null: it has not ended
 * @param runs of the control plane that it started
 * @param report whether there is one here
 */
record DrillJson(
        String id,
        String scenario,
        @Nullable Integer version,
        String sha256,
        String act,
        String about,
        List<String> regions,
        String by,
        @Nullable String why,
        Instant askedAt,
        String state,
        @Nullable String waitsFor,
        @Nullable DrillRunnerJson runner,
        @Nullable String problem,
        long told,
        List<DrillLineJson> lines,
        @Nullable Instant begunAt,
        @Nullable Instant endedAt,
        @Nullable String reason,
        @Nullable DrillFiguresJson figures,
        List<String> runs,
        boolean report) {
    /** @param lost it has not been heard for 30 s */
    record DrillRunnerJson(String name, Instant claimedAt, Instant heardAt, boolean lost) {}

    /** @param at by the runner's clock */
    record DrillLineJson(Instant at, String text) {}

    /** What was not measured is null. @param rtoMillis longest outage of a shard @param rpoRows that a failover left behind until the region came back */
    record DrillFiguresJson(
            @Nullable Long rtoMillis,
            @Nullable Long rpoRows,
            @Nullable Long requests,
            @Nullable Long failed,
            @Nullable Long lost,
            @Nullable Long doubled,
            @Nullable Long orphans) {
        static DrillFiguresJson of(Drill.Figures figures) {
            return new DrillFiguresJson(
                    figures.rtoMillis().orElse(null),
                    figures.rpoRows().orElse(null),
                    figures.requests().orElse(null),
                    figures.failed().orElse(null),
                    figures.lost().orElse(null),
                    figures.doubled().orElse(null),
                    figures.orphans().orElse(null));
        }
    }

    static DrillJson of(Drill drill) {
        Optional<Drill.Ending> ending = drill.ending();
        return new DrillJson(
                drill.id(),
                drill.scenario(),
                drill.version() == 0 ? null : (Integer) drill.version(),
                drill.sha256(),
                drill.act().name().toLowerCase(Locale.ROOT),
                drill.about(),
                drill.regions().stream().map(RegionId::name).toList(),
                drill.by(),
                drill.why().isEmpty() ? null : drill.why(),
                drill.askedAt(),
                drill.state().name(),
                waitsFor(drill),
                drill.runner()
                        .map(runner ->
                                new DrillRunnerJson(runner.name(), runner.claimedAt(), runner.heardAt(), drill.lost()))
                        .orElse(null),
                problem(drill),
                drill.told(),
                drill.lines().stream()
                        .map(line -> new DrillLineJson(line.at(), line.text()))
                        .toList(),
                ending.flatMap(Drill.Ending::begunAt)
                        .or(() -> drill.runner().map(Drill.Runner::claimedAt))
                        .orElse(null),
                ending.map(Drill.Ending::at).orElse(null),
                ending.map(Drill.Ending::reason)
                        .filter(reason -> !reason.isEmpty())
                        .orElse(null),
                ending.map(Drill.Ending::figures).map(DrillFiguresJson::of).orElse(null),
                ending.map(Drill.Ending::runs).orElse(List.of()),
                ending.filter(end -> !end.report().isEmpty()).isPresent());
    }

    private static @Nullable String waitsFor(Drill drill) {
        return switch (drill.state()) {
            case WAITING -> "a runner; ./meridian drill serve starts one";
            case RUNNING -> drill.lost() ? "its runner, which is lost" : "its runner, which is at it";
            case ABORTING -> drill.lost() ? "its runner, which is lost" : "its runner, which takes back what it did";
            case PASSED, MISSED, FAILED, ABORTED, SKIPPED -> null;
        };
    }

    private static @Nullable String problem(Drill drill) {
        return drill.lost()
                ? "runner lost: " + drill.runner().orElseThrow().name() + " was heard last at "
                        + drill.runner().orElseThrow().heardAt()
                        + ". What it broke may be broken still; ./meridian drill undo, where it ran, takes that back"
                : null;
    }
}
