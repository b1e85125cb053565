package io.meridian.ledger.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the load knows of one user: what it asked for, and what it was answered. Many requests of a user may be on their way at once. */
final class UserStory {
    /** So much that no run overdraws it. */
    static final long OPENED_WITH = 1_000_000_000;

    static final List<String> ACCOUNTS = List.of("main", "saved");

    private final String user;
    private final Map<String, Write> asked = new HashMap<>();
    private final Map<String, Acknowledgement> acknowledged = new HashMap<>();
    private final Map<String, Long> newestNumbers = new HashMap<>();

    UserStory(String user) {
        this.user = user;
    }

    String user() {
        return user;
    }

    synchronized void asks(Write write) {
        asked.put(write.request(), write);
    }

    synchronized void hears(Acknowledgement acknowledgement) {
        Write write = acknowledgement.write();
        acknowledged.put(write.request(), acknowledgement);
        newestNumbers.merge(write.from(), acknowledgement.fromNumber(), Math::max);
        newestNumbers.merge(write.to(), acknowledgement.toNumber(), Math::max);
    }

    /** The number of the newest acknowledged entry, by account: a read that is sent now must see it. */
    synchronized Map<String, Long> newestNumbers() {
        return Map.copyOf(newestNumbers);
    }

    synchronized Map<String, Write> asked() {
        return Map.copyOf(asked);
    }

    synchronized Map<String, Acknowledgement> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** Asked for and neither acknowledged nor known to be absent: may be in the books or not. */
    synchronized List<Write> unsettled() {
        return asked.values().stream()
                .filter(write -> !acknowledged.containsKey(write.request()))
                .toList();
    }
}
