package io.meridian.control.switching;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What people, or its own caution, have said of how a run goes on.
 *
 * @param paused no further wave starts until a person resumes it
 * @param forced gates that a person answers for: closed ones of these do not keep a wave from starting
 * @param reason why they were forced; empty: none was
 */
public record Handling(boolean paused, SortedSet<Gate.Name> forced, String reason) {
    public Handling {
        forced = Collections.unmodifiableSortedSet(new TreeSet<>((Set<Gate.Name>) forced));
    }

    public static Handling none() {
        return new Handling(false, new TreeSet<>(), "");
    }

    Handling paused(boolean now) {
        return new Handling(now, forced, reason);
    }

    Handling forcing(Set<Gate.Name> more, String why) {
        var all = new TreeSet<>((Set<Gate.Name>) forced);
        all.addAll(more);
        return new Handling(false, all, reason.isEmpty() ? why : reason + "; " + why);
    }
}
