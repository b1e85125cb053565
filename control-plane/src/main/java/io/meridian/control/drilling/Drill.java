package io.meridian.control.drilling;

import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One drill: what was asked for and what became of it.
 *
 * @param version of the scenario; 0: its text is none that was registered
 * @param sha256 of the text that is run
 * @param why may be empty
 * @param runner empty: none has claimed it
 * @param told lines that the runner has told in all
 * @param lines the newest of them, at most {@link #LINES}
 * @param ending empty: it has not ended
 */
public record Drill(
        String id,
        String scenario,
        int version,
        String sha256,
        DrillDocument.Act act,
        List<RegionId> regions,
        String about,
        String by,
        String why,
        Instant askedAt,
        State state,
        Optional<Runner> runner,
        long told,
        List<Line> lines,
        Optional<Ending> ending) {
    static final int LINES = 50;
    public static final int LONGEST_LINE = 300;

    public Drill {
        regions = List.copyOf(regions);
        lines = List.copyOf(lines);
    }

    public enum State {
        /** No runner has claimed it. */
        WAITING,
        RUNNING,
        /** Somebody asked for its end: the runner undoes what it did. */
        ABORTING,
        /** Every target was met. */
        PASSED,
        /** Some target was not. */
        MISSED,
        /** It could not be done as written, or nobody knows. */
        FAILED,
        /** By a guard or a person, and undone. */
        ABORTED,
        /** It was never begun. */
        SKIPPED;

        public boolean over() {
            return switch (this) {
                case WAITING, RUNNING, ABORTING -> false;
                case PASSED, MISSED, FAILED, ABORTED, SKIPPED -> true;
            };
        }
    }

    /**
     * Who breaks and mends.
     *
     * @param name of one process, different in each
     * @param beats how often it was heard
     * @param lost it was not heard for {@link DrillDecider#SILENCE}: what it broke may be broken still
     */
    public record Runner(String name, Instant claimedAt, long beats, Instant heardAt, boolean lost) {
        Runner heard(Instant at) {
            return new Runner(name, claimedAt, beats + 1, at, false);
        }

        Runner silent() {
            return new Runner(name, claimedAt, beats, heardAt, true);
        }
    }

    /** @param at by the runner's clock */
    public record Line(Instant at, String text) {}

    /**
     * What was measured. Empty: it was not.
     *
     * @param rtoMillis longest outage of any sampled shard
     * @param rpoRows that a failover left behind until the region came back
     * @param failed of {@code requests}, through living edges
     * @param lost acknowledged writes that are nowhere
     * @param doubled acknowledged writes with more than one effect
     */
    public record Figures(
            Optional<Long> rtoMillis,
            Optional<Long> rpoRows,
            Optional<Long> requests,
            Optional<Long> failed,
            Optional<Long> lost,
            Optional<Long> doubled,
            Optional<Long> orphans) {
        /** What is not known is left out. */
        public String inWords() {
            var words = new ArrayList<String>();
            rtoMillis.ifPresent(millis -> words.add("longest outage " + millis + " ms"));
            rpoRows.ifPresent(rows -> words.add(rows + " rows behind"));
            failed.ifPresent(count -> words.add(
                    count + " failed of " + requests.map(String::valueOf).orElse("unknown many") + " requests"));
            lost.ifPresent(count -> words.add(count + " lost"));
            doubled.ifPresent(count -> words.add(count + " doubled"));
            orphans.ifPresent(count -> words.add(count + " orphans"));
            return words.isEmpty() ? "nothing measured" : String.join(", ", words);
        }

        public static Figures none() {
            return new Figures(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * @param at by the control plane's clock
     * @param reason why it did not end by itself; empty: it did
     * @param begunAt by the runner's clock; empty: it was never begun
     * @param runs of the control plane that it started
     * @param report JSON, at most {@link Drills#LONGEST_REPORT} characters; empty: it left none, or newer ones have taken its place
     * @param givenUp a person ended it whose runner was lost; what the runner tells after all counts
     */
    public record Ending(
            Instant at,
            String reason,
            Optional<Instant> begunAt,
            Figures figures,
            List<String> runs,
            String report,
            boolean givenUp) {
        public Ending {
            runs = List.copyOf(runs);
        }

        static Ending without(String reason, Instant at, boolean givenUp) {
            return new Ending(at, reason, Optional.empty(), Figures.none(), List.of(), "", givenUp);
        }
    }

    public boolean over() {
        return state.over();
    }

    public boolean lost() {
        return !over() && runner.filter(Runner::lost).isPresent();
    }

    boolean isOf(String name) {
        return runner.filter(its -> its.name().equals(name)).isPresent();
    }

    Drill claimed(String name, Instant now) {
        return with(State.RUNNING, Optional.of(new Runner(name, now, 1, now, false)), told, lines, ending);
    }

    /** @param first number of the first of {@code more}, counted from 0: what was told before is not told twice */
    Drill heard(long first, List<Line> more, Instant now) {
        var next = new ArrayList<>(lines);
        long known = told;
        for (int i = 0; i < more.size(); i++) {
            if (first + i >= known) {
                next.add(more.get(i));
                known = first + i + 1;
            }
        }
        return with(
                state,
                runner.map(its -> its.heard(now)),
                known,
                next.subList(Math.max(0, next.size() - LINES), next.size()),
                ending);
    }

    Drill silent() {
        return with(state, runner.map(Runner::silent), told, lines, ending);
    }

    Drill aborting() {
        return with(State.ABORTING, runner, told, lines, ending);
    }

    Drill ended(State how, Ending what) {
        return with(how, runner, told, lines, Optional.of(what));
    }

    /** What is left of it when newer ones need the room. */
    Drill brief() {
        return with(
                state,
                runner,
                told,
                List.of(),
                ending.map(end -> new Ending(
                        end.at(), end.reason(), end.begunAt(), end.figures(), end.runs(), "", end.givenUp())));
    }

    private Drill with(
            State newState, Optional<Runner> newRunner, long newTold, List<Line> newLines, Optional<Ending> newEnding) {
        return new Drill(
                id, scenario, version, sha256, act, regions, about, by, why, askedAt, newState, newRunner, newTold,
                newLines, newEnding);
    }
}
