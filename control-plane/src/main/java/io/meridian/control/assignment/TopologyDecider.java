package io.meridian.control.assignment;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.pinning.PinDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Event;
import io.meridian.control.state.Revision;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Run;
import io.meridian.control.topology.TopologyDiff;
import io.meridian.control.topology.TopologyHistory;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A topology is declared. The first one gives every shard away; a later one may change everything that no shard hangs on. */
public final class TopologyDecider {
    private TopologyDecider() {}

    public static Answer apply(ControlState state, Command.ApplyTopology asked) {
        return notAt(state, asked.onlyAt())
                .<Answer>map(Answer.No::new)
                .orElseGet(() -> declare(state, asked.topology(), asked.now()));
    }

    /** The same decision as if the old document were declared anew. */
    public static Answer rollBack(ControlState state, Command.RollBackTopology asked) {
        Optional<Problem> not = notAt(state, asked.onlyAt());
        if (not.isPresent()) {
            return new Answer.No(not.get());
        }
        return state.topology(asked.to())
                .map(topology -> declare(state, topology, asked.now()))
                .orElseGet(() -> new Answer.No(TopologyHistory.unknown(asked.to())));
    }

    /** Whether it would change the rules that hold now; those of the very first topology are no edit. */
    public static boolean editsSafetyRules(ControlState state, Command.Keyed asked) {
        Optional<Topology> wanted = asked instanceof Command.ApplyTopology apply
                ? Optional.of(apply.topology())
                : asked instanceof Command.RollBackTopology back ? state.topology(back.to()) : Optional.empty();
        return wanted.isPresent()
                && state.declared().isPresent()
                && (!wanted.get()
                                .safetyRules()
                                .equals(state.declared().get().topology().safetyRules())
                        || letsFailOverByItself(state.declared().get().topology(), wanted.get()));
    }

    /** That a region is failed over by itself where it was not, or on other terms. Taking it back needs nobody else. */
    private static boolean letsFailOverByItself(Topology present, Topology wanted) {
        List<Topology.Region> automatic = wanted.regions().stream()
                .filter(region -> region.failover().automatic())
                .toList();
        return !automatic.isEmpty() && !wanted.failover().equals(present.failover())
                || automatic.stream()
                        .anyMatch(region -> !present.region(region.id())
                                .map(Topology.Region::failover)
                                .equals(Optional.of(region.failover())));
    }

    private static Optional<Problem> notAt(ControlState state, Optional<Revision> onlyAt) {
        Revision present = state.declared().map(DeclaredTopology::at).orElse(Revision.NONE);
        return onlyAt.filter(expected -> !expected.equals(present))
                .map(expected -> new Problem(
                        ProblemType.REVISION_CONFLICT,
                        "this was asked for on top of revision " + expected + ", but "
                                + (state.declared().isEmpty()
                                        ? "there is no topology yet"
                                        : "the topology is at revision " + present)
                                + "; get it, look at what changed, and ask again with its revision",
                        Map.of("expected", expected + "", "present", present + ""),
                        List.of()));
    }

    private static Answer declare(ControlState state, Topology wanted, Instant now) {
        if (state.declared().isEmpty()) {
            return switch (ShardAssignment.first(wanted)) {
                case ShardAssignment.First.NoRoom none ->
                    new Answer.No(new Problem(
                            ProblemType.NO_ROOM,
                            none.why(),
                            Map.of(),
                            List.of(new Problem.Fault(none.pointer(), none.why()))));
                case ShardAssignment.First.Given given ->
                    new Answer.Yes(
                            List.of(new Event.TopologyDeclared(wanted, now), new Event.ShardsAssigned(given.shards())),
                            "",
                            firstChanges(wanted, given.shards()));
            };
        }
        Topology present = state.declared().get().topology();
        if (present.equals(wanted)) {
            return new Answer.Yes(List.of(), "", List.of());
        }
        List<Problem.Fault> conflicts = conflicts(state, present, wanted);
        if (!conflicts.isEmpty()) {
            String detail = conflicts.size() == 1
                    ? conflicts.getFirst().detail()
                    : conflicts.size() + " changes are not possible; the first: "
                            + conflicts.getFirst().detail();
            return new Answer.No(new Problem(ProblemType.TOPOLOGY_CONFLICT, detail, Map.of(), conflicts));
        }
        return new Answer.Yes(
                List.of(new Event.TopologyDeclared(wanted, now)), "", TopologyDiff.sentences(present, wanted));
    }

    private static List<String> firstChanges(Topology wanted, List<ShardState> shards) {
        Map<ZoneId, Long> counts =
                shards.stream().collect(Collectors.groupingBy(ShardState::zone, Collectors.counting()));
        return wanted.zones().stream()
                .map(zone -> "zone " + zone.id() + " (region " + zone.region() + ") "
                        + (zone.sharded()
                                ? "gets " + counts.getOrDefault(zone.id(), 0L) + " of " + wanted.shards() + " shards"
                                : "is " + zone.kind().indefinite() + " zone"))
                .toList();
    }

