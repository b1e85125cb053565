package io.meridian.control.drilling;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.drilling.Drill.Ending;
import io.meridian.control.drilling.Drill.State;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Event;
import io.meridian.control.switching.Run;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which drill may be asked for, who runs it, and how it ends. Nothing is switched here: the runner asks for the failover or the evacuation as an
 * operator does, and is refused as one is. So losing a region in a drill takes as many people as losing it in earnest.
 */
public final class DrillDecider {
    /** A runner is heard every 5 s; an election, or a node that is cut off on purpose, takes some of them away. */
    public static final Duration SILENCE = Duration.ofSeconds(30);
    /** For who starts one and the runner after it; later nobody expects it to begin any more. */
    public static final Duration UNCLAIMED = Duration.ofMinutes(10);

    private DrillDecider() {}

    public static Answer register(ControlState state, String by, Command.RegisterScenario asked) {
        DrillDocument document = asked.document();
        if (document.text().length() > DrillDocument.LONGEST
                || document.explanation().length() > DrillDocument.LONGEST_EXPLANATION) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    "scenario " + document.name() + " has " + document.text().length() + " characters, its explanation "
                            + document.explanation().length() + "; at most " + DrillDocument.LONGEST + " and "
                            + DrillDocument.LONGEST_EXPLANATION + " are kept");
        }
        Optional<DrillScenario> before = scenario(state, document.name());
        String sha256 = Decider.sha256(document.text());
        if (before.filter(known -> known.sha256().equals(sha256)).isPresent()) {
            return yes(List.of(), document.name());
        }
        if (before.isEmpty() && state.drills().scenarios().size() >= Drills.SCENARIOS) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    "there are " + Drills.SCENARIOS + " scenarios, and no more than that are kept; remove some");
        }
        int version = before.map(DrillScenario::version).orElse(0) + 1;
        var events = new ArrayList<Event>();
        events.add(new Event.ScenarioChanged(new DrillScenario(document, version, sha256, asked.now(), by)));
        events.addAll(skipWaiting(
                state, document.name(), "the scenario was changed after this drill was asked for", asked.now()));
        return yes(events, document.name());
    }

    public static Answer remove(ControlState state, Command.RemoveScenario asked) {
        if (scenario(state, asked.name()).isEmpty()) {
            return new Answer.No(unknownScenario(state, asked.name()));
        }
        var events = new ArrayList<Event>();
        events.add(new Event.ScenarioRemoved(asked.name()));
        events.addAll(skipWaiting(
                state, asked.name(), "the scenario was removed after this drill was asked for", asked.now()));
        return yes(events, asked.name());
    }

    public static Answer start(ControlState state, String by, Command.StartDrill asked) {
        Optional<DrillScenario> registered = scenario(state, asked.scenario());
        return switch (named(state, asked.scenario(), asked.region(), asked.document())) {
            case Named.Not not -> new Answer.No(not.why());
            case Named.Is named ->
                unfit(state, asked.runner().isEmpty())
                        .<Answer>map(Answer.No::new)
                        .orElseGet(() -> started(state, by, asked, named.document(), registered));
        };
    }

    private sealed interface Named {
        record Is(DrillDocument document) implements Named {}

        record Not(Problem why) implements Named {}
    }

    /** @return why there is no such drill, whatever stands in its way today; empty: there is one */
    static Optional<Problem> unnamed(ControlState state, String scenario, Optional<RegionId> region) {
        return switch (named(state, scenario, region, Optional.empty())) {
            case Named.Not not -> Optional.of(not.why());
            case Named.Is _ -> Optional.empty();
        };
    }

    /** @param brought by its runner; empty: as it is registered */
    private static Named named(
            ControlState state, String scenario, Optional<RegionId> region, Optional<DrillDocument> brought) {
        if (state.declared().isEmpty()) {
            return new Named.Not(Problem.of(ProblemType.NO_TOPOLOGY, "there is no topology yet: no region to drill"));
        }
        Optional<DrillDocument> written =
                brought.or(() -> scenario(state, scenario).map(DrillScenario::document));
        if (written.isEmpty()) {
            return new Named.Not(unknownScenario(state, scenario));
        }
        Optional<DrillDocument> about =
                region.isEmpty() ? written : written.get().about(region.get());
        if (about.isEmpty()) {
            return new Named.Not(fault(
                    ProblemType.INVALID_ARGUMENT,
                    "/region",
                    "scenario " + scenario + " is about the link "
                            + written.get().about() + "; for another one register another scenario"));
        }
        DeclaredTopology declared = state.declared().get();
        for (RegionId each : about.get().regions()) {
            if (declared.topology().region(each).isEmpty()) {
                return new Named.Not(Problem.of(
                        ProblemType.UNKNOWN_REGION,
                        "scenario " + about.get().name() + " is about "
                                + about.get().about() + ", and there is no region " + each + " in the topology"));
            }
        }
        return new Named.Is(about.get());
    }

    /** @param waits nobody has looked yet whether anything stands in the way; a runner that begins by itself has */
    private static Optional<Problem> unfit(ControlState state, boolean waits) {
        Optional<Drill> other = state.drills().underWay();
        if (other.isPresent()) {
            return Optional.of(Problem.of(
                    ProblemType.DRILL_RUNS,
                    other.get().id() + " (" + other.get().scenario() + " about "
                            + other.get().about() + ") is "
                            + other.get().state().name().toLowerCase(Locale.ROOT)
                            + ", and there is one at a time; wait, or abort it"
                            + (other.get().lost()
                                    ? ": its runner is lost, so undo it first: ./meridian drill undo"
                                    : "")));
        }
        if (waits && state.safety().brake().isPresent()) {
            return Optional.of(Problem.of(
                    ProblemType.BRAKE_ON,
                    "the brake is on (" + state.safety().brake().get().reason()
                            + "), so nothing is broken on purpose; release it first"));
        }
        if (waits && !state.activeRuns().isEmpty()) {
            Run run = state.activeRuns().getFirst();
            return Optional.of(Problem.of(
                    ProblemType.RUN_UNDER_WAY,
                    "run " + run.id() + " is " + run.state().name()
                            + ", and a drill begins when nothing is on its way"));
        }
        return waits ? notWhole(state) : Optional.empty();
    }

    /** A runner would find it, too, and skip the drill. */
    private static Optional<Problem> notWhole(ControlState state) {
        return state.leases().entrySet().stream()
                .filter(each -> !each.getValue().fit() || each.getValue().lapsed())
                .findFirst()
                .map(each -> Problem.of(
                        ProblemType.REGION_NOT_WHOLE,
                        "region " + each.getKey().region() + " is "
                                + (each.getValue().lapsed() && each.getValue().fit()
                                        ? "not heard of: the lease of its store ran out"
                                        : each.getValue().lease() + " and "
                                                + each.getValue().data())
                                + ", and a drill begins when every region is whole; ./meridian regions tells"
                                + " what it waits for"));
    }

    private static Answer started(
            ControlState state,
            String by,
            Command.StartDrill asked,
            DrillDocument document,
            Optional<DrillScenario> registered) {
        String sha256 = Decider.sha256(document.text());
        var drill = new Drill(
                "dr-" + (state.drills().made() + 1),
                document.name(),
                registered
                        .filter(known -> known.sha256().equals(sha256))
                        .map(DrillScenario::version)
                        .orElse(0),
                sha256,
                document.act(),
                document.regions(),
                document.about(),
                by,
                asked.why(),
                asked.now(),
                State.WAITING,
                Optional.empty(),
                0,
                List.of(),
                Optional.empty());
        return changed(asked.runner().isEmpty() ? drill : drill.claimed(asked.runner(), asked.now()));
    }

    public static Answer claim(ControlState state, Command.ClaimDrill asked) {
        Optional<Drill> drill = state.drills().find(asked.drill());
        if (drill.isEmpty()) {
            return unknownDrill(asked.drill());
        }
        if (drill.get().over()) {
            return ended(drill.get());
        }
        if (drill.get().isOf(asked.runner())) {
            return yes(List.of(), asked.drill());
        }
        return drill.get().state() == State.WAITING
                ? changed(drill.get().claimed(asked.runner(), asked.now()))
                : claimed(drill.get(), asked.runner());
    }

    /** Without lines it only says that the runner lives. */
    public static Answer progress(ControlState state, Command.ProgressDrill asked) {
        Optional<Drill> drill = state.drills().find(asked.drill());
        if (drill.isEmpty()) {
            return unknownDrill(asked.drill());
        }
        if (!drill.get().isOf(asked.runner())) {
            return claimed(drill.get(), asked.runner());
        }
        if (drill.get().over()) {
            return ended(drill.get());
        }
        Drill heard = drill.get().heard(asked.first(), asked.lines(), asked.now());
        return yes(
                List.of(drill.get().lost() ? new Event.DrillChanged(heard) : new Event.DrillProgressed(heard)),
                asked.drill());
    }

    public static Answer end(ControlState state, Command.EndDrill asked) {
        Optional<Drill> drill = state.drills().find(asked.drill());
        if (drill.isEmpty()) {
            return unknownDrill(asked.drill());
        }
        if (!drill.get().isOf(asked.runner())) {
            return claimed(drill.get(), asked.runner());
        }
        if (!asked.outcome().over()) {
            return new Answer.No(fault(ProblemType.INVALID_ARGUMENT, "/outcome", asked.outcome() + " is no end"));
        }
        if (asked.report().length() > Drills.LONGEST_REPORT) {
            return new Answer.No(fault(
                    ProblemType.LIMIT_REACHED,
                    "/report",
                    "the report has " + asked.report().length() + " characters, and at most " + Drills.LONGEST_REPORT
                            + " are kept; leave out what is long, such as points of its curves"));
        }
        if (drill.get().ending().filter(end -> !end.givenUp()).isPresent()) {
            return ended(drill.get());
        }
        return changed(drill.get()
                .ended(
                        asked.outcome(),
                        new Ending(
                                asked.now(),
                                asked.reason(),
                                asked.begunAt(),
                                asked.figures(),
                                asked.runs(),
                                asked.report(),
                                false)));
    }

    /** One that waits is not begun; one whose runner is lost ends here, as nobody else can say anything of it. */
    public static Answer abort(ControlState state, String by, Command.AbortDrill asked) {
        Optional<Drill> known = state.drills().find(asked.drill());
        if (known.isEmpty()) {
            return unknownDrill(asked.drill());
        }
        Drill drill = known.get();
        if (drill.lost()) {
            String reason = by + " gave it up: its runner "
                    + drill.runner().orElseThrow().name()
                    + " is lost, and what it broke may be broken still; ./meridian drill undo where it ran takes that back";
            return changed(drill.ended(State.FAILED, Ending.without(reason, asked.now(), true)));
        }
        return switch (drill.state()) {
            case WAITING ->
                changed(drill.ended(
                        State.SKIPPED, Ending.without(by + " took it back before it began", asked.now(), false)));
            case RUNNING -> changed(drill.aborting());
            case ABORTING -> yes(List.of(), drill.id());
            case PASSED, MISSED, FAILED, ABORTED, SKIPPED -> ended(drill);
        };
    }

    /** Its runner was not heard since {@code beats}. */
    public static List<Event> silent(ControlState state, Command.DrillSilent seen) {
        return state.drills()
                .find(seen.drill())
                .filter(drill -> !drill.over() && !drill.lost())
                .filter(drill -> drill.runner()
                        .filter(runner -> runner.beats() == seen.beats())
                        .isPresent())
                .map(drill -> List.<Event>of(new Event.DrillChanged(drill.silent())))
                .orElse(List.of());
    }

    public static List<Event> unclaimed(ControlState state, Command.DrillUnclaimed seen) {
        return state.drills()
                .find(seen.drill())
                .filter(drill -> drill.state() == State.WAITING)
                .map(drill -> List.<Event>of(new Event.DrillChanged(drill.ended(
                        State.SKIPPED,
                        Ending.without(
                                "no runner claimed it within " + UNCLAIMED.toMinutes()
                                        + " min; start one: ./meridian drill serve",
                                seen.now(),
                                false)))))
                .orElse(List.of());
    }

    private static List<Event> skipWaiting(ControlState state, String scenario, String reason, Instant now) {
        return state.drills()
                .underWay()
                .filter(drill ->
                        drill.state() == State.WAITING && drill.scenario().equals(scenario))
                .map(drill -> List.<Event>of(
                        new Event.DrillChanged(drill.ended(State.SKIPPED, Ending.without(reason, now, false)))))
                .orElse(List.of());
    }

    private static Optional<DrillScenario> scenario(ControlState state, String name) {
        return Optional.ofNullable(state.drills().scenarios().get(name));
    }

    private static Answer changed(Drill drill) {
        return yes(List.of(new Event.DrillChanged(drill)), drill.id());
    }

    private static Answer yes(List<Event> events, String subject) {
        return new Answer.Yes(events, subject, List.of());
    }

    private static Problem fault(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, java.util.Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }

    private static Problem unknownScenario(ControlState state, String name) {
        return Problem.of(
                ProblemType.UNKNOWN_SCENARIO,
                "there is no scenario '" + name + "'; "
                        + (state.drills().scenarios().isEmpty()
                                ? "none is registered yet, and ./meridian drill serve registers those that come with Meridian"
                                : "there is "
                                        + String.join(
                                                ", ", state.drills().scenarios().keySet())));
    }

    private static Answer unknownDrill(String id) {
        return Answer.no(ProblemType.UNKNOWN_DRILL, "there is no drill '" + id + "'; the newest are kept");
    }

    private static Answer ended(Drill drill) {
        return Answer.no(
                ProblemType.DRILL_ENDED,
                drill.id() + " is over: it was " + drill.state().name() + " at "
                        + drill.ending().map(end -> end.at().toString()).orElse("a time that nobody told"));
    }

    private static Answer claimed(Drill drill, String asking) {
        return Answer.no(
                ProblemType.DRILL_CLAIMED,
                drill.id()
                        + drill.runner()
                                .map(runner -> " is run by " + runner.name())
                                .orElse(" is claimed by nobody yet")
                        + ", so " + asking + " has no say in it");
    }
}
