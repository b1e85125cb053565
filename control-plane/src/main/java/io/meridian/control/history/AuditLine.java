package io.meridian.control.history;

import io.meridian.control.access.Role;
import io.meridian.control.audit.AuditEntry;
import io.meridian.control.state.Revision;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** An entry of the audit as a line of a file, of an export and of the API: one form, so that whoever can check one can check all. */
public record AuditLine(
        long number,
        Instant at,
        String who,
        List<String> roles,
        String what,
        String why,
        String outcome,
        boolean alarm,
        long before,
        long after,
        String previous,
        String hash) {
    public static AuditLine of(AuditEntry entry) {
        return new AuditLine(
                entry.number(),
                entry.at(),
                entry.who(),
                entry.roles().stream().map(Role::text).toList(),
                entry.what(),
                entry.why(),
                entry.outcome(),
                entry.alarm(),
                entry.before().number(),
                entry.after().number(),
                entry.previous(),
                entry.hash());
    }

    /** Whether it is as it was when its hash was made. A role that this version does not know makes it unreadable, not wrong. */
    public boolean holds() {
        var known = new TreeSet<Role>();
        roles.forEach(role -> Role.read(role).ifPresent(known::add));
        return new AuditEntry(
                        number,
                        at,
                        who,
                        known,
                        what,
                        why,
                        outcome,
                        alarm,
                        Revision.of(before),
                        Revision.of(after),
                        previous,
                        hash)
                .holds();
    }
}
