package io.meridian.simulation;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchState;
import io.meridian.router.view.Route;
import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.control.LogListener;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.router.SimRouter;
import io.meridian.simulation.store.Fence;
import io.meridian.simulation.store.Lease;
import io.meridian.simulation.store.SimStore;
import io.meridian.simulation.store.Writers;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Checks the invariants: those of the replicated state at each command, those of stores and routers after every event. */
final class Watch implements LogListener {
    private static final long LEASE_MICROS = ControlNode.LEASE.toNanos() / 1_000;
    private static final long LET_GO_MICROS = 400_000;
    private static final long NEVER = Long.MIN_VALUE;

    private final SortedMap<Long, ControlState> atRevision = new TreeMap<>();
    private final List<Seen> regions = new ArrayList<>();
    private Optional<World> world = Optional.empty();
    private Optional<Machine> leader = Optional.empty();
    private List<ShardState> seenShards = List.of();
    private long seenFenceWrites;
    private long term;

    /** What of one region was looked at last, so that nothing is judged twice. */
    private static final class Seen {
        private final World.Region region;
        private Lease lease;
        private long writes;
        private long renewedMicros = NEVER;
        private long holdsSinceMicros = NEVER;

        Seen(World.Region region) {
            this.region = region;
            this.lease = region.store().lease();
        }
    }

    void of(World watched) {
        world = Optional.of(watched);
        watched.regions.values().forEach(region -> regions.add(new Seen(region)));
    }

    private World world() {
        return world.orElseThrow();
    }

    // ---- at each command

    @Override
    public void applied(Command command, ControlState before, ControlState after) {
        if (world.isEmpty()) {
            return;
        }
        atRevision.putIfAbsent(after.revision().number(), after);
        if (command instanceof Command.RenewLease renew) {
            renewed(renew.region());
        }
        if (after.shards() != before.shards()) {
            for (ShardState shard : after.shards()) {
                Optional<ShardState> was =
                        before.hasShard(shard.shard()) ? Optional.of(before.shard(shard.shard())) : Optional.empty();
                if (was.isEmpty() || was.get() != shard) {
                    changed(was, shard);
                }
            }
        }
        frozen(after);
        for (Run run : after.runs()) {
            entered(before.run(run.id()), run, after);
        }
    }

    private void changed(Optional<ShardState> was, ShardState shard) {
        Epoch epoch = shard.ownership().epoch();
        Violation.unless(
                was.isEmpty()
                        || was.get().ownership().equals(shard.ownership())
                        || takenOver(was.get().ownership(), shard.ownership())
                        || epoch.equals(was.get().ownership().epoch().next()),
                Invariant.EPOCHS_MONOTONE,
                () -> "shard " + shard.shard() + " goes from " + was + " to " + shard);
        boolean granted = shard.ownership() instanceof Ownership.Grant
                && (was.isEmpty() || !was.get().ownership().equals(shard.ownership()));
        if (granted && shard.ownership() instanceof Ownership.Grant grant) {
            granted(was, grant);
        }
        if (shard.frozenBy().isEmpty()
                && epoch.isAbove(Epoch.FIRST)
                && shard.ownership() instanceof Ownership.Grant grant) {
            Fence row = store(grant.owner()).fence(grant.shard());
            Violation.unless(
                    row.open() && row.epoch().equals(epoch),
                    Invariant.RELEASED_MEANS_OPEN,
                    () -> "requests for shard " + grant.shard() + " go to " + grant.owner() + " for epoch " + epoch
                            + ", whose fence says " + row);
        }
    }

    /** A withdrawal goes on as another run's. */
    private static boolean takenOver(Ownership was, Ownership is) {
        return was instanceof Ownership.Withdrawal before
                && is instanceof Ownership.Withdrawal after
                && before.epoch().equals(after.epoch())
                && before.withdrawn().equals(after.withdrawn());
    }

    private void granted(Optional<ShardState> was, Ownership.Grant grant) {
        switch (grant.base()) {
            case Base.None _ ->
                Violation.unless(
                        !world().truth.begun(grant.shard()),
                        Invariant.BASE_IS_THE_CLOSE,
                        () -> grant + " builds on nothing, but the shard has been open");
            case Base.At base -> {
                boolean closed = world().truth.closed(grant.shard()).equals(Optional.of(base));
                boolean cut = afterALoss(was);
                Violation.unless(
                        closed || cut,
                        Invariant.BASE_IS_THE_CLOSE,
                        () -> grant + "; the last CLOSE is " + world().truth.closed(grant.shard()));
                List<Long> copied = store(grant.owner()).appliedOf(grant.shard());
                List<Long> wanted = world().truth.upTo(grant.shard(), base);
                // A lost region that owns again has what it had, and its own tail.
                Violation.unless(
                        copied.equals(wanted),
                        Invariant.TARGET_HAS_CAUGHT_UP,
                        () -> grant + " while its owner has " + copied + ", not " + wanted);
            }
        }
    }

