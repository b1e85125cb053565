package io.meridian.control.orders;

import io.meridian.topology.RegionId;
import java.time.Duration;

/** Stands in the view of one store's agent until that told what became of it, or did not in time. */
public interface AgentOrder {
    /** For how long the agent may say nothing of it. */
    Duration LIMIT = Duration.ofMinutes(2);

    /** Of one kind under way at a time: people decide one by one. */
    int PENDING_LIMIT = 100;

    int REASON_LENGTH = 500;

    enum Progress {
        PENDING,
        DONE,
        FAILED
    }

    /** Of its kind, a dash, and the how manieth of that. */
    String id();

    RegionId region();

    String group();

    Progress progress();

    default boolean pending() {
        return progress() == Progress.PENDING;
    }

    default boolean isOf(RegionId store, String storeGroup) {
        return region().equals(store) && group().equals(storeGroup);
    }

    static boolean isReason(String text) {
        return !text.isBlank() && text.length() <= REASON_LENGTH;
    }
}
