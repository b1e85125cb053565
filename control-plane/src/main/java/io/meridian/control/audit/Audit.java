package io.meridian.control.audit;

import io.meridian.control.access.Actor;
import io.meridian.control.state.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The near end of the chain. Nodes write every entry to a file before it is forgotten here.
 *
 * @param entries oldest first, the newest {@link #KEPT}
 * @param count how many there ever were; also the newest one's number
 * @param alarms of them those where somebody broke the glass
 * @param head the newest one's hash; empty: there is none
 */
public record Audit(List<AuditEntry> entries, long count, long alarms, String head) {
    /** A node that was so far behind that it got a snapshot must still find what it missed. */
    public static final int KEPT = 512;

    private static final int TEXT_LIMIT = 600;

    public Audit {
        entries = List.copyOf(entries);
    }

    public static Audit empty() {
        return new Audit(List.of(), 0, 0, "");
    }

    public AuditEntry next(
            Instant at,
            Actor who,
            String what,
            String why,
            String outcome,
            boolean alarm,
            Revision before,
            Revision after) {
        return new AuditEntry(
                        count + 1,
                        at,
                        who.name(),
                        who.roles(),
                        shortened(what),
                        shortened(why),
                        shortened(outcome),
                        alarm,
                        before,
                        after,
                        head.isEmpty() ? AuditEntry.START : head,
                        "")
                .sealed();
    }

    public Audit with(AuditEntry entry) {
        if (entry.number() != count + 1) {
            throw new IllegalStateException("entry " + entry.number() + " behind entry " + count);
        }
        var more = new ArrayList<>(entries.subList(Math.max(0, entries.size() + 1 - KEPT), entries.size()));
        more.add(entry);
        return new Audit(more, entry.number(), alarms + (entry.alarm() ? 1 : 0), entry.hash());
    }

    private static String shortened(String text) {
        if (text.length() <= TEXT_LIMIT) {
            return text;
        }
        return text.substring(0, TEXT_LIMIT) + "... (" + text.length() + " characters, sha256 "
                + io.meridian.control.command.Decider.sha256(text) + ")";
    }
}