    /** What was withdrawn was a failover's. */
    private boolean afterALoss(Optional<ShardState> was) {
        return was.filter(before -> before.ownership() instanceof Ownership.Withdrawal withdrawal
                        && world().log
                                .committed()
                                .run(withdrawal.run())
                                .filter(run -> run.failover().isPresent())
                                .isPresent())
                .isPresent();
    }

    private static void frozen(ControlState state) {
        for (ShardState shard : state.shards()) {
            boolean frozen = shard.frozenBy().isPresent();
            Violation.unless(
                    !frozen
                            || state.run(shard.frozenBy().get())
                                    .filter(run -> !run.ended())
                                    .isPresent(),
                    Invariant.FROZEN_BY_A_LIVING_RUN,
                    () -> "shard " + shard.shard() + " is frozen by " + shard.frozenBy() + ", which has ended");
            Violation.unless(
                    frozen || shard.ownership() instanceof Ownership.Grant,
                    Invariant.FROZEN_BY_A_LIVING_RUN,
                    () -> "shard " + shard.shard() + " is withdrawn, but its requests do not wait");
        }
    }

    private void entered(Optional<Run> was, Run run, ControlState state) {
        StateName name = run.state().name();
        if (was.isPresent() && was.get().state().name() == name && was.get().wave() == run.wave()) {
            return;
        }
        world().trace
                .add(
                        "log",
                        run.id() + " " + name + " (" + run.plan().to() + ", wave " + run.wave() + ")"
                                + run.problem().map(why -> ": " + why).orElse(""));
        if (run.state() instanceof SwitchState.Aligning aligning
                && was.isPresent()
                && was.get().state().underlying() instanceof SwitchState.Gathering gathering) {
            aligning.cuts().forEach((shard, cut) -> furthest(run, shard, cut, gathering));
        }
        if (name == StateName.FENCING) {
            state.routers().values().forEach(session -> holds(session, run));
        }
        run.certificate()
                .filter(_ -> state.runs().stream()
                        .noneMatch(other -> other.failover().isPresent())) // else orphans may wait for a decision
                .ifPresent(certificate -> Violation.unless(
                        certificate.reasons().stream().noneMatch(reason -> reason.contains("differ")),
                        Invariant.PROOF_IS_TRUE,
                        () -> run.id() + ": " + certificate.reasons()));
    }

    /** Nothing that a survivor has is left behind without need. */
    private static void furthest(Run run, ShardId shard, Base cut, SwitchState.Gathering gathering) {
        if (gathering.closes().containsKey(shard)) {
            return;
        }
        gathering
                .answers()
                .getOrDefault(shard, new TreeMap<>())
                .forEach((region, answer) -> answer.head()
                        .filter(_ -> answer.usable())
                        .ifPresent(head -> Violation.unless(
                                cut instanceof Base.At at
                                        && (at.epoch().isAbove(head.epoch())
                                                || (at.epoch().equals(head.epoch())
                                                        && at.position().compareTo(head.position()) >= 0)),
                                Invariant.BASE_IS_THE_CLOSE,
                                () -> run.id() + " cuts shard " + shard + " at " + cut + ", where " + region + " has "
                                        + head)));
    }

    /** Of routers that live in the very session that is counted: one that was started again since asks again before it answers. */
    private void holds(RouterSession session, Run run) {
        for (World.Region region : world().regions.values()) {
            SimRouter router = region.router();
            if (!router.name().equals(session.router()) || !router.session().equals(Optional.of(session.session()))) {
                continue;
            }
            for (ShardId shard : run.presentWave().shards()) {
                Optional<Route> route = router.route(shard);
                Violation.unless(
                        route.filter(Route.Frozen.class::isInstance).isPresent(),
                        Invariant.EVERY_ROUTER_HOLDS,
                        () -> run.id() + " withdraws shard " + shard + ", which " + router.name() + " still sends to "
                                + route);
            }
        }
    }

    // ---- leases

    private void renewed(RegionId region) {
        followLeader();
        long now = leaderMicros();
        for (Seen seen : regions) {
            if (seen.region.id().equals(region)) {
                seen.renewedMicros = now;
            }
        }
    }

    private long leaderMicros() {
        return leader.map(Machine::clockMicros).orElse(0L);
    }

