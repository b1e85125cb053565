package io.meridian.control.failover;

import io.meridian.control.command.Command;
import io.meridian.control.command.Command.GatherSeen;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.switching.SwitchState.Gathering;
import io.meridian.control.switching.SwitchState.Gathering.Answer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What survivors answer. An answer counts for its run and attempt only, and the first one that can be built on holds. */
public final class GatherDecider {
    private GatherDecider() {}

    public static List<Event> report(ControlState state, Command.ReportGather report) {
        var events = new ArrayList<Event>();
        for (Run run : state.activeRuns()) {
            if (run.state().underlying() instanceof Gathering gathering) {
                List<GatherSeen> news = report.shards().stream()
                        .filter(seen -> state.holds(report.group(), seen.shard()))
                        .filter(seen -> teaches(state, run, gathering, report.region(), seen))
                        .toList();
                if (!news.isEmpty()) {
                    Gathering next = with(state, gathering, report.region(), news);
                    events.add(new Event.RunAdvanced(
                            run.id(),
                            run.state() instanceof SwitchState.NeedsOperator
                                    ? new SwitchState.NeedsOperator(next)
                                    : next,
                            ""));
                }
            }
        }
        return events;
    }

    /** Whether some run learns from it; nodes propose only that. */
    public static boolean teaches(ControlState state, RegionId region, GatherSeen seen) {
        return state.run(seen.run())
                .filter(run -> run.state().underlying() instanceof Gathering gathering
                        && teaches(state, run, gathering, region, seen))
                .isPresent();
    }

    private static boolean teaches(ControlState state, Run run, Gathering gathering, RegionId region, GatherSeen seen) {
        if (!seen.run().equals(run.id())
                || seen.attempt() != gathering.attempt()
                || !state.hasShard(seen.shard())
                || !(state.shard(seen.shard()).ownership() instanceof Ownership.Withdrawal withdrawal)
                || !withdrawal.run().equals(run.id())) {
            return false;
        }
        if (withdrawal.withdrawn().owner().equals(region) && !ended(withdrawal, seen)) {
            return false; // Its own copy is at its end when its CLOSE is, and not before.
        }
        Answer known =
                gathering.answers().getOrDefault(seen.shard(), new TreeMap<>()).get(region);
        return known == null || (!known.usable() && !known.equals(answer(withdrawal, seen)));
    }

    private static boolean ended(Ownership.Withdrawal withdrawal, GatherSeen seen) {
        return seen.problem().isEmpty()
                && seen.closed()
                && seen.head()
                        .filter(head ->
                                head.epoch().equals(withdrawal.withdrawn().epoch()))
                        .isPresent();
    }

    private static Answer answer(Ownership.Withdrawal withdrawal, GatherSeen seen) {
        boolean beyond = seen.head()
                .filter(head -> head.epoch().compareTo(withdrawal.epoch()) >= 0)
                .isPresent();
        return new Answer(
                seen.head(),
                seen.closed(),
                seen.heartbeatMicros(),
                beyond ? "it has applied a later epoch than the one that was lost" : seen.problem());
    }

    private static Gathering with(ControlState state, Gathering gathering, RegionId region, List<GatherSeen> news) {
        var answers = new TreeMap<ShardId, SortedMap<RegionId, Answer>>(
                (Map<ShardId, SortedMap<RegionId, Answer>>) gathering.answers());
        var closes = new TreeMap<ShardId, Base>((Map<ShardId, Base>) gathering.closes());
        for (GatherSeen seen : news) {
            var withdrawal = (Ownership.Withdrawal) state.shard(seen.shard()).ownership();
            var all =
                    new TreeMap<RegionId, Answer>(Optional.<Map<RegionId, Answer>>ofNullable(answers.get(seen.shard()))
                            .orElse(Map.of()));
            all.put(region, answer(withdrawal, seen));
            answers.put(seen.shard(), all);
            if (withdrawal.withdrawn().owner().equals(region)) {
                seen.head().ifPresent(close -> closes.putIfAbsent(seen.shard(), close));
            }
        }
        return new Gathering(gathering.attempt(), answers, closes, gathering.patienceOver());
    }
}
