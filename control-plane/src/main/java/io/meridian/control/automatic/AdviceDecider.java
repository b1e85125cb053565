package io.meridian.control.automatic;

import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keeps what the leader has seen, with an entry in the audit when a recommendation appears and when it goes. */
public final class AdviceDecider {
    private AdviceDecider() {}

    /** Nothing becomes of one about a region that has been heard since, or is not looked at. */
    public static List<Event> advise(ControlState state, Command.AdviseFailover asked) {
        if (state.declared().isEmpty()) {
            return List.of();
        }
        Topology topology = state.declared().get().topology();
        Advice advice = asked.advice();
        if (!LossJudge.watched(state, topology, advice.region())
                || LossJudge.alive(state, topology, advice.region())
                || LossJudge.renewals(state, topology, advice.region()) != advice.renewals()) {
            return List.of();
        }
        if (!news(state, advice)) {
            return List.of();
        }
        Optional<Advice> known = state.automatic().advice(advice.region());
        var events = new ArrayList<Event>();
        events.add(new Event.AutomaticFailoversChanged(state.automatic().with(advice)));
        if (known.isEmpty()) {
            List<Hold> holds = Holds.of(state, topology, advice, asked.now());
            events.add(audited(
                    state,
                    asked.now(),
                    "recommend to fail over " + advice.region() + ", which looks lost since " + advice.since(),
                    advice.seen(),
                    holds.isEmpty()
                            ? "done: nothing holds it"
                            : "done: held by " + holds.stream().map(Hold::says).collect(Collectors.joining("; "))));
        }
        return events;
    }

    /** Whether it says more than the one that stands. */
    public static boolean news(ControlState state, Advice advice) {
        return state.automatic()
                .advice(advice.region())
                .filter(before -> same(before, advice))
                .isEmpty();
    }

    /** The figures in the sights differ all the time. */
    private static boolean same(Advice before, Advice now) {
        return before.would().at(now.would().now()).equals(now.would())
                && kinds(before).equals(kinds(now))
                && before.since().equals(now.since())
                && before.renewals() == now.renewals();
    }

    private static List<Sight.Kind> kinds(Advice advice) {
        return advice.sights().stream().map(Sight::kind).toList();
    }

    public static List<Event> withdraw(ControlState state, Command.WithdrawAdvice asked) {
        return state.automatic().advice(asked.region()).isEmpty()
                ? List.of()
                : List.of(
                        new Event.AutomaticFailoversChanged(state.automatic().without(asked.region())),
                        audited(
                                state,
                                asked.now(),
                                "recommend no more to fail over " + asked.region(),
                                asked.why(),
                                "done"));
    }

    /** Acknowledging when nothing has tripped changes nothing: it is a wish about a state, like the brake. */
    public static Answer acknowledge(ControlState state) {
        return state.automatic().unacknowledged()
                ? Answer.yes(List.of(
                        new Event.AutomaticFailoversChanged(state.automatic().acknowledged())))
                : Answer.yes(List.of());
    }

    /** It counts from the moment on in which it is certain to begin. */
    static Answer started(ControlState state, Topology topology, Command.StartFailover asked, Answer.Yes yes) {
        var events = new ArrayList<>(yes.events());
        events.add(new Event.AutomaticFailoversChanged(state.automatic()
                .starting(
                        new AutomaticFailovers.Started(yes.subject(), asked.region(), asked.now(), false),
                        topology.failover().perHour())));
        return new Answer.Yes(events, yes.subject(), yes.changes());
    }

    private static Event audited(ControlState state, Instant now, String what, String why, String outcome) {
        return new Event.Audited(state.audit()
                .next(now, Actor.AUTOMATIC, what, why, outcome, false, state.revision(), state.revision()));
    }
}
