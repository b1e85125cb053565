package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Command.FenceSeen;
import io.meridian.control.command.Command.HashSeen;
import io.meridian.control.command.Command.HeadSeen;
import io.meridian.control.failover.ReturnDecider;
import io.meridian.control.restore.RestoreDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What an agent's report teaches a run. A report is matched by the epoch that it closes or opens, never by the run's state alone: an old
 * CLOSE taken for a second move's gives two writers (PROTOCOL 5).
 */
public final class ReportDecider {
    private ReportDecider() {}

    /** The part that is about shards of its own store group: a store knows nothing of others. */
    public static Command.Report own(ControlState state, Command.Report report) {
        String group = report.group();
        return new Command.Report(
                report.now(),
                report.region(),
                report.fences().stream()
                        .filter(seen -> state.holds(group, seen.shard()))
                        .toList(),
                report.heads().stream()
                        .filter(seen -> state.holds(group, seen.shard()))
                        .toList(),
                report.hashes().stream()
                        .filter(seen -> state.holds(group, seen.shard()))
                        .toList(),
                group);
    }

    /** The part of {@code said} that would teach some run something; nodes propose only that. */
    public static Command.Report useful(ControlState state, Command.Report said) {
        Command.Report report = own(state, said);
        List<Learned> learned = learners(state);
        RegionId region = report.region();
        return new Command.Report(
                report.now(),
                region,
                report.fences().stream()
                        .filter(seen -> taught(learned, run -> fence(state, run, region, seen))
                                || !RestoreDecider.useful(state, region, List.of(seen))
                                        .isEmpty()
                                || ReturnDecider.teaches(state, region, seen))
                        .toList(),
                report.heads().stream()
                        .filter(seen -> taught(learned, run -> head(run, region, seen))
                                || ReturnDecider.teaches(state, region, seen))
                        .toList(),
                report.hashes().stream()
                        .filter(seen -> taught(learned, run -> hash(run, region, seen)))
                        .toList(),
                report.group());
    }

    private static boolean taught(List<Learned> learned, Consumer<Learned> lesson) {
        int before = learned.stream().mapToInt(run -> run.lessons).sum();
        learned.forEach(lesson);
        return learned.stream().mapToInt(run -> run.lessons).sum() > before;
    }

    private static List<Learned> learners(ControlState state) {
        return state.activeRuns().stream().map(Learned::new).toList();
    }

    public static List<Event> report(ControlState state, Command.Report report) {
        var events = new ArrayList<Event>();
        for (Learned learned : learners(state)) {
            report.fences().forEach(fence -> fence(state, learned, report.region(), fence));
            report.heads().forEach(head -> head(learned, report.region(), head));
            report.hashes().forEach(hash -> hash(learned, report.region(), hash));
            events.addAll(learned.events());
        }
        return events;
    }

    private static void fence(ControlState state, Learned learned, RegionId region, FenceSeen fence) {
        if (!state.hasShard(fence.shard())) {
            return;
        }
        switch (state.shard(fence.shard()).ownership()) {
            case Ownership.Withdrawal withdrawal -> {
                if (withdrawal.run().equals(learned.run.id())
                        && withdrawal.withdrawn().owner().equals(region)) {
                    closedBase(withdrawal, region, fence).ifPresent(base -> learned.closed(fence.shard(), base));
                }
            }
            case Ownership.Grant grant -> {
                boolean owned = grant.owner().equals(region)
                        && fence.owned().equals(grant.epoch())
                        && learned.run.proofs().containsKey(fence.shard());
                if (owned && fence.open() && fence.epoch().equals(grant.epoch())) {
                    learned.opened(fence.shard());
                }
            }
        }
        fence.openedAt()
                .ifPresent(position -> learned.proof(fence.shard())
                        .filter(proof -> proof.opened().equals(fence.owned())
                                && proof.toRegion().equals(region)
                                && proof.openedAt().isEmpty())
                        .ifPresent(proof -> learned.prove(proof.openedAt(position))));
    }

    /**
     * What the next grant builds on, once the row is closed for good: the CLOSE of the withdrawn epoch; or, when the row was raised past a grant
     * that it never opened, that grant's own base.
     */
    private static Optional<Base> closedBase(Ownership.Withdrawal withdrawal, RegionId region, FenceSeen fence) {
        Epoch closing = withdrawal.withdrawn().epoch();
        if (fence.open() || withdrawal.epoch().isAbove(fence.epoch())) {
            return Optional.empty();
        }
        if (fence.owned().equals(closing)) {
            return fence.closedAt().map(position -> new Base.At(region, closing, position));
        }
        return closing.isAbove(fence.owned())
                ? Optional.of(withdrawal.withdrawn().base())
                : Optional.empty();
    }

    private static void head(Learned learned, RegionId region, HeadSeen head) {
        if (learned.run.state() instanceof SwitchState.Aligning aligning) {
            // Beyond the cut is not at it: the new owner could not open there.
            if (aligning.cuts().get(head.shard()) instanceof Base.At at
                    && learned.comesTo(region, head.shard())
                    && head.epoch().equals(at.epoch())
                    && head.position().equals(at.position())) {
                learned.covered(head.shard());
            }
            return;
        }
        Base awaited = learned.closes.get(head.shard());
        if (awaited != null && learned.comesTo(region, head.shard()) && covers(head, awaited)) {
            learned.covered(head.shard());
        }
    }