    /** A new leader counts from its own election. */
    private void followLeader() {
        if (world().log.term() == term) {
            return;
        }
        term = world().log.term();
        leader = world().log
                .leader()
                .map(region -> world().region(region.name()).node().machine());
        if (!world().rules.leaderInheritsReadings()) {
            long now = leaderMicros();
            regions.stream().filter(seen -> seen.renewedMicros != NEVER).forEach(seen -> seen.renewedMicros = now);
        }
    }

    private void leaseOf(Seen seen) {
        SimStore store = seen.region.store();
        Lease lease = store.lease();
        if (lease != seen.lease) {
            seen.lease = lease;
            ControlState then = atRevision.get(lease.grantsRevision());
            if (then != null) {
                then.shards().forEach(shard -> verified(seen.region, shard.ownership()));
            }
        }
        long written = store.written();
        boolean wrote = seen.writes != written;
        seen.writes = written;
        if (seen.renewedMicros == NEVER) {
            return;
        }
        long since = leaderMicros() - seen.renewedMicros;
        long takeover = world().rules.takeoverAfterMicros(LEASE_MICROS, World.DRIFT);
        if (since < takeover) {
            return;
        }
        Violation.unless(
                !lease.holds(store.clockMicros()),
                Invariant.LEASE_ENDS_IN_TIME,
                () -> seen.region.id() + " may be taken over " + since
                        + " us after its last renewal, and its lease holds: " + lease + " at " + store.clockMicros());
        long ended = takeover + world().rules.commitsEndAfterMicros(Writers.TRANSACTION_LIMIT_MICROS, World.DRIFT);
        Violation.unless(
                since < ended || !wrote,
                Invariant.LEASE_ENDS_IN_TIME,
                () -> seen.region.id() + " commits a write " + since + " us after its last renewal");
    }

    private static void verified(World.Region region, Ownership ownership) {
        Epoch reached = region.store().fence(ownership.shard()).epoch();
        Epoch withdrawal = ownership instanceof Ownership.Withdrawal
                ? ownership.epoch()
                : Epoch.of(ownership.epoch().number() - 1);
        Violation.unless(
                !withdrawal.isAbove(reached),
                Invariant.LEASE_IS_VERIFIED,
                () -> region.id() + " has a lease that presupposes " + ownership + ", but its fence stands at epoch "
                        + reached);
    }

    // ---- after every event

    void afterEvent() {
        followLeader();
        long fenceWrites = 0;
        for (Seen seen : regions) {
            leaseOf(seen);
            routerOf(seen);
            fenceWrites += seen.region.store().fenceWrites();
        }
        List<ShardState> shards = world().log.committed().shards();
        if (fenceWrites != seenFenceWrites || shards != seenShards) {
            seenFenceWrites = fenceWrites;
            seenShards = shards;
            shards.forEach(this::oneWriter);
        }
    }

    private void oneWriter(ShardState shard) {
        RegionId owner = shard.region();
        Epoch inForce = shard.newestGrant().epoch();
        for (World.Region region : world().regions.values()) {
            Fence row = region.store().fence(shard.shard());
            boolean lost = world().log.committed().losses().stores().keySet().stream()
                    .anyMatch(store -> store.region().equals(region.id()));
            if (row.open()
                    && !(region.id().equals(owner) && row.epoch().equals(inForce))
                    && (!lost || region.store().admits(shard.shard()))) {
                throw new Violation(
                        Invariant.ONE_WRITER,
                        region.id() + "'s fence of shard " + shard.shard() + " is open at epoch " + row.epoch()
                                + "; in force is epoch " + inForce + " of " + owner);
            }
        }
    }

    private void routerOf(Seen seen) {
        SimRouter router = seen.region.router();
        boolean holdsOn = router.waiting() > 0
                && router.machine().up()
                && !router.machine().paused()
                && router.lapsed()
                && router.held() > 0;
        if (!holdsOn) {
            seen.holdsSinceMicros = NEVER;
            return;
        }
        long now = world().scheduler.nowMicros();
        seen.holdsSinceMicros = seen.holdsSinceMicros == NEVER ? now : seen.holdsSinceMicros;
        Violation.unless(
                now - seen.holdsSinceMicros < LET_GO_MICROS,
                Invariant.A_LAPSED_ROUTER_HOLDS_NOTHING,
                () -> router.name() + " holds " + router.held() + " requests " + (now - seen.holdsSinceMicros)
                        + " us after it lost touch with the control plane");
    }

    private SimStore store(RegionId region) {
        return world().region(region.name()).store();
    }
}
