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
            return unknownScenario(state, asked.name());
        }
        var events = new ArrayList<Event>();
        events.add(new Event.ScenarioRemoved(asked.name()));
        events.addAll(skipWaiting(
                state, asked.name(), "the scenario was removed after this drill was asked for", asked.now()));
        return yes(events, asked.name());
    }

    public static Answer start(ControlState state, String by, Command.StartDrill asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: no region to drill");
        }
        Optional<DrillScenario> registered = scenario(state, asked.scenario());
        Optional<DrillDocument> named = asked.document().or(() -> registered.map(DrillScenario::document));
        if (named.isEmpty()) {
            return unknownScenario(state, asked.scenario());
        }
        Optional<DrillDocument> about = asked.region().isEmpty()
                ? named
                : named.get().about(asked.region().get());
        if (about.isEmpty()) {
            return fault(
                    ProblemType.INVALID_ARGUMENT,
                    "/region",
                    "scenario " + asked.scenario() + " is about the link "
                            + named.get().about() + "; for another one register another scenario");
        }
        Optional<Problem> unfit = unfit(state, about.get(), asked.runner().isEmpty());
        if (unfit.isPresent()) {
            return new Answer.No(unfit.get());
        }
        return started(state, by, asked, about.get(), registered);
    }

    /** @param waits nobody has looked yet whether anything stands in the way; a runner that begins by itself has */
    private static Optional<Problem> unfit(ControlState state, DrillDocument document, boolean waits) {
        DeclaredTopology declared = state.declared().orElseThrow();
        for (RegionId region : document.regions()) {
            if (declared.topology().regions().stream()
                    .noneMatch(each -> each.id().equals(region))) {
                return Optional.of(Problem.of(
                        ProblemType.UNKNOWN_REGION,
                        "scenario " + document.name() + " is about " + document.about() + ", and there is no region "
                                + region + " in the topology"));
            }
        }
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
        return Optional.empty();
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
            return fault(ProblemType.INVALID_ARGUMENT, "/outcome", asked.outcome() + " is no end");
        }
        if (asked.report().length() > Drills.LONGEST_REPORT) {
            return fault(
                    ProblemType.LIMIT_REACHED,
                    "/report",
                    "the report has " + asked.report().length() + " characters, and at most " + Drills.LONGEST_REPORT
                            + " are kept; leave out what is long, such as points of its curves");
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

    private static Answer fault(ProblemType type, String pointer, String detail) {
        return new Answer.No(
                new Problem(type, detail, java.util.Map.of(), List.of(new Problem.Fault(pointer, detail))));
    }

    private static Answer unknownScenario(ControlState state, String name) {
        return Answer.no(
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