    private static boolean covers(HeadSeen head, Base base) {
        return switch (base) {
            case Base.None _ -> true;
            case Base.At at -> {
                if (!head.epoch().equals(at.epoch())) {
                    yield head.epoch().isAbove(at.epoch());
                }
                yield head.position().incarnation().equals(at.position().incarnation())
                        && head.position().compareTo(at.position()) >= 0;
            }
        };
    }

    private static void hash(Learned learned, RegionId region, HashSeen hash) {
        if (!hash.run().equals(learned.run.id())) {
            return;
        }
        var taken = new Proof.HashTaken(hash.rows(), hash.hash(), hash.problem());
        learned.proof(hash.shard()).ifPresent(proof -> {
            if (hash.before() && !proof.cut() && proof.fromRegion().equals(region) && adds(proof.before(), taken)) {
                learned.prove(proof.before(taken));
            }
            if (!hash.before() && proof.toRegion().equals(region) && adds(proof.after(), taken)) {
                learned.prove(proof.after(taken));
            }
        });
    }

    /** The first word counts, but one that was not taken gives way to one that was. */
    private static boolean adds(Optional<Proof.HashTaken> known, Proof.HashTaken taken) {
        return known.isEmpty() || (!known.get().taken() && taken.taken());
    }

    /** What one run knows, growing while a report is read. */
    private static final class Learned {
        private final Run run;
        private final SortedMap<ShardId, Base> closes = new TreeMap<>();
        private final SortedSet<ShardId> covered = new TreeSet<>();
        private final SortedSet<ShardId> opened = new TreeSet<>();
        private final Map<ShardId, Proof> proofs = new LinkedHashMap<>();
        private boolean grown;
        private int lessons;

        Learned(Run run) {
            this.run = run;
            switch (run.state().underlying()) {
                case SwitchState.Fencing fencing -> {
                    closes.putAll(fencing.closes());
                    covered.addAll(fencing.covered());
                }
                case SwitchState.CatchingUp catching -> {
                    closes.putAll(catching.closes());
                    covered.addAll(catching.covered());
                }
                case SwitchState.Activated activated -> opened.addAll(activated.opened());
                case SwitchState.RollingBack back -> {
                    closes.putAll(back.closes());
                    opened.addAll(back.opened());
                }
                case SwitchState.Gathering gathering -> closes.putAll(gathering.closes());
                case SwitchState.Aligning aligning -> covered.addAll(aligning.covered());
                default -> {}
            }
        }

        void closed(ShardId shard, Base base) {
            boolean closing = run.state().underlying() instanceof SwitchState.Fencing
                    || run.state().underlying() instanceof SwitchState.Gathering
                    || (run.state().underlying() instanceof SwitchState.RollingBack back && !back.granted());
            if (closing && run.presentMove(shard).isPresent() && closes.putIfAbsent(shard, base) == null) {
                grow();
                proof(shard).ifPresent(proof -> prove(proof.closedBy(base)));
                if (base instanceof Base.None) {
                    covered.add(shard);
                }
            }
        }

        boolean comesTo(RegionId region, ShardId shard) {
            return run.presentMove(shard)
                    .filter(move -> run.plan().target(move).region().equals(region))
                    .isPresent();
        }

        void covered(ShardId shard) {
            boolean awaiting = run.state() instanceof SwitchState.Fencing
                    || run.state() instanceof SwitchState.CatchingUp
                    || run.state() instanceof SwitchState.Aligning;
            if (awaiting && covered.add(shard)) {
                grow();
            }
        }

        void opened(ShardId shard) {
            boolean opening = run.state().underlying() instanceof SwitchState.Activated
                    || (run.state().underlying() instanceof SwitchState.RollingBack back && back.granted());
            if (opening && run.presentMove(shard).isPresent() && opened.add(shard)) {
                grow();
            }
        }

        Optional<Proof> proof(ShardId shard) {
            Proof changed = proofs.get(shard);
            return changed != null
                    ? Optional.of(changed)
                    : Optional.ofNullable(run.proofs().get(shard));
        }

        void prove(Proof proof) {
            proofs.put(proof.shard(), proof);
            lessons++;
        }

        private void grow() {
            grown = true;
            lessons++;
        }

        List<Event> events() {
            var events = new ArrayList<Event>();
            if (!proofs.isEmpty()) {
                events.add(new Event.ProofsCollected(run.id(), List.copyOf(proofs.values())));
            }
            if (grown) {
                events.add(new Event.RunAdvanced(run.id(), grown(), ""));
            }
            return events;
        }

        private SwitchState grown() {
            SwitchState grown = switch (run.state().underlying()) {
                case SwitchState.Fencing _ -> new SwitchState.Fencing(closes, covered);
                case SwitchState.CatchingUp _ -> new SwitchState.CatchingUp(closes, covered);
                case SwitchState.Activated activated -> new SwitchState.Activated(activated.closes(), opened);
                case SwitchState.RollingBack back -> new SwitchState.RollingBack(closes, back.granted(), opened);
                case SwitchState.Gathering gathering ->
                    new SwitchState.Gathering(
                            gathering.attempt(), gathering.answers(), closes, gathering.patienceOver());
                case SwitchState.Aligning aligning ->
                    new SwitchState.Aligning(
                            aligning.attempt(), aligning.cuts(), aligning.holders(), covered, aligning.unclean());
                default -> throw new IllegalStateException(run.id() + " learns nothing in " + run.state());
            };
            return run.state() instanceof SwitchState.NeedsOperator ? new SwitchState.NeedsOperator(grown) : grown;
        }
    }
}
