package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Run;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A run in words. */
final class RunReport {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'", Locale.ROOT);
    private static final int SHARDS_SHOWN = 3;

    private final Console console;

    RunReport(Console console) {
        this.console = console;
    }

    void plan(Run plan) {
        console.line("would move " + plan.shards() + " to " + plan.target() + in(plan) + "; nothing was changed");
        moves(plan);
        gates(plan.gates() == null ? List.of() : plan.gates());
        if (plan.problem() != null && !plan.problem().isEmpty()) {
            console.line("  " + plan.problem());
        }
    }

    private void gates(List<Run.Gate> gates) {
        if (gates.isEmpty()) {
            return;
        }
        console.table(
                List.of("  GATE", "ABOUT", "VALUE", "LIMIT", "STATE"),
                gates.stream()
                        .map(gate -> List.of(
                                "  " + gate.name(),
                                dash(gate.about()),
                                dash(gate.value()),
                                dash(gate.limit()),
                                state(gate)))
                        .toList());
    }

    private static String state(Run.Gate gate) {
        String forceable = gate.hard() || gate.state().equals("OPEN") ? "" : ", may be forced";
        return gate.state() + (gate.forced() ? ", forced" : forceable);
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    void started(Run run) {
        console.line(
                console.bold(String.valueOf(run.id())) + " moves " + run.shards() + " to " + run.target() + in(run));
        console.line(RunWatch.ways(String.valueOf(run.id())));
    }

    void heading(Run run) {
        console.line(
                console.bold(String.valueOf(run.id())) + " moves " + run.shards() + " to " + run.target() + in(run));
        moves(run);
    }

    /** All of a run at one moment. */
    void whole(Run run) {
        heading(run);
        int printed = steps(run.steps(), 0);
        for (Run.Step lasting : run.steps().subList(printed, run.steps().size())) {
            console.line(step(lasting));
        }
        if (run.atRest()) {
            ending(run);
        } else {
            console.line(run.state() + ". " + RunWatch.ways(String.valueOf(run.id())));
        }
    }

    private void moves(Run run) {
        for (String note : run.notes() == null ? List.<String>of() : run.notes()) {
            console.line("  " + note);
        }
        for (Run.Move move : run.moves()) {
            String reason = move.reason() == null || move.reason().isEmpty() ? "" : "  (" + move.reason() + ")";
            String to = run.to() == null && move.to() != null ? " to " + move.to() : "";
            console.line("  " + move.shards() + (move.from() == null ? "" : " from " + move.from()) + to + reason);
        }
    }

    private static String in(Run run) {
        String plan = run.planHash() == null ? "" : ", plan " + brief(run.planHash());
        return (run.waves() > 1 ? " in " + run.waves() + " waves" : "") + plan;
    }

    /**
     * Prints the steps that have ended since, and shows the one that lasts.
     *
     * @param printed how many were printed before
     * @return how many are printed now
     */
    int steps(List<Run.Step> steps, int printed) {
        int at = printed;
        while (at < steps.size() && steps.get(at).millis() != null) {
            console.line(step(steps.get(at)));
            at++;
        }
        if (at < steps.size()) {
            console.passing(step(steps.get(at)));
        }
        return at;
    }

    private static String step(Run.Step step) {
        String took = step.millis() == null ? "..." : time(step.millis());
        String note = step.note() == null || step.note().isEmpty() ? "" : "  " + step.note();
        return String.format(
                        Locale.ROOT,
                        "  %s  wave %d  %-14s %9s%s",
                        clock(step.started()),
                        step.wave(),
                        step.name(),
                        took,
                        note)
                .stripTrailing();
    }

    /** What became of it, with its certificate. */
    void ending(Run run) {
        String counts = run.moved() + " moved, " + run.rolledBack() + " rolled back, " + run.untouched() + " untouched";
        String state = String.valueOf(run.state());
        console.line((run.done() ? console.good(state) : console.bad(state)) + "  " + counts);
        if (run.problem() != null && !run.problem().isEmpty()) {
            console.line("  " + run.problem());
        }
        if (run.certificate() != null) {
            certificate(run, run.certificate());
        }
    }

    private void certificate(Run run, Run.Certificate certificate) {
        String verdict = certificate.verdict().replace('_', ' ').toLowerCase(Locale.ROOT);
        if (certificate.nothingMoved()) {
            console.line("certificate: " + verdict + "; every shard is where it was");
            return;
        }
        console.line("certificate: " + (certificate.nothingLost() ? console.good(verdict) : console.bad(verdict)));
        for (String reason : certificate.reasons()) {
            console.line("  " + reason);
        }
        List<Run.Shard> shards = certificate.shards();
        long equal = shards.stream().filter(Run.Shard::equal).count();
        long rows = shards.stream()
                .mapToLong(shard -> shard.rowsAfter() == null ? 0 : shard.rowsAfter())
                .sum();
        console.line(
                "  hashes before and after equal for " + equal + " of " + shards.size() + " shards, " + rows + " rows");
        for (Run.Shard shard : shards.subList(0, Math.min(SHARDS_SHOWN, shards.size()))) {
            console.line("  shard " + shard.shard() + ": epoch " + known(shard.closedEpoch()) + " closed at "
                    + position(shard.closedAt()) + ", epoch " + known(shard.openedEpoch()) + " opened at "
                    + position(shard.openedAt()) + "; " + known(shard.rowsBefore()) + " rows "
                    + brief(shard.hashBefore())
                    + " before, " + known(shard.rowsAfter()) + " rows " + brief(shard.hashAfter()) + " after");
        }
        if (shards.size() > SHARDS_SHOWN) {
            console.line("  and " + (shards.size() - SHARDS_SHOWN) + " more: ./meridian runs " + run.id() + " --json");
        }
    }

    /** 41 ms, 12.3 s, 4 min 10 s. */
    static String time(long millis) {
        if (millis < 10_000) {
            return millis + " ms";
        }
        if (millis < 120_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }

    /** Time of day in UTC, as the control plane's logs have it. */
    static String clock(@Nullable String instant) {
        try {
            return instant == null ? "-" : CLOCK.format(Instant.parse(instant).atOffset(ZoneOffset.UTC));
        } catch (DateTimeParseException other) {
            return instant;
        }
    }

    private static String known(@Nullable Long number) {
        return number == null ? "?" : number.toString();
    }

    private static String position(@Nullable JsonNode position) {
        if (position == null || position.isNull()) {
            return "?";
        }
        return position.isTextual() ? position.textValue() : position.toString();
    }

    private static String brief(@Nullable String hash) {
        return hash == null || hash.isEmpty() ? "?" : hash.substring(0, Math.min(12, hash.length()));
    }
}
