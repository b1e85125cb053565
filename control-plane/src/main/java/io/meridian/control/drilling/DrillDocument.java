package io.meridian.control.drilling;

import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Optional;

/**
 * A scenario as it is written, and what this control plane has to know of it; all else in it is the runner's to read.
 *
 * @param regions that it is about, as written: one, or the two ends of a link
 * @param about the same in words: {@code west}, {@code east <-> west}
 * @param text at most {@link #LONGEST} characters
 */
public record DrillDocument(
        String name, String explanation, Act act, List<RegionId> regions, String about, String text) {
    public static final int LONGEST = 8192;
    public static final int LONGEST_EXPLANATION = 4000;

    public DrillDocument {
        regions = List.copyOf(regions);
    }

    /** What is done. */
    public enum Act {
        /** A region is gone. */
        LOSE,
        /** A living region is emptied. */
        EVACUATE,
        /** A link is down or slow. */
        LINK;

        /** Whether a drill of it can be told to be about any region. */
        public boolean ofAnyRegion() {
            return this != LINK;
        }
    }

    /** About another region than it names; a link cannot be. */
    Optional<DrillDocument> about(RegionId region) {
        return act.ofAnyRegion()
                ? Optional.of(new DrillDocument(name, explanation, act, List.of(region), region.name(), text))
                : Optional.empty();
    }
}
