package io.meridian.agent.stream;

import java.util.OptionalLong;

/**
 * What a replication slot holds back in its store, and how far that is from an end. Pure.
 *
 * @param state PostgreSQL's {@code wal_status}: reserved, extended, unreserved, lost; "missing": there is no slot
 * @param retainedBytes of the log that the store keeps for it
 * @param leftBytes that may still be written before the store gives the slot up ({@code safe_wal_size}); empty: it never does, and its disk
 *     fills instead
 */
public record SlotState(String slot, String state, long retainedBytes, OptionalLong leftBytes) {
    public static final String MISSING = "missing";
    /** The store keeps no more than it may: what is left is this part of it, or less. */
    private static final int LEFT_AT_LEAST_ONE_IN = 5;

    /** How bad it is: ascending. */
    public enum Pressure {
        NONE,
        /** Heals alone when capture catches up. */
        HIGH,
        /** Needs a person: changes that nobody has copied are about to be given up, or are. */
        LOSING
    }

    public Pressure pressure(long warnBytes) {
        return switch (state) {
            case MISSING, "lost", "unreserved" -> Pressure.LOSING;
            default -> {
                boolean few = leftBytes.isPresent()
                        && leftBytes.getAsLong() < (retainedBytes + leftBytes.getAsLong()) / LEFT_AT_LEAST_ONE_IN;
                yield few ? Pressure.LOSING : retainedBytes > warnBytes ? Pressure.HIGH : Pressure.NONE;
            }
        };
    }

    /** In one sentence, for whoever has to act. */
    public String inWords() {
        return switch (state) {
            case MISSING ->
                "slot " + slot + " does not exist: changes from now on cannot be read; capture says what is missing";
            case "lost" ->
                "slot " + slot
                        + " was given up by the store: changes that nobody had copied are gone; capture says what is missing";
            default ->
                "slot " + slot + " (" + state + ") holds back " + retainedBytes + " bytes of the store's log"
                        + (leftBytes.isPresent()
                                ? ", and is given up after " + Math.max(0, leftBytes.getAsLong())
                                        + " more (max_slot_wal_keep_size)"
                                : ", without a limit until the disk is full")
                        + ": bring back what capture waits for, or make room";
        };
    }
}
