package io.meridian.control.audit;

import io.meridian.control.access.Role;
import io.meridian.control.command.Decider;
import io.meridian.control.state.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One thing that somebody asked for, and what became of it.
 *
 * @param number from 1, without gaps
 * @param what a sentence; of something long its beginning and a digest
 * @param outcome {@code done}, {@code waits for ap-1} or {@code refused: } and why
 * @param alarm somebody broke the glass
 * @param before revision of the state that it was decided in
 * @param previous hash of the entry before; of the first one {@link #START}
 * @param hash of everything else here, so also of all that came before
 */
public record AuditEntry(
        long number,
        Instant at,
        String who,
        SortedSet<Role> roles,
        String what,
        String why,
        String outcome,
        boolean alarm,
        Revision before,
        Revision after,
        String previous,
        String hash) {
    public static final String START = "0".repeat(64);

    public AuditEntry {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    /** This entry with the hash that it must have. */
    public AuditEntry sealed() {
        return new AuditEntry(
                number, at, who, roles, what, why, outcome, alarm, before, after, previous, Decider.sha256(chained()));
    }

    public boolean holds() {
        return hash.equals(Decider.sha256(chained()));
    }

    /**
     * What is hashed: each fact as its length in bytes, a colon, its text and a comma, so that no two entries read alike. Whoever checks an
     * export has to build the same; it is part of the API and described in docs/audit.md.
     */
    String chained() {
        var text = new StringBuilder();
        for (String fact : new String[] {
            previous,
            Long.toString(number),
            at.toString(),
            who,
            roles.stream().map(Role::text).collect(Collectors.joining(" ")),
            what,
            why,
            outcome,
            Boolean.toString(alarm),
            before.toString(),
            after.toString()
        }) {
            text.append(fact.getBytes(StandardCharsets.UTF_8).length)
                    .append(':')
                    .append(fact)
                    .append(',');
        }
        return text.toString();
    }
}
