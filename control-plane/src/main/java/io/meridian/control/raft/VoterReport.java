package io.meridian.control.raft;

/**
 * What one node says of itself.
 *
 * @param state of its part in the log: RUNNING when well
 * @param written newest entry in its log; {@code applied} and {@code snapshot} likewise, -1: none
 * @param oldest entry that its log still has; what came before is in the snapshot only
 * @param supports newest logic version that it knows
 */
public record VoterReport(
        String node,
        String role,
        String state,
        long term,
        String leader,
        long written,
        long oldest,
        long committed,
        long applied,
        long snapshot,
        int supports) {}
