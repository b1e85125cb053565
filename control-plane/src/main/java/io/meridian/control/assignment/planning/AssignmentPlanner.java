package io.meridian.control.assignment.planning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the best assignment, or says why there is none: residency and capacity are kept; then come fewest moves, backup order and balance, or,
 * for a rebalance, balance first. Deterministic: equal input, equal answer.
 *
 * <p>A million shards on a hundred zones take well under a second, since shards of one zone under one rule are one class, and the flow of
 * classes to zones ({@link ZoneFlow}) knows only how many.
 */
public final class AssignmentPlanner {
    private final AssignmentInput input;
    private final ShardClasses classes;
    private final List<ZoneFacts> zones;
    private final ZoneFlow flow;
    /** A zone behind the real ones, for shards that have no place. */
    private final int nowhere;

    private AssignmentPlanner(AssignmentInput input) {
        this.input = input;
        classes = new ShardClasses(input);
        zones = input.zones();
        nowhere = zones.size();
        flow = new ZoneFlow(classes.count(), nowhere + 1);
    }

    public static Assignment plan(AssignmentInput input) {
        return new AssignmentPlanner(input).plan();
    }

    private Assignment plan() {
        allow();
        int[] atFirst = start();
        new LeastCost(flow, (_, zone) -> zone == nowhere ? 1 : 0).reach();
        if (flow.count[nowhere] > 0) {
            return Shortage.of(input, classes, flow);
        }
        flow.forbid(nowhere);
        var balance = new Balance(flow, weights());
        switch (input.goal()) {
            case STAY -> {
                new LeastCost(flow, this::move).reach().keep();
                new LeastCost(flow, this::rank).reach().keep();
                balance.reach();
            }
            case BALANCE -> {
                balance.reach();
                balance.keep();
                new LeastCost(flow, this::move).reach().keep();
                new LeastCost(flow, this::rank).reach();
            }
        }
        return new Reading(input, classes, flow, atFirst).found();
    }

    private void allow() {
        for (int c = 0; c < classes.count(); c++) {
            int home = classes.home(c);
            var rule = input.rules().get(classes.rule(c));
            for (int zone = 0; zone < zones.size(); zone++) {
                ZoneFacts facts = zones.get(zone);
                boolean open = facts.accepts()
                        || home == zone
                        || (home >= 0 && zones.get(home).backups().contains(facts.id()));
                if (open
                        && rule.zones().contains(facts.id())
                        && !input.evacuated().contains(facts.id())) {
                    flow.allow(c, zone);
                }
            }
            flow.allow(c, nowhere);
        }
    }

    /** Whoever may stay does; the others go to the best place with room, for a start that needs few corrections. */
    private int[] start() {
        int[] atFirst = new int[zones.size()];
        for (int zone = 0; zone < zones.size(); zone++) {
            flow.most[zone] = zones.get(zone).capacity().orElse(Integer.MAX_VALUE);
        }
        flow.most[nowhere] = Integer.MAX_VALUE;
        int[] left = new int[classes.count()];
        for (int c = 0; c < classes.count(); c++) {
            int home = classes.home(c);
            left[c] = classes.size(c);
            if (home >= 0) {
                atFirst[home] += left[c];
                left[c] -= fill(c, home, left[c]);
            }
        }
        for (int c = 0; c < classes.count(); c++) {
            for (int zone : nearest(c)) {
                left[c] -= fill(c, zone, left[c]);
            }
            flow.put(c, nowhere, left[c]);
        }
        return atFirst;
    }

    private int fill(int shardClass, int zone, int wanted) {
        int filled = flow.mayBe(shardClass, zone) ? Math.min(wanted, flow.most[zone] - flow.count[zone]) : 0;
        flow.put(shardClass, zone, filled);
        return filled;
    }

    private int[] nearest(int shardClass) {
        var order = new ArrayList<Integer>();
        for (int zone = 0; zone < zones.size(); zone++) {
            order.add(zone);
        }
        order.sort(Comparator.comparingInt(zone -> rank(shardClass, zone)));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private int move(int shardClass, int zone) {
        return zone == classes.home(shardClass) || classes.home(shardClass) < 0 ? 0 : 1;
    }

    private int rank(int shardClass, int zone) {
        int home = classes.home(shardClass);
        return home < 0 || home == zone || zone == nowhere ? 0 : zones.get(home).rank(zones.get(zone));
    }

    /** A place that is none is never the emptiest: it takes nothing any more. */
    private int[] weights() {
        int[] weights = new int[nowhere + 1];
        for (int zone = 0; zone < nowhere; zone++) {
            weights[zone] = zones.get(zone).weight();
        }
        return weights;
    }
}
