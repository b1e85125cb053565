package io.meridian.control.verify;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Rounds of hashing: shards that differ are hashed again after a pause, because a shard that is being written differs for as long as its last
 * write travels. What still differs after the last round is a difference.
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
        Optional<Verification> running = state.runningVerification();
        if (running.isPresent()) {
            return new Answer.Yes(List.of(), running.get().id(), List.of());
        }
        String id = "vf-" + (state.verificationsMade() + 1);
        List<RegionId> regions = state.declared().get().topology().regions().stream()
                .map(Topology.Region::id)
                .toList();
        SortedSet<ShardId> shards =
                state.shards().stream().map(ShardState::shard).collect(Collectors.toCollection(TreeSet::new));
        var verification = new Verification(
                id,
                new Verification.Phase.Hashing(shards, new TreeMap<>()),
                1,
                regions,
                shards.size(),
                0,
                List.of(),
                "",
                start.now(),
                Optional.empty());
        return new Answer.Yes(List.of(new Event.VerificationChanged(verification)), id, List.of());
    }

    public static List<Event> report(ControlState state, Command.ReportVerification report) {
        Optional<Verification> found = state.verification(report.id());
        if (found.isEmpty()
                || found.get().round() != report.round()
                || !(found.get().phase() instanceof Verification.Phase.Hashing hashing)
                || !found.get().regions().contains(report.region())) {
            return List.of();
        }
        Verification running = found.get();
        if (!report.problem().isEmpty()) {
            String why = store(state, report).inWords() + " could not hash: " + report.problem();
            return changed(running.ended(new Verification.Phase.Failed(), why, report.now()));
        }
        var answers = new TreeMap<RegionId, SortedMap<ShardId, Verification.Hash>>(hashing.answers());
        var answer = new TreeMap<ShardId, Verification.Hash>();
        answer.putAll(answers.getOrDefault(report.region(), new TreeMap<>()));
        boolean news = false;
        for (Command.ShardHashed hashed : report.shards()) {
            if (hashing.asked().contains(hashed.shard()) && state.holds(report.group(), hashed.shard())) {
                news |= answer.putIfAbsent(hashed.shard(), new Verification.Hash(hashed.rows(), hashed.hash())) == null;
            }
        }
        if (!news) {
            return List.of();
        }
        answers.put(report.region(), answer);
        boolean all = running.regions().stream()
                .allMatch(
                        region -> answers.getOrDefault(region, new TreeMap<>()).size()
                                == hashing.asked().size());
        return changed(
                all
                        ? compared(running, hashing.asked(), answers, report)
                        : running.with(
                                new Verification.Phase.Hashing(hashing.asked(), answers),
                                running.round(),
                                running.rows(),
                                running.differences()));
    }

    private static StoreId store(ControlState state, Command.ReportVerification report) {
        return state.declared()
                .map(declared -> declared.topology().store(report.region(), report.group()))
                .orElse(new StoreId(report.region(), report.group()));
    }

    private static Verification compared(
            Verification running,
            Collection<ShardId> asked,
            SortedMap<RegionId, SortedMap<ShardId, Verification.Hash>> answers,
            Command.ReportVerification last) {
        var differences = new ArrayList<Verification.Difference>();
        long rows = running.rows();
        for (ShardId shard : asked) {
            var byRegion = new TreeMap<RegionId, Verification.Hash>();
            answers.forEach((region, hashes) -> byRegion.put(region, hashes.get(shard)));
            if (byRegion.values().stream().distinct().count() == 1) {
                rows += byRegion.firstEntry().getValue().rows();
            } else {
                differences.add(new Verification.Difference(shard, byRegion));
            }
        }
        boolean over = differences.isEmpty() || running.round() == ROUNDS;
        Verification.Phase next = over
                ? new Verification.Phase.Done()
                : new Verification.Phase.Pausing(differences.stream()
                        .map(Verification.Difference::shard)
                        .collect(Collectors.toCollection(TreeSet::new)));
        Verification after = running.with(next, running.round(), rows, differences);
        return over ? after.ended(next, "", last.now()) : after;
    }

    public static List<Event> due(ControlState state, Command.VerificationDue due) {
        Optional<Verification> found = state.verification(due.id());
        if (found.isEmpty() || found.get().round() != due.round()) {
            return List.of();
        }
        Verification running = found.get();
        return switch (running.phase()) {
            case Verification.Phase.Pausing pausing
            when due.pausing() ->
                changed(running.with(
                        new Verification.Phase.Hashing(pausing.differing(), new TreeMap<>()),
                        running.round() + 1,
                        running.rows(),
                        running.differences()));
            case Verification.Phase.Hashing hashing
            when !due.pausing() ->
                changed(running.ended(
                        new Verification.Phase.Failed(),
                        "no complete answer in time from " + silent(state, running, hashing),
                        due.now()));
            default -> List.of();
        };
    }

    /** The stores whose answers lack a shard. */
    private static String silent(ControlState state, Verification running, Verification.Phase.Hashing hashing) {
        Topology topology = state.declared().orElseThrow().topology();
        return running.regions().stream()
                .flatMap(region -> hashing.asked().stream()
                        .filter(shard -> !hashing.answers()
                                .getOrDefault(region, new TreeMap<>())
                                .containsKey(shard))
                        .map(shard ->
                                topology.store(region, topology.groupOf(shard).name()))
                        .distinct())
                .map(StoreId::toString)
                .collect(Collectors.joining(", "));
    }

    private static List<Event> changed(Verification verification) {
        return List.of(new Event.VerificationChanged(verification));
    }
}
