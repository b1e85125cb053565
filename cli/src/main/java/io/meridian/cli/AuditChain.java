package io.meridian.cli;

import io.meridian.cli.api.AuditEntry;
import java.util.ArrayList;
import java.util.List;

/** Entries one after the other, each checked and held against the one before. */
final class AuditChain {
    private final List<String> faults = new ArrayList<>();
    private long first;
    private long last;
    private long count;
    private String head = "";

    void add(AuditEntry entry) {
        if (!entry.holds()) {
            faults.add("entry " + entry.number() + " is not what its hash was made of: it was changed");
        }
        if (count == 0) {
            first = entry.number();
            if (first == 1 && !entry.previous().equals(AuditEntry.START)) {
                faults.add("entry 1 says that something came before it");
            }
        } else if (entry.number() != last + 1) {
            faults.add("entry " + entry.number() + " follows entry " + last + ": what was between is not there");
        } else if (!entry.previous().equals(head)) {
            faults.add("entry " + entry.number() + " does not follow entry " + last + ": one of them was replaced");
        }
        last = entry.number();
        head = entry.hash();
        count++;
    }

    List<String> faults() {
        return faults;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long count() {
        return count;
    }

    String head() {
        return head;
    }
}
