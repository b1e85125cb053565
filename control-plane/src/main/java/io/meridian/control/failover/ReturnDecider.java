package io.meridian.control.failover;

import io.meridian.control.command.Command;
import io.meridian.control.command.Command.FenceSeen;
import io.meridian.control.command.Command.HeadSeen;
import io.meridian.control.command.Command.TailSeen;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.failover.Loss.Cut;
import io.meridian.control.seeding.CopyCheck;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.VerificationDecider;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The way back of a store that was lost: its fences are closed, its copies go on in what followed, its tail came to the present owners and every
 * orphan among it is decided, and all copies are equal. Then another generation follows. PROTOCOL 6, return of a lost region.
 */
public final class ReturnDecider {
    /** After this a comparison that did not find equal copies is made again. */
    public static final Duration AGAIN = Duration.ofSeconds(5);

    private ReturnDecider() {}

    public static boolean teaches(ControlState state, RegionId region, FenceSeen seen) {
        return state.losses().stores().entrySet().stream().anyMatch(each -> {
            Cut cut = each.getValue().cuts().get(seen.shard());
            return cut != null && !with(state, each.getKey(), cut, region, seen).equals(cut);
        });
    }

    public static boolean teaches(ControlState state, RegionId region, HeadSeen seen) {
        return state.losses().stores().entrySet().stream().anyMatch(each -> {
            Cut cut = each.getValue().cuts().get(seen.shard());
            return cut != null && !with(each.getKey(), cut, region, seen).equals(cut);
        });
    }

    public static boolean teaches(ControlState state, RegionId region, TailSeen seen) {
        return state.losses().stores().entrySet().stream().anyMatch(each -> {
            Cut cut = each.getValue().cuts().get(seen.shard());
            return cut != null && !with(state, each.getKey(), cut, region, seen).equals(cut);
        });
    }

    /** What agents' fences and heads teach of stores that were lost. */
    public static List<Event> report(ControlState state, Command.Report report) {
        var events = new ArrayList<Event>();
        state.losses().stores().forEach((store, loss) -> {
            var changed = new TreeMap<ShardId, Cut>();
            for (FenceSeen seen : report.fences()) {
                Optional.ofNullable(
                                changed.getOrDefault(seen.shard(), loss.cuts().get(seen.shard())))
                        .ifPresent(cut -> changed.put(seen.shard(), with(state, store, cut, report.region(), seen)));
            }
            for (HeadSeen seen : report.heads()) {
                Optional.ofNullable(
                                changed.getOrDefault(seen.shard(), loss.cuts().get(seen.shard())))
                        .ifPresent(cut -> changed.put(seen.shard(), with(store, cut, report.region(), seen)));
            }
            add(events, store, loss, changed);
        });
        return events;
    }

    public static List<Event> tails(ControlState state, Command.ReportTails report) {
        var events = new ArrayList<Event>();
        state.losses().stores().forEach((store, loss) -> {
            var changed = new TreeMap<ShardId, Cut>();
            for (TailSeen seen : report.tails()) {
                Cut cut = loss.cuts().get(seen.shard());
                if (cut != null && state.holds(report.group(), seen.shard())) {
                    changed.put(seen.shard(), with(state, store, cut, report.region(), seen));
                }
            }
            add(events, store, loss, changed);
        });
        return events;
    }

    private static void add(List<Event> events, StoreId store, Loss loss, TreeMap<ShardId, Cut> changed) {
        changed.entrySet().removeIf(each -> each.getValue().equals(loss.cuts().get(each.getKey())));
        if (!changed.isEmpty()) {
            events.add(new Event.LossChanged(store, loss.with(changed)));
        }
    }

    private static Cut with(ControlState state, StoreId store, Cut cut, RegionId region, FenceSeen seen) {
        Cut next = cut;
        if (store.region().equals(region) && cut.closed().isEmpty()) {
            next = closed(region, cut, seen).map(next::closedAt).orElse(next);
        }
        if (state.hasShard(seen.shard())
                && state.shard(seen.shard()).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(region)
                && seen.owned().equals(grant.epoch())
                && grant.epoch().compareTo(cut.successor()) >= 0
                && seen.openedAt().isPresent()
                && !cut.aligned()
                && (cut.openedAt().isEmpty() || grant.epoch().isAbove(cut.successor()))) {
            next = next.opened(region, grant.epoch(), seen.openedAt().get());
        }
        return next;
    }

    /** Where the lost epoch ended, once the row is closed for good. */
    private static Optional<Base> closed(RegionId region, Cut cut, FenceSeen seen) {
        if (seen.open() || !seen.epoch().isAbove(cut.lost())) {
            return Optional.empty();
        }
        if (seen.owned().equals(cut.lost())) {
            return seen.closedAt().map(position -> new Base.At(region, cut.lost(), position));
        }
        return cut.lost().isAbove(seen.owned()) ? Optional.of(cut.before()) : Optional.empty();
    }

