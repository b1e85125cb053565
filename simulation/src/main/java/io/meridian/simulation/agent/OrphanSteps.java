package io.meridian.simulation.agent;

import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.List;

/** {@code Adjudicator} and {@code Teller}: tells the others of orphans that were found here, decides those of shards that are open here. */
final class OrphanSteps {
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Site site;

    OrphanSteps(Site site) {
        this.site = site;
    }

    void start() {
        site.machine().every(IDLE, this::work);
    }

    private void work() {
        site.store().tell();
        List<ShardId> open = site.store().orphans().undecided().stream()
                .filter(shard -> site.store().fence(shard).open())
                .toList();
        if (!open.isEmpty()) {
            site.gates()
                    .underFree(
                            site.machine(),
                            open,
                            shards -> shards.forEach(shard -> site.store().decide(shard)));
        }
    }
}
