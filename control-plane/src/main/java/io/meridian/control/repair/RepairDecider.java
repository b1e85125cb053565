package io.meridian.control.repair;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.repair.Repair.Left;
import io.meridian.control.repair.Repair.Outcome;
import io.meridian.control.repair.Repair.RowKey;
import io.meridian.control.repair.Repair.ShardRepair;
import io.meridian.control.seeding.ShardSeeding;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.Verification.RowDifference;
import io.meridian.control.verify.VerificationDecider;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which rows a repair writes once more, and when it is over. The owner's copy is the truth: that is what owning means. Only in the epoch that it
 * has now, so that a shard which moves meanwhile is not written by two.
 */
public final class RepairDecider {
    public static final Duration LIMIT = Duration.ofMinutes(10);

    /** Whole ones in one repair: each is written once more in full, through every region's stream. */
    static final int WHOLE_SHARDS = 64;

    private RepairDecider() {}

    public static Answer start(ControlState state, String by, Command.StartRepair asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing to repair");
        }
        if (asked.verification().isEmpty() == asked.shards().isEmpty()) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT, "a repair is of a verification's rows, or of whole shards: name one");
        }
        Topology topology = state.declared().get().topology();
        Optional<Problem> unfit =
                VerificationDecider.unknownTable(topology, asked.tables()).or(() -> multiWriter(topology, asked));
        if (unfit.isPresent()) {
            return new Answer.No(unfit.get());
        }
        Optional<Repair> other = state.repairs().running();
        if (other.isPresent()) {
            return Answer.no(
                    ProblemType.REPAIR_RUNS,
                    "repair " + other.get().id() + " is under way, and there is one at a time; wait until it ended");
        }
        return switch (asked.verification().isEmpty() ? whole(state, topology, asked) : rows(state, topology, asked)) {
            case Plan.None none -> new Answer.No(none.why());
            case Plan.Made made -> started(state, by, asked, made);
        };
    }

    /** What would be written. */
    private sealed interface Plan {
        /** @param rows of each shard; of none: the whole shard */
        record Made(Map<ShardId, List<RowDifference>> rows, List<String> tables, List<Left> left) implements Plan {}

        record None(Problem why) implements Plan {}

        static Plan none(ProblemType type, String pointer, String detail) {
            return new None(new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
        }
    }

    private static Optional<Problem> multiWriter(Topology topology, Command.StartRepair asked) {
        List<String> sharded = sharded(topology);
        for (int i = 0; i < asked.tables().size(); i++) {
            if (!sharded.contains(asked.tables().get(i))) {
                String detail = "table " + asked.tables().get(i)
                        + " is written in every region: its copies converge by its resolvers, and no region's rows are the right ones";
                return Optional.of(new Problem(
                        ProblemType.NOT_REPAIRABLE,
                        detail,
                        Map.of(),
                        List.of(new Problem.Fault("/tables/" + i, detail))));
            }
        }
        return Optional.empty();
    }

    /** Tables whose rows have one owner. */
    private static List<String> sharded(Topology topology) {
        return topology.tables().stream()
                .filter(table -> table.kind() == Topology.TableKind.SHARDED)
                .map(table -> table.schema() + "." + table.name())
                .toList();
    }

    private static Plan whole(ControlState state, Topology topology, Command.StartRepair asked) {
        List<String> sharded = sharded(topology);
        if (sharded.isEmpty()) {
            return Plan.none(ProblemType.NOTHING_TO_REPAIR, "", "the topology has no table whose rows have one owner");
        }
        return switch (ShardSet.read(asked.shards(), topology.shards())) {
            case ShardSet.Reading.Refused refused ->
                Plan.none(refused.why().type(), "/shards", refused.why().detail());
            case ShardSet.Reading.Read read -> {
                if (read.shards().size() > WHOLE_SHARDS) {
                    yield Plan.none(
                            ProblemType.LIMIT_REACHED,
                            "/shards",
                            "up to " + WHOLE_SHARDS + " whole shards are repaired at a time, not "
                                    + read.shards().size() + "; or verify with rows, and repair those that differ");
                }
                var keys = new TreeMap<ShardId, List<RowDifference>>();
                read.shards().forEach(shard -> keys.put(shard, List.of()));
                boolean all = asked.tables().isEmpty()
                        && sharded.size() == topology.tables().size();
                List<String> tables = all
                        ? List.of()
                        : asked.tables().isEmpty() ? sharded : List.copyOf(new TreeSet<>(asked.tables()));
                yield new Plan.Made(keys, tables, List.of());
            }
        };
    }

    private static Plan rows(ControlState state, Topology topology, Command.StartRepair asked) {
        Optional<Verification> found = state.verification(asked.verification());
        if (found.isEmpty()) {
            return Plan.none(
                    ProblemType.UNKNOWN_VERIFICATION,
                    "/verification",
                    "there is no verification '" + asked.verification() + "'");
        }
        Verification verification = found.get();
        if (!(verification.phase() instanceof Verification.Phase.Done)) {
            return Plan.none(
                    ProblemType.NOT_REPAIRABLE,
                    "/verification",
                    "verification " + verification.id()
                            + (verification.running() ? " is still under way" : " failed: " + verification.problem())
                            + "; a repair goes by what one has found");
        }
        List<String> tables = asked.tables().isEmpty() ? sharded(topology) : asked.tables();
        var keys = new TreeMap<ShardId, List<RowDifference>>();
        var left = new ArrayList<Left>();
        for (Verification.Difference difference : verification.differences()) {
            List<RowDifference> rows = difference.rows().stream()
                    .filter(row -> tables.contains(row.table()))
                    .toList();
            if (!rows.isEmpty()) {
                keys.put(difference.shard(), rows);
            }
            why(difference, rows.size()).ifPresent(why -> left.add(new Left(difference.shard(), why)));
        }
        if (keys.isEmpty()) {
            return Plan.none(ProblemType.NOTHING_TO_REPAIR, "/verification", nothing(verification, left));
        }
        return new Plan.Made(keys, List.of(), left);
    }

    /** Why something of a shard is left as it is. */
    private static Optional<String> why(Verification.Difference difference, int taken) {
        if (!difference.rowsKnown()) {
            return Optional.of("its rows were not compared; verify again afterwards, with rows");
        }
        if (difference.moreRows()) {
            return Optional.of("more of its rows may differ; verify again afterwards, with rows");
        }
        if (difference.rows().isEmpty()) {
            return Optional.of("no row differed any more when its rows were compared");
        }
        return taken == difference.rows().size()
                ? Optional.empty()
                : Optional.of((difference.rows().size() - taken)
                        + " rows are of tables that were not asked for, or that are written in every region");
    }

    private static String nothing(Verification verification, List<Left> left) {
        if (verification.differences().isEmpty()) {
            return "verification " + verification.id() + " found the copies equal";
        }
        return "verification " + verification.id() + " has no row to repair: shard "
                + left.getFirst().shard() + ": " + left.getFirst().why()
                + (verification.scope().rows() ? "" : "; verify with rows first");
    }

    private static Answer started(ControlState state, String by, Command.StartRepair asked, Plan.Made plan) {
        var shards = new ArrayList<ShardRepair>();
        for (var each : plan.rows().entrySet()) {
            ShardState shard = state.shard(each.getKey());
            if (shard.frozenBy().isPresent()) {
                return Answer.no(
                        ProblemType.NOT_REPAIRABLE,
                        "shard " + shard.shard() + " is being moved by "
                                + shard.frozenBy().get() + "; ask again when that run has ended");
            }
            if (!(shard.ownership() instanceof Ownership.Grant grant)) {
                return Answer.no(
                        ProblemType.NOT_REPAIRABLE,
                        "shard " + shard.shard()
                                + " has no owner now, so nobody's rows are the right ones; ask again when it has one");
            }
            Map<String, Integer> asks = each.getValue().stream()
                    .collect(Collectors.groupingBy(RowDifference::table, TreeMap::new, Collectors.summingInt(_ -> 1)));
            long missing = each.getValue().stream()
                    .filter(row -> !row.hashes().containsKey(grant.owner()))
                    .count();
            shards.add(new ShardRepair(
                    shard.shard(),
                    grant.owner(),
                    grant.epoch(),
                    new TreeMap<>(asks),
                    (int) missing,
                    each.getValue().stream()
                            .map(row -> new RowKey(row.table(), row.key()))
                            .toList(),
                    Optional.empty()));
        }
        String id = "rp-" + (state.repairs().made() + 1);
        var repair = new Repair(
                id, asked.now(), by, asked.verification(), plan.tables(), shards, plan.left(), Optional.empty());
        return new Answer.Yes(List.of(new Event.RepairChanged(repair)), id, List.of());
    }

    /** Of rows that a copy could not take while it was made. None may be under way. */
    public static Event.RepairChanged ofRows(ControlState state, String by, List<ShardSeeding> missing, Instant now) {
        List<ShardRepair> shards = missing.stream()
                .map(shard -> new ShardRepair(
                        shard.shard(),
                        shard.owner(),
                        shard.epoch(),
                        new TreeMap<>(shard.missed().stream()
                                .collect(Collectors.groupingBy(RowKey::table, Collectors.summingInt(_ -> 1)))),
                        0,
                        shard.missed(),
                        Optional.empty()))
                .toList();
        String id = "rp-" + (state.repairs().made() + 1);
        return new Event.RepairChanged(new Repair(id, now, by, "", List.of(), shards, List.of(), Optional.empty()));
    }

    /** Only the owner's word counts, and only its first. */
    public static List<Event> report(ControlState state, Command.ReportRepairs report) {
        Optional<Repair> running = state.repairs().running();
        if (running.isEmpty()) {
            return List.of();
        }
        var outcomes = new HashMap<ShardId, Outcome>();
        for (Command.ShardRepaired told : report.shards()) {
            running.get()
                    .pending()
                    .filter(shard -> told.repair().equals(running.get().id())
                            && shard.shard().equals(told.shard())
                            && shard.owner().equals(report.region())
                            && state.holds(report.group(), shard.shard()))
                    .forEach(shard ->
                            outcomes.put(shard.shard(), new Outcome(told.rows(), told.absent(), told.problem())));
        }
        return changed(running.get(), outcomes, report.now());
    }

    /** Whether the shard is no more its owner's in the epoch of the repair. */
    public static boolean movedOn(ControlState state, ShardRepair shard) {
        return !(state.shard(shard.shard()).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(shard.owner())
                && grant.epoch().equals(shard.epoch()));
    }

    public static List<Event> moved(ControlState state, Command.RepairMovedOn asked) {
        return ended(
                state,
                asked.repair(),
                asked.now(),
                shard -> movedOn(state, shard),
                "moved while it was being repaired; ask again");
    }

    /** @param due compare-and-set: nothing was reported since it was seen */
    public static List<Event> due(ControlState state, Command.RepairDue due) {
        boolean stands = state.repairs()
                .find(due.repair())
                .filter(repair -> repair.pending().count() == due.pending())
                .isPresent();
        return stands
                ? ended(
                        state,
                        due.repair(),
                        due.now(),
                        _ -> true,
                        "its owner's agent did not report in time; whether it was written is not known: verify, or ask again")
                : List.of();
    }

    private static List<Event> ended(
            ControlState state, String id, Instant now, Predicate<ShardRepair> which, String why) {
        Optional<Repair> found = state.repairs().find(id);
        if (found.isEmpty()) {
            return List.of();
        }
        var outcomes = new HashMap<ShardId, Outcome>();
        found.get().pending().filter(which).forEach(shard -> outcomes.put(shard.shard(), new Outcome(0, 0, why)));
        return changed(found.get(), outcomes, now);
    }

    private static List<Event> changed(Repair repair, Map<ShardId, Outcome> outcomes, Instant now) {
        return outcomes.isEmpty() ? List.of() : List.of(new Event.RepairChanged(repair.with(outcomes, now)));
    }
}
