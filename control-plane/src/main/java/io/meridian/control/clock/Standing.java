package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillDecider;
import io.meridian.control.failover.LeaseTerm;
import io.meridian.control.failover.ReturnDecider;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.pinning.Pin;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.revising.RevisionDecider;
import io.meridian.control.seeding.CopyCheck;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.seeding.SeedingSteps;
import io.meridian.control.seeding.ShardSeeding;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchTable;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.VerificationDecider;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that stands as it stands, and what is to be proposed once it has stood for too long. Pure; {@link LeaderClock} counts.
 *
 * @param then empty: it is only counted, because what follows may need to know since when
 * @param what names it together with everything whose change starts the count anew
 */
public record Standing(String what, Duration limit, Optional<Command> then) {
    Standing(String what, Duration limit, Command then) {
        this(what, limit, Optional.of(then));
    }

    /** Later than a router's own feed lease (8 s) is over: then it holds nothing that nobody waits for. */
    private static final Duration SESSION_LAPSE = Duration.ofSeconds(12);

    /** Everything in {@code state} that may not last for ever. */
    public static List<Standing> of(ControlState state, Instant now) {
        var standing = new ArrayList<Standing>();
        for (Run run : state.activeRuns()) {
            String stand = "run " + run.id() + " " + run.state().name() + " " + run.wave() + " "
                    + run.steps().size();
            for (SwitchTable.Limit limit : SwitchTable.limits(state, run)) {
                standing.add(new Standing(
                        stand + " " + limit.deadline(),
                        limit.after(),
                        new Command.DeadlinePassed(
                                now,
                                run.id(),
                                run.state().name(),
                                run.wave(),
                                limit.deadline(),
                                run.steps().size())));
            }
        }
        for (RouterSession router : state.routers().values()) {
            standing.add(new Standing(
                    "router " + router.session() + " " + router.beats(),
                    SESSION_LAPSE,
                    new Command.Lapse(
                            now, Command.Lapse.Kind.ROUTER, router.router(), router.session(), router.beats())));
        }
        for (AgentObservation agent : state.agents().values()) {
            if (agent.connected()) {
                standing.add(new Standing(
                        "agent " + agent.session() + " " + agent.beats(),
                        SESSION_LAPSE,
                        new Command.Lapse(now, Command.Lapse.Kind.AGENT, agent.key(), agent.session(), agent.beats())));
            }
        }
        state.leases().forEach((store, lease) -> standing.addAll(lease(state, store, lease, now)));
        state.losses().stores().forEach((store, loss) -> {
            if (!loss.problem().isEmpty()) {
                standing.add(new Standing(
                        "return of " + store + " after " + loss.verification(),
                        ReturnDecider.AGAIN,
                        new Command.VerifyReturn(now, store, loss.verification())));
            }
        });
        for (Pin pin : state.assignments().pins()) {
            if (!pin.until().isAfter(now)) {
                standing.add(new Standing(
                        "pin " + pin.name() + " until " + pin.until(),
                        Duration.ZERO,
                        new Command.EndPin(now, pin.name())));
            }
        }
        state.repairs().running().ifPresent(repair -> {
            int pending = (int) repair.pending().count();
            if (repair.pending().anyMatch(shard -> RepairDecider.movedOn(state, shard))) {
                standing.add(new Standing(
                        "repair " + repair.id() + " " + pending + " moved on",
                        Duration.ZERO,
                        new Command.RepairMovedOn(now, repair.id())));
            }
            standing.add(new Standing(
                    "repair " + repair.id() + " " + pending,
                    RepairDecider.LIMIT,
                    new Command.RepairDue(now, repair.id(), pending)));
        });
        state.seedings().running().forEach(seeding -> standing.addAll(seeding(state, seeding, now)));
        state.parkedOrders()
                .pending()
                .forEach(order -> standing.add(new Standing(
                        "parked order " + order.id(), AgentOrder.LIMIT, new Command.ParkedOrderDue(now, order.id()))));
        state.revisionOrders().pending().forEach(order -> {
            if (RevisionDecider.movedOn(state, order)) {
                standing.add(new Standing(
                        "revision " + order.id() + " moved on",
                        Duration.ZERO,
                        new Command.RevisionMovedOn(now, order.id())));
            }
            standing.add(
                    new Standing("revision " + order.id(), AgentOrder.LIMIT, new Command.RevisionDue(now, order.id())));
        });
        state.drills()
                .underWay()
                .ifPresent(drill -> standing.add(
                        drill(drill, state.drills().scheduling(drill).isPresent(), now)));
        state.runningVerification().ifPresent(running -> {
            boolean pausing = running.phase() instanceof Verification.Phase.Pausing;
            standing.add(new Standing(
                    "verification " + running.id() + " " + running.round() + " " + pausing,
                    pausing ? VerificationDecider.PAUSE : VerificationDecider.ROUND_LIMIT,
                    new Command.VerificationDue(now, running.id(), running.round(), pausing)));
        });
        return standing;
    }

