package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Seeding;
import io.meridian.cli.api.UnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How far a seeding is, until it ended. */
final class SeedingWatch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration UNREACHABLE_LIMIT = Duration.ofSeconds(30);

    private final ControlApi api;
    private final Console console;
    private final long beganNanos = System.nanoTime();
    private long rowsAtFirst = -1;
    private long thereAtFirst = -1;

    SeedingWatch(ControlApi api, Console console) {
        this.api = api;
        this.console = console;
    }

    /** @return the exit code */
    int follow(JsonNode first, Duration patience, boolean json) throws InterruptedException {
        long deadline = beganNanos + patience.toNanos();
        JsonNode answer = first;
        Seeding seeding = Documents.as(answer, Seeding.class);
        String id = seeding.id();
        while (seeding.running()) {
            if (!json) {
                console.passing(progress(seeding));
            }
            if (System.nanoTime() - deadline > 0) {
                console.error(id + " did not end within " + RunReport.time(patience.toMillis())
                        + " and goes on. Watch it: ./meridian seedings show " + id);
                if (json) {
                    console.json(answer);
                }
                return ExitCode.UNKNOWN.number();
            }
            Thread.sleep(BETWEEN_LOOKS);
            answer = look(id);
            seeding = Documents.as(answer, Seeding.class);
        }
        if (json) {
            console.json(answer);
        } else {
            outcome(console, seeding);
        }
        return seeding.done() ? ExitCode.DONE.number() : ExitCode.FAILED.number();
    }

    private JsonNode look(String id) throws InterruptedException {
        long giveUp = System.nanoTime() + UNREACHABLE_LIMIT.toNanos();
        while (true) {
            try {
                return api.get("/seedings/" + ControlApi.encoded(id));
            } catch (UnreachableException nobody) {
                if (System.nanoTime() - giveUp > 0) {
                    throw nobody;
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
    }

    /** Rate and estimate are of what this watch has seen itself. */
    private String progress(Seeding seeding) {
        if (rowsAtFirst < 0) {
            rowsAtFirst = seeding.rows();
            thereAtFirst = seeding.counts().there();
        }
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        long shards = seeding.counts().there() - thereAtFirst;
        String rate = seconds < 1
                ? ""
                : String.format(Locale.ROOT, ", %,.0f rows/s", Math.max(0, seeding.rows() - rowsAtFirst) / seconds);
        long left = seeding.shards() - seeding.counts().there();
        String estimate = shards == 0 || left == 0
                ? ""
                : ", about " + RunReport.time((long) (seconds * 1000 / shards * left)) + " left";
        return line(seeding) + rate + estimate;
    }

    /** Where it is. */
    static String line(Seeding seeding) {
        String doing =
                seeding.counts().there() == seeding.shards() - seeding.counts().failed()
                        ? seeding.problem() == null ? ", comparing the copies" : ", " + seeding.problem()
                        : "";
        return String.format(
                Locale.ROOT,
                "%s %s: %d of %d shards copied, %,d rows%s%s",
                seeding.id(),
                seeding.state(),
                seeding.counts().there(),
                seeding.shards(),
                seeding.rows(),
                seeding.counts().failed() == 0 ? "" : ", " + seeding.counts().failed() + " failed",
                seeding.running() ? doing : "");
    }

    static void outcome(Console console, Seeding seeding) {
        underWay(console, seeding);
        console.line((seeding.done() ? console.good("whole") : console.bad("not whole")) + "  " + line(seeding)
                + (seeding.done()
                        ? "; all equal to their owners'"
                        : "; left: shards " + seeding.left() + ". Go on: ./meridian seedings retry " + seeding.id()));
    }

    /** Nothing, where nothing is under way. */
    static void underWay(Console console, Seeding seeding) {
        if (seeding.underWay().isEmpty()) {
            return;
        }
        console.table(
                List.of("SHARD", "OWNER", "EPOCH", "ATTEMPT", "STATE", "TOLD", "TAKEN", "OF ABOUT", "PROBLEM"),
                seeding.underWay().stream()
                        .map(shard -> List.of(
                                Integer.toString(shard.shard()),
                                shard.owner(),
                                Long.toString(shard.epoch()),
                                Integer.toString(shard.attempt()),
                                shard.state(),
                                Long.toString(shard.told()),
                                Long.toString(shard.taken()),
                                shard.expected() == null ? "?" : Long.toString(shard.expected()),
                                shard.problem() == null ? "" : shard.problem()))
                        .toList());
    }
}
