package io.meridian.control.assignment.planning;

import io.meridian.topology.ZoneId;
import java.util.List;

/** What came of planning. */
public sealed interface Assignment {
    /**
     * @param zoneOf index = shard: index of its zone afterwards
     * @param moves shards that go the same way for the same reason, ascending by zones
     * @param counts index = zone: shards afterwards
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Found(int[] zoneOf, List<Moves> moves, int[] counts) implements Assignment {
        public Found {
            moves = List.copyOf(moves);
        }

        public int moved() {
            return moves.stream().mapToInt(each -> each.shards().length).sum();
        }
    }

    /** @param why one sentence */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Moves(ZoneId from, ZoneId to, int[] shards, String why) {}

    /**
     * No assignment keeps residency and capacity.
     *
     * @param missing how many shards would have no place
     * @param why what is short, and by how much
     */
    record Impossible(int missing, String why) implements Assignment {}
}
