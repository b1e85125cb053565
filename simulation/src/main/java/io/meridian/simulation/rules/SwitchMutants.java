package io.meridian.simulation.rules;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.switching.SwitchTable;
import io.meridian.router.hold.HoldRules;
import io.meridian.router.hold.HoldTruth;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Flaws in PROTOCOL 3 and 5: the real decisions, to which something is put that the flawed rule would take for true.
 */
final class SwitchMutants {
    private SwitchMutants() {}

    /** The real decision, and then what {@code more} makes of the state that it leads to, as further commands decided in the same entry. */
    private static Decision andThen(ControlState state, Command command, Function<ControlState, List<Command>> more) {
        if (!(Decider.decide(state, command) instanceof Decision.Accepted first)) {
            return Decider.decide(state, command);
        }
        var events = new ArrayList<Event>(first.events());
        ControlState then = EventApplier.applyAll(state, first.events());
        for (Command next : more.apply(then)) {
            if (Decider.decide(then, next) instanceof Decision.Accepted accepted) {
                events.addAll(accepted.events());
                then = EventApplier.applyAll(then, accepted.events());
            }
        }
        return new Decision.Accepted(events, first.receipt());
    }

    /** Reports that nobody made, for the shards of the present waves of runs in {@code name}. */
    private static List<Command> reports(
            ControlState state, Command command, StateName name, Function<ShardState, Command.Report> made) {
        var reports = new ArrayList<Command>();
        for (Run run : state.activeRuns()) {
            if (run.state().underlying().name() == name) {
                run.presentWave().shards().stream().map(state::shard).map(made).forEach(reports::add);
            }
        }
        return reports;
    }

    static Rules grantsBackAtOnce() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                return andThen(
                        state,
                        command,
                        then -> reports(
                                then, command, StateName.ROLLING_BACK, shard -> closedSomewhere(shard, command)));
            }
        };
    }

    private static Command.Report closedSomewhere(ShardState shard, Command command) {
        if (!(shard.ownership() instanceof Ownership.Withdrawal withdrawal)) {
            return new Command.Report(command.now(), shard.region(), List.of(), List.of(), List.of());
        }
        Position known = withdrawal.withdrawn().base() instanceof Base.At base
                ? new Position(base.position().incarnation(), base.position().lsn() + 1, 0)
                : new Position("reported", 1, 0);
        var fence = new Command.FenceSeen(
                shard.shard(),
                withdrawal.epoch(),
                false,
                withdrawal.withdrawn().epoch(),
                Optional.of(known),
                Optional.empty());
        return new Command.Report(command.now(), withdrawal.withdrawn().owner(), List.of(fence), List.of(), List.of());
    }

    static Rules reportsMatchedByState() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                return Decider.decide(
                        state, command instanceof Command.Report report ? matchedByState(state, report) : command);
            }
        };
    }

    private static Command.Report matchedByState(ControlState state, Command.Report report) {
        List<Command.FenceSeen> fences = report.fences().stream()
                .map(fence -> {
                    boolean closed = !fence.open() && fence.closedAt().isPresent();
                    return closed
                                    && state.hasShard(fence.shard())
                                    && state.shard(fence.shard()).ownership() instanceof Ownership.Withdrawal withdrawal
                            ? new Command.FenceSeen(
                                    fence.shard(),
                                    withdrawal.epoch(),
                                    false,
                                    withdrawal.withdrawn().epoch(),
                                    fence.closedAt(),
                                    fence.openedAt())
                            : fence;
                })
                .toList();
        return new Command.Report(report.now(), report.region(), fences, report.heads(), report.hashes());
    }

    static Rules activatesWithoutHeads() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                return andThen(state, command, then -> heads(then, command));
            }
        };
    }

    private static List<Command> heads(ControlState state, Command command) {
        var reports = new ArrayList<Command>();
        for (Run run : state.activeRuns()) {
            if (run.state() instanceof SwitchState.CatchingUp catching) {
                run.presentWave().moves().forEach(move -> {
                    if (catching.closes().get(move.shard()) instanceof Base.At at) {
                        reports.add(head(run.plan().target(move).region(), move.shard(), at, command));
                    }
                });
            }
        }
        return reports;
    }

    private static Command.Report head(RegionId target, ShardId shard, Base.At at, Command command) {
        var head = new Command.HeadSeen(shard, at.epoch(), at.position());
        return new Command.Report(command.now(), target, List.of(), List.of(head), List.of());
    }

    static Rules barrierWithPatience() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                boolean impatient = command instanceof Command.DeadlinePassed passed
                        && passed.state() == StateName.HOLDING
                        && passed.deadline() == SwitchTable.Deadline.PATIENCE;
                return impatient
                        ? andThen(state, command, then -> List.of(everybodyHolds(then, command)))
                        : Decider.decide(state, command);
            }
        };
    }

    private static Command everybodyHolds(ControlState state, Command command) {
        List<RouterSession> routers = state.routers().values().stream()
                .map(router -> new RouterSession(
                        router.router(),
                        router.session(),
                        router.region(),
                        router.node(),
                        true,
                        true,
                        state.revision(),
                        List.of(),
                        0))
                .toList();
        return new Command.Observe(command.now(), List.of(), routers);
    }

    static Rules freedOnTheGrant() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                return andThen(
                        state,
                        command,
                        then -> reports(then, command, StateName.ACTIVATED, shard -> opened(shard, command)));
            }
        };
    }

    private static Command.Report opened(ShardState shard, Command command) {
        Epoch epoch = shard.ownership().epoch();
        var fence = new Command.FenceSeen(shard.shard(), epoch, true, epoch, Optional.empty(), Optional.empty());
        return new Command.Report(command.now(), shard.region(), List.of(fence), List.of(), List.of());
    }

    static Rules forgetsToUnfreeze() {
        return new Rules() {
            @Override
            public Decision decide(ControlState state, Command command) {
                Decision real = Decider.decide(state, command);
                return real instanceof Decision.Accepted accepted && command instanceof Command.CancelRun
                        ? new Decision.Accepted(
                                accepted.events().stream()
                                        .filter(event -> !(event instanceof Event.Released))
                                        .toList(),
                                accepted.receipt())
                        : real;
            }
        };
    }

    static Rules lapsedRouterHoldsOn() {
        return new Rules() {
            @Override
            public HoldRules.Verdict hold(
                    Optional<HoldTruth> truth, int shard, Optional<String> refusedBy, boolean changed, boolean lapsed) {
                return Rules.super.hold(truth, shard, refusedBy, changed, false);
            }
        };
    }
}