    private static Cut with(StoreId store, Cut cut, RegionId region, HeadSeen seen) {
        boolean there = store.region().equals(region) && seen.epoch().compareTo(cut.successor()) >= 0;
        return there && !cut.aligned() ? cut.alignedNow() : cut;
    }

    private static Cut with(ControlState state, StoreId store, Cut cut, RegionId region, TailSeen seen) {
        boolean owner = state.shard(seen.shard()).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(region);
        boolean whole = seen.source().equals(store.region()) && cut.tail().equals(Optional.of(seen.close()));
        return owner && whole && !cut.settled() ? cut.settledNow() : cut;
    }

    /** The next step of some store that is back. */
    public static List<Event> next(ControlState state, Instant now) {
        for (var each : state.losses().stores().entrySet()) {
            if (mayReturn(state, each.getKey(), each.getValue())) {
                List<Event> events = next(state, each.getKey(), each.getValue(), now);
                if (!events.isEmpty()) {
                    return events;
                }
            }
        }
        return List.of();
    }

    private static boolean mayReturn(ControlState state, StoreId store, Loss loss) {
        return loss.ready()
                && loss.problem().isEmpty()
                && Optional.ofNullable(state.leases().get(store))
                        .filter(lease -> lease.lease() == RegionLease.Lease.EXPIRED)
                        .isPresent()
                && state.agents().values().stream()
                        .anyMatch(agent -> agent.region().equals(store.region())
                                && state.declared()
                                        .orElseThrow()
                                        .topology()
                                        .store(agent.region(), agent.group())
                                        .equals(store)
                                && agent.connected())
                && state.activeRuns().stream().noneMatch(run -> losing(state, run, store.region()));
    }

    /** Its failover has not given everything away yet. */
    private static boolean losing(ControlState state, Run run, RegionId region) {
        return run.failover().isPresent()
                && LeaseDecider.losing(state, run).contains(region)
                && (FailoverDecider.ownPlace(run) || run.state().underlying() instanceof SwitchState.Activated);
    }

    private static List<Event> next(ControlState state, StoreId store, Loss loss, Instant now) {
        if (loss.clean()) {
            return List.of(new Event.StoreReconciled(store));
        }
        if (loss.verification().isEmpty()) {
            return state.runningVerification().isPresent() ? List.of() : verify(state, store, loss, now);
        }
        Optional<Verification> found = state.verification(loss.verification());
        if (found.isPresent() && found.get().running()) {
            return List.of();
        }
        return found.filter(made -> equal(state, made)).isPresent()
                ? List.of(new Event.StoreReconciled(store))
                : List.of(new Event.LossChanged(
                        store,
                        loss.failing(
                                "verification " + loss.verification() + " "
                                        + found.map(ReturnDecider::found).orElse("is forgotten")
                                        + "; they are compared again every few seconds",
                                unequal(loss, found))));
    }

    /** One that was not made to its end has found nothing. */
    private static SortedSet<ShardId> unequal(Loss loss, Optional<Verification> found) {
        return found.filter(made -> made.phase() instanceof Verification.Phase.Done)
                .<SortedSet<ShardId>>map(made -> made.differences().stream()
                        .map(Verification.Difference::shard)
                        .collect(Collectors.toCollection(TreeSet::new)))
                .orElse(loss.unequal());
    }

    /** Copies that are being made have nothing to say. */
    private static boolean equal(ControlState state, Verification verification) {
        return verification.phase() instanceof Verification.Phase.Done
                && verification.differences().stream()
                        .allMatch(difference -> CopyCheck.wholeOnesAgree(state.seedings(), difference));
    }

    private static String found(Verification verification) {
        return verification.phase() instanceof Verification.Phase.Failed
                ? "failed: " + verification.problem()
                : "found that shards "
                        + ShardSet.write(verification.differences().stream()
                                .map(Verification.Difference::shard)
                                .toList())
                        + " differ; repair them, or look at what each region has";
    }

    private static List<Event> verify(ControlState state, StoreId store, Loss loss, Instant now) {
        var asked = new Command.StartVerification("", now, ShardSet.write(loss.toCompare()), List.of(), false);
        return switch (VerificationDecider.start(state, asked)) {
            case Answer.Yes yes -> {
                var events = new ArrayList<Event>(yes.events());
                events.add(new Event.LossChanged(store, loss.verifiedBy(yes.subject())));
                yield events;
            }
            case Answer.No no ->
                List.of(new Event.LossChanged(store, loss.failing(no.why().detail(), loss.unequal())));
        };
    }

    /** A while after a comparison that did not find equal copies. */
    public static List<Event> again(ControlState state, Command.VerifyReturn asked) {
        return state.losses()
                .of(asked.store())
                .filter(loss -> !loss.problem().isEmpty() && loss.verification().equals(asked.verification()))
                .<List<Event>>map(loss -> List.of(new Event.LossChanged(asked.store(), loss.verifiedBy(""))))
                .orElse(List.of());
    }
}
