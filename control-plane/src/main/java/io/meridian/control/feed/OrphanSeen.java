package io.meridian.control.feed;

import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.Optional;

/**
 * A write that is in no lineage, as a store tells of it.
 *
 * @param region whose store tells of it, and {@code group}
 * @param source the region that wrote it; {@code position}, {@code shard} and {@code index} say where there
 * @param key JSON object, as {@code content} and {@code ours}, which are cut when they are long
 * @param decision empty: none yet
 * @param ours what the owner had when it decided; empty: no row
 * @param revised the newest revision of it
 */
public record OrphanSeen(
        RegionId region,
        String group,
        RegionId source,
        String position,
        int shard,
        long index,
        long epoch,
        String table,
        String key,
        String operation,
        String content,
        String decision,
        String reason,
        String ours,
        Instant foundAt,
        Optional<Instant> committedAt,
        Optional<Revised> revised) {
    /** What a person made of the decision since. @param verdict {@code SALVAGED} or {@code REJECTED} */
    public record Revised(String verdict, String by, String reason, Instant at) {}
}