    /** @param scheduled its schedule's window decides for how long it waits */
    private static Standing drill(Drill drill, boolean scheduled, Instant now) {
        return drill.runner()
                .map(runner -> new Standing(
                        "drill " + drill.id() + " heard " + runner.beats(),
                        DrillDecider.SILENCE,
                        new Command.DrillSilent(now, drill.id(), runner.beats())))
                .orElseGet(() -> new Standing(
                        "drill " + drill.id() + " waits" + (scheduled ? " as it is scheduled" : ""),
                        DrillDecider.UNCLAIMED,
                        scheduled ? Optional.empty() : Optional.of(new Command.DrillUnclaimed(now, drill.id()))));
    }

    /** What waits for an agent that is gone waits as long as that is. */
    private static List<Standing> seeding(ControlState state, Seeding seeding, Instant now) {
        var standing = new ArrayList<Standing>();
        for (ShardSeeding shard : seeding.shards()) {
            if (shard.phase() == ShardSeeding.Phase.RESTING && seeding.state() == Seeding.State.RUNNING) {
                standing.add(new Standing(
                        stand(seeding, shard),
                        SeedingSteps.REST,
                        new Command.SeedingDue(now, seeding.id(), shard.shard(), shard.attempt())));
            } else if (shard.active()
                    && connected(state, seeding.region(), shard)
                    && connected(state, shard.owner(), shard)) {
                standing.add(new Standing(
                        stand(seeding, shard),
                        SeedingSteps.LIMIT,
                        new Command.SeedingStalled(now, seeding.id(), shard.shard(), SeedingSteps.stand(shard))));
            }
        }
        if (!seeding.check().problem().isEmpty()) {
            standing.add(new Standing(
                    "seeding " + seeding.id() + " after " + seeding.check().verification() + " "
                            + seeding.check().unequal(),
                    CopyCheck.AGAIN,
                    new Command.CheckSeeding(now, seeding.id(), seeding.check().verification())));
        }
        return standing;
    }

    private static String stand(Seeding seeding, ShardSeeding shard) {
        return "seeding " + seeding.id() + " shard " + shard.shard() + " " + SeedingSteps.stand(shard);
    }

    private static boolean connected(ControlState state, RegionId region, ShardSeeding shard) {
        return state.declared()
                .flatMap(declared -> state.agentOf(
                        region, declared.topology().groupOf(shard.shard()).name()))
                .filter(AgentObservation::connected)
                .isPresent();
    }

    /** Counted from the last renewal on, while it is good, too: when it is revoked, most of its time may be over. */
    private static List<Standing> lease(ControlState state, StoreId store, RegionLease lease, Instant now) {
        long configured = state.activeRuns().stream()
                .flatMap(run -> run.failover().stream())
                .filter(lost -> lost.region().equals(lease.region()))
                .mapToLong(lost -> lost.lease().toMillis())
                .max()
                .orElse(0);
        String what = "lease " + store + " " + lease.generation() + " " + lease.renewals();
        Duration limit = LeaseTerm.over(Duration.ofMillis(Math.max(lease.longestMillis(), configured)));
        return switch (lease.lease()) {
            case ACTIVE -> {
                var counted = new Standing(what, limit, Optional.empty());
                yield lease.lapsed()
                                || lease.longestMillis() == 0 // never renewed, so there is nothing that could lapse
                        ? List.of(counted)
                        : List.of(
                                counted,
                                new Standing(
                                        what + " lapses",
                                        limit,
                                        new Command.LapseLease(now, store, lease.generation(), lease.renewals())));
            }
            case REVOKING ->
                List.of(new Standing(
                        what, limit, new Command.ExpireLease(now, store, lease.generation(), lease.renewals())));
            case EXPIRED -> List.of();
        };
    }
}