    /** Every change that a shard stands in the way of, with a pointer into the wanted document. */
    private static List<Problem.Fault> conflicts(ControlState state, Topology present, Topology wanted) {
        var faults = new ArrayList<Problem.Fault>();
        if (present.shards() != wanted.shards()) {
            faults.add(new Problem.Fault(
                    "/shards",
                    "the number of shards is fixed once set: " + present.shards() + ", not " + wanted.shards()));
        }
        faults.addAll(groupConflicts(present, wanted));
        for (Topology.Table table : present.tables()) {
            if (wanted.tables().stream()
                    .noneMatch(other -> other.schema().equals(table.schema())
                            && other.name().equals(table.name())
                            && other.shardingColumn().equals(table.shardingColumn())
                            && other.kind() == table.kind()
                            && other.resolver().equals(table.resolver())
                            && other.columns().equals(table.columns()))) {
                faults.add(new Problem.Fault(
                        "/tables",
                        "table " + table.schema() + "." + table.name() + " by " + table.shardingColumn()
                                + (table.sharded()
                                        ? " is under the fence and in the change streams; it cannot be removed or sharded anew"
                                        : " is written in every region and in the change streams; it cannot be removed, become another"
                                                + " kind of table or be merged by other rules")));
            }
        }
        for (Topology.Region region : present.regions()) {
            // Its store has made ids with it; with another region's it would make them again.
            if (region.number().isPresent()
                    && wanted.regions().stream()
                            .anyMatch(other -> other.id().equals(region.id())
                                    && !other.number().equals(region.number()))) {
                faults.add(new Problem.Fault(
                        "/regions",
                        "region " + region.id() + " has the number "
                                + region.number().getAsInt() + " in its ids, once declared for good"));
            }
            long owned = state.shards().stream()
                    .filter(shard -> shard.region().equals(region.id()))
                    .count();
            if (owned > 0 && wanted.regions().stream().noneMatch(r -> r.id().equals(region.id()))) {
                faults.add(new Problem.Fault(
                        "/regions", "region " + region.id() + " owns " + owned + " shards; move them away first"));
            }
        }
        for (Topology.Zone zone : present.zones()) {
            faults.addAll(zoneConflicts(state, zone, wanted));
        }
        return faults;
    }

    /** Rows do not travel between groups, nor records between partitions: what was declared of them first, holds. */
    private static List<Problem.Fault> groupConflicts(Topology present, Topology wanted) {
        var faults = new ArrayList<Problem.Fault>();
        for (Topology.StoreGroup group : present.storeGroups()) {
            if (wanted.storeGroup(group.name()).isEmpty()) {
                faults.add(new Problem.Fault(
                        "/storeGroups",
                        "store group " + group.name() + " holds shards " + group.range(present.shards())
                                + "; it cannot be removed"));
            }
        }
        for (int i = 0; i < wanted.storeGroups().size(); i++) {
            Topology.StoreGroup other = wanted.storeGroups().get(i);
            String pointer = "/storeGroups/" + i;
            Optional<Topology.StoreGroup> known = present.storeGroup(other.name());
            if (known.isEmpty()) {
                faults.add(new Problem.Fault(
                        pointer,
                        "store group " + other.name()
                                + " cannot be added: every shard is in a group already, and rows do not travel between"
                                + " groups"));
                continue;
            }
            if (known.get().partitions() != other.partitions()) {
                faults.add(new Problem.Fault(
                        pointer + "/partitions",
                        "the partitions of store group " + other.name() + " are fixed when it is made: "
                                + known.get().partitions() + ", not " + other.partitions()));
            }
            ShardRange held = known.get().range(present.shards());
            ShardRange asked = other.range(wanted.shards());
            if (present.shards() == wanted.shards() && !held.equals(asked)) {
                faults.add(new Problem.Fault(
                        pointer + "/shards",
                        "the shards of store group " + other.name() + " are fixed when it is made: " + held + ", not "
                                + asked));
            }
        }
        return faults;
    }

    private static List<Problem.Fault> zoneConflicts(ControlState state, Topology.Zone zone, Topology wanted) {
        long served = state.shards().stream()
                .filter(shard -> shard.zone().equals(zone.id()))
                .count();
        List<String> targetOf = state.activeRuns().stream()
                .filter(run -> run.plan().targets().contains(zone.id()))
                .map(Run::id)
                .toList();
        List<String> pins = PinDecider.to(state, zone.id());
        if (served == 0 && targetOf.isEmpty() && pins.isEmpty()) {
            return List.of();
        }
        String held = served > 0
                ? "zone " + zone.id() + " serves " + served + " shards"
                : targetOf.isEmpty()
                        ? "pin " + pins.getFirst() + " sends users to zone " + zone.id()
                        : "run " + targetOf.getFirst() + " moves shards to zone " + zone.id();
        for (int i = 0; i < wanted.zones().size(); i++) {
            Topology.Zone other = wanted.zones().get(i);
            if (other.id().equals(zone.id())) {
                var faults = new ArrayList<Problem.Fault>();
                if (!other.region().equals(zone.region())) {
                    faults.add(new Problem.Fault(
                            "/zones/" + i + "/region", held + ": it cannot go to region " + other.region()));
                }
                if (!other.sharded()) {
                    faults.add(new Problem.Fault(
                            "/zones/" + i + "/kind",
                            held + ": it cannot become " + other.kind().indefinite() + " zone, which owns none"));
                }
                return faults;
            }
        }
        return List.of(new Problem.Fault("/zones", held + "; move them away first"));
    }
}
