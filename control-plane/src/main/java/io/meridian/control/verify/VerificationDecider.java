package io.meridian.control.verify;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.verify.Verification.Buckets;
import io.meridian.control.verify.Verification.Difference;
import io.meridian.control.verify.Verification.Hash;
import io.meridian.control.verify.Verification.Phase;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rounds of hashing: shards that differ are hashed again after a pause, because a shard that is being written differs for as long as its last
 * write travels. What still differs after the last round is a difference; where rows are asked for, the first of those shards are then looked at in
 * two more rounds, bucket by bucket and row by row. That they differ is known by then, so whatever goes wrong there leaves the rows unknown only.
 */
public final class VerificationDecider {
    public static final Duration PAUSE = Duration.ofSeconds(1);
    public static final Duration ROUND_LIMIT = Duration.ofSeconds(60);
    static final int ROUNDS = 15;

    private VerificationDecider() {}

    public static Answer start(ControlState state, Command.StartVerification start) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing to verify");
        }
        Topology topology = state.declared().get().topology();
        SortedSet<ShardId> shards =
                state.shards().stream().map(ShardState::shard).collect(Collectors.toCollection(TreeSet::new));
        if (!start.shards().isEmpty()) {
            switch (ShardSet.read(start.shards(), topology.shards())) {
                case ShardSet.Reading.Refused refused -> {
                    return no(refused.why().type(), "/shards", refused.why().detail());
                }
                case ShardSet.Reading.Read read -> shards = read.shards();
            }
        }
        Optional<Problem> unknown = unknownTable(topology, start.tables());
        if (unknown.isPresent()) {
            return new Answer.No(unknown.get());
        }
        var tables = new TreeSet<>(start.tables());
        var scope = new Scope(
                shards.size() == state.shards().size() ? "" : ShardSet.write(shards),
                tables.size() == topology.tables().size() ? List.of() : List.copyOf(tables),
                start.rows());
        Optional<Verification> running = state.runningVerification();
        if (running.isPresent()) {
            return running.get().scope().equals(scope)
                    ? new Answer.Yes(List.of(), running.get().id(), List.of())
                    : Answer.no(
                            ProblemType.VERIFICATION_RUNS,
                            "verification " + running.get().id() + " of "
                                    + running.get().scope().inWords()
                                    + " is under way, and there is one at a time; wait until it ended");
        }
        String id = "vf-" + (state.verificationsMade() + 1);
        List<RegionId> regions =
                topology.regions().stream().map(Topology.Region::id).toList();
        var verification = new Verification(
                id,
                new Phase.Hashing(shards, new TreeMap<>()),
                1,
                regions,
                shards.size(),
                0,
                List.of(),
                "",
                start.now(),
                Optional.empty(),
                scope);
        return new Answer.Yes(List.of(new Event.VerificationChanged(verification)), id, List.of());
    }

    /** The first of {@code tables} that is not declared, with its place. */
    public static Optional<Problem> unknownTable(Topology topology, List<String> tables) {
        List<String> declared = topology.tables().stream()
                .map(table -> table.schema() + "." + table.name())
                .toList();
        for (int i = 0; i < tables.size(); i++) {
            if (!declared.contains(tables.get(i))) {
                String detail = "the topology has no table '" + tables.get(i) + "'; tables are "
                        + (declared.isEmpty() ? "none" : String.join(", ", declared));
                return Optional.of(new Problem(
                        ProblemType.UNKNOWN_TABLE,
                        detail,
                        Map.of(),
                        List.of(new Problem.Fault("/tables/" + i, detail))));
            }
        }
        return Optional.empty();
    }

    private static Answer no(ProblemType type, String pointer, String detail) {
        return new Answer.No(new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
    }

    public static List<Event> report(ControlState state, Command.ReportVerification report) {
        Optional<Verification> found = state.verification(report.id());
        if (found.isEmpty()
                || found.get().round() != report.round()
                || !(found.get().phase() instanceof Phase.Asking asking)
                || !found.get().regions().contains(report.region())) {
            return List.of();
        }
        Verification running = found.get();
        if (!report.problem().isEmpty()) {
            String why = store(state, report).inWords() + " could not hash: " + report.problem();
            return changed(stopped(running, why, report.now()));
        }
        Set<ShardId> known = asking.answered(report.region());
        List<Command.ShardHashed> news = report.shards().stream()
                .filter(hashed -> asking.asked().contains(hashed.shard())
                        && !known.contains(hashed.shard())
                        && state.holds(report.group(), hashed.shard()))
                .toList();
        if (news.isEmpty()) {
            return List.of();
        }
        RegionId region = report.region();
        return changed(
                switch (asking) {
                    case Phase.Hashing hashing -> {
                        var answers = RowComparison.with(
                                hashing.answers(), region, by(news, each -> new Hash(each.rows(), each.hash())));
                        var next = new Phase.Hashing(hashing.asked(), answers);
                        yield complete(running, next)
                                ? compared(running, next, report.now())
                                : running.with(next, running.round(), running.rows(), running.differences());
                    }
                    case Phase.Bucketing bucketing -> {
                        if (!news.stream().allMatch(each -> RowComparison.readable(each.buckets()))) {
                            yield stopped(
                                    running,
                                    store(state, report).inWords()
                                            + " has an agent of an earlier release, which does not compare rows; upgrade it",
                                    report.now());
                        }
                        var next = new Phase.Bucketing(
                                bucketing.asked(),
                                RowComparison.with(
                                        bucketing.answers(), region, by(news, Command.ShardHashed::buckets)));
                        yield complete(running, next)
                                ? bucketsCompared(running, next, report.now())
                                : running.with(next, running.round(), running.rows(), running.differences());
                    }
                    case Phase.Rowing rowing -> {
                        var next = new Phase.Rowing(
                                rowing.buckets(),
                                RowComparison.with(rowing.answers(), region, by(news, Command.ShardHashed::rowHashes)));
                        yield complete(running, next)
                                ? rowsCompared(running, next, report.now())
                                : running.with(next, running.round(), running.rows(), running.differences());
                    }
                });
    }

    private static <T> Map<ShardId, T> by(List<Command.ShardHashed> news, Function<Command.ShardHashed, T> what) {
        return news.stream().collect(Collectors.toMap(Command.ShardHashed::shard, what, (first, _) -> first));
    }

    private static boolean complete(Verification running, Phase.Asking asking) {
        return running.regions().stream()
                .allMatch(region -> asking.answered(region).containsAll(asking.asked()));
    }

    private static StoreId store(ControlState state, Command.ReportVerification report) {
        return state.declared()
                .map(declared -> declared.topology().store(report.region(), report.group()))
                .orElse(new StoreId(report.region(), report.group()));
    }

    /** That copies differ is known once their rows are asked for; before that nothing is. */
    private static Verification stopped(Verification running, String why, Instant now) {
        return running.phase() instanceof Phase.Hashing
                ? running.ended(new Phase.Failed(), why, now)
                : running.ended(new Phase.Done(), "rows are not known: " + why, now);
    }

    private static Verification compared(Verification running, Phase.Hashing hashed, Instant now) {
        var differences = new ArrayList<Difference>();
        long rows = running.rows();
        for (ShardId shard : hashed.asked()) {
            SortedMap<RegionId, Hash> byRegion = of(shard, hashed.answers());
            if (byRegion.values().stream().distinct().count() == 1) {
                rows += byRegion.firstEntry().getValue().rows();
            } else {
                differences.add(new Difference(shard, byRegion));
            }
        }
        SortedSet<ShardId> differing =
                differences.stream().map(Difference::shard).collect(Collectors.toCollection(TreeSet::new));
        boolean over = differences.isEmpty() || running.round() >= ROUNDS;
        if (!over) {
            return running.with(new Phase.Pausing(differing), running.round(), rows, differences);
        }
        if (!differences.isEmpty() && running.scope().rows()) {
            SortedSet<ShardId> first =
                    differing.stream().limit(RowComparison.SHARDS).collect(Collectors.toCollection(TreeSet::new));
            return running.with(new Phase.Bucketing(first, new TreeMap<>()), running.round() + 1, rows, differences);
        }
        return running.with(new Phase.Done(), running.round(), rows, differences)
                .ended(new Phase.Done(), "", now);
    }

    private static Verification bucketsCompared(Verification running, Phase.Bucketing told, Instant now) {
        var buckets = new TreeMap<ShardId, Buckets>();
        var same = new TreeSet<ShardId>();
        for (ShardId shard : told.asked()) {
            Buckets differing =
                    RowComparison.differing(of(shard, told.answers()).values());
            if (differing.numbers().isEmpty()) {
                same.add(shard);
            } else {
                buckets.put(shard, differing);
            }
        }
        // They differed in every round and do so no more: looked at, and no row to show.
        List<Difference> differences = running.differences().stream()
                .map(each -> same.contains(each.shard()) ? each.with(List.of(), false) : each)
                .toList();
        return buckets.isEmpty()
                ? running.with(new Phase.Done(), running.round(), running.rows(), differences)
                        .ended(new Phase.Done(), "", now)
                : running.with(
                        new Phase.Rowing(buckets, new TreeMap<>()), running.round() + 1, running.rows(), differences);
    }

    private static Verification rowsCompared(Verification running, Phase.Rowing told, Instant now) {
        List<Difference> differences = running.differences().stream()
                .map(each -> told.buckets().get(each.shard()) instanceof Buckets asked
                        ? RowComparison.compared(each, of(each.shard(), told.answers()), asked.more())
                        : each)
                .toList();
        return running.with(new Phase.Done(), running.round(), running.rows(), differences)
                .ended(new Phase.Done(), "", now);
    }

    /** Every region's answer about a shard, once all are in. */
    private static <T> SortedMap<RegionId, T> of(ShardId shard, SortedMap<RegionId, SortedMap<ShardId, T>> answers) {
        var byRegion = new TreeMap<RegionId, T>();
        answers.forEach((region, shards) -> {
            if (shards.get(shard) instanceof T answer) {
                byRegion.put(region, answer);
            }
        });
        return byRegion;
    }

    public static List<Event> due(ControlState state, Command.VerificationDue due) {
        Optional<Verification> found = state.verification(due.id());
        if (found.isEmpty() || found.get().round() != due.round()) {
            return List.of();
        }
        Verification running = found.get();
        return switch (running.phase()) {
            case Phase.Pausing pausing
            when due.pausing() ->
                changed(running.with(
                        new Phase.Hashing(pausing.differing(), new TreeMap<>()),
                        running.round() + 1,
                        running.rows(),
                        running.differences()));
            case Phase.Asking asking
            when !due.pausing() ->
                changed(stopped(
                        running, "no complete answer in time from " + silent(state, running, asking), due.now()));
            default -> List.of();
        };
    }

    /** The stores whose answers lack a shard. */
    private static String silent(ControlState state, Verification running, Phase.Asking asking) {
        Topology topology = state.declared().orElseThrow().topology();
        return running.regions().stream()
                .flatMap(region -> missing(asking, region).stream()
                        .map(shard ->
                                topology.store(region, topology.groupOf(shard).name()))
                        .distinct())
                .map(StoreId::toString)
                .collect(Collectors.joining(", "));
    }

    private static Collection<ShardId> missing(Phase.Asking asking, RegionId region) {
        SortedSet<ShardId> missing = new TreeSet<>(asking.asked());
        missing.removeAll(asking.answered(region));
        return missing;
    }

    private static List<Event> changed(Verification verification) {
        return List.of(new Event.VerificationChanged(verification));
    }
}
