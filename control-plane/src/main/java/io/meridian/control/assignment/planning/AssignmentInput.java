package io.meridian.control.assignment.planning;

import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * What is to be assigned. Every shard counts the same: with loads of their own this would be bin packing, which nothing solves exactly.
 *
 * @param zones in the order of the topology; ties go to the earlier one
 * @param rules where shards may be at all; a shard is under exactly one
 * @param at index = shard: index of its zone, or {@link #NOWHERE}. Not copied: it may hold a million
 * @param ruleOf index = shard: index of its rule
 * @param evacuated these are to be empty afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record AssignmentInput(
        List<ZoneFacts> zones, List<Rule> rules, int[] at, int[] ruleOf, Set<ZoneId> evacuated, Goal goal) {
    public static final int NOWHERE = -1;

    /** A route map names no more; the planner's cost grows with the cube. */
    public static final int ZONES_AT_MOST = 128;

    public AssignmentInput {
        zones = List.copyOf(zones);
        rules = List.copyOf(rules);
        evacuated = Set.copyOf(evacuated);
        if (zones.isEmpty() || zones.size() > ZONES_AT_MOST || at.length != ruleOf.length) {
            throw new IllegalStateException(
                    zones.size() + " zones, " + at.length + " shards, " + ruleOf.length + " of them with a rule");
        }
    }

    /**
     * @param zones where its shards may be
     * @param why said of them in sentences: {@code may only live in east, north}
     */
    public record Rule(Set<ZoneId> zones, String why) {
        public Rule {
            zones = Set.copyOf(zones);
        }
    }

    /** What comes first once residency and capacity hold. */
    public enum Goal {
        /** Fewest moves, then backup order, then balance: whoever must not move stays. */
        STAY,
        /** Balance by weight, then fewest moves, then backup order: what a rebalance is asked for. */
        BALANCE
    }
}
