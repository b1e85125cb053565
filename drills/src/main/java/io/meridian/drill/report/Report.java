package io.meridian.drill.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a drill found; its JSON form has these names. Seconds count from the drill's start, when probing began. What was not measured is null,
 * never a guess.
 *
 * @param format of this document: 1
 * @param outcome PASSED, MISSED (a target), ABORTED (by a guard or a person) or FAILED (it could not be done)
 * @param reason why it did not end by itself; null: it did
 * @param about the region, or the link
 * @param document the scenario as it was written
 * @param acts what was done to the regions
 * @param lag of the links that the scenario is about, or all
 * @param earlier drills of this scenario about the same in this instance, newest first
 */
public record Report(
        int format,
        String id,
        String scenario,
        String explanation,
        String instance,
        String about,
        String startedAt,
        double seconds,
        Outcome outcome,
        @Nullable String reason,
        List<Verdict> verdicts,
        Clients clients,
        List<Stage> stages,
        List<Event> timeline,
        List<Second> curve,
        List<Lag> lag,
        List<RunProof> runs,
        List<String> acts,
        String document,
        List<Earlier> earlier) {
    public static final int FORMAT = 1;

    public enum Outcome {
        PASSED,
        MISSED,
        ABORTED,
        FAILED
    }

    /** @param measured null: not measured, which does not meet a target */
    public record Verdict(
            String target, String wanted, @Nullable String measured, boolean met) {}

    /**
     * What clients saw.
     *
     * @param sampled shards whose outages are measured, each known to {@code everySeconds}
     * @param requests through living edges
     * @param failures by kind
     * @param atLostEdge requests that came in at the edge of a region that was lost on purpose; they count nowhere else
     * @param longestOutageSeconds 0: no sampled shard had one
     * @param acknowledged writes, through whichever edge
     * @param judged false: the stores could not be asked, and the four after it are null
     * @param lost acknowledged and neither in the books of their owner nor an orphan
     * @param examples of lost and doubled requests
     */
    public record Clients(
            int sampled,
            double everySeconds,
            long requests,
            long failed,
            List<Kind> failures,
            long atLostEdge,
            long failedAtLostEdge,
            double longestOutageSeconds,
            List<Outage> worst,
            int shardsWithOutage,
            @Nullable Double longestAnswerSeconds,
            long acknowledged,
            boolean judged,
            @Nullable Long lost,
            @Nullable Long doubled,
            @Nullable Long orphans,
            List<String> examples) {}

    public record Kind(String kind, long count) {}

    /** @param owner of the shard when the drill began @param over false: it had not ended when the measurement did */
    public record Outage(int shard, String owner, String edge, double fromSecond, double seconds, boolean over) {}

    /**
     * @param seconds null: not measured
     * @param by who says so: {@code control plane}, from a run's steps, or {@code drill}, which looked
     */
    public record Stage(
            String name,
            @Nullable Double fromSecond,
            @Nullable Double seconds,
            String by,
            String note) {}

    public record Event(double second, String text) {}

    /** Answers that came in one second. */
    public record Second(int second, long ok, long failed) {}

    /** @param millis null: nobody knew */
    public record Lag(
            double second,
            String source,
            String target,
            @Nullable Long millis,
            @Nullable Long records) {}

    /**
     * A run of the control plane.
     *
     * @param verdict of its certificate; null: it has none
     * @param checked what checking it against the key ring found; null: it could not be fetched
     * @param proven the ring's key stands behind it, it hangs together, and it says that nothing was lost
     */
    public record RunProof(
            String id,
            String kind,
            String state,
            int moved,
            @Nullable String planHash,
            @Nullable String verdict,
            @Nullable String checked,
            boolean proven,
            String file) {}

    /** Of another drill. */
    public record Earlier(
            String id,
            String startedAt,
            Outcome outcome,
            double longestOutageSeconds,
            long failed,
            long requests,
            @Nullable Long lost,
            @Nullable Long orphans) {}

    public Earlier asEarlier() {
        return new Earlier(
                id,
                startedAt,
                outcome,
                clients.longestOutageSeconds(),
                clients.failed(),
                clients.requests(),
                clients.lost(),
                clients.orphans());
    }
}
