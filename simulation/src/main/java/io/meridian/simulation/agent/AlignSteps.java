package io.meridian.simulation.agent;

import io.meridian.agent.failover.SurplusOfShard;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.Verdict;
import io.meridian.simulation.store.Topics;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code Aligner} and {@code SurplusLog}: what this store has and a later lineage has not is read from the logs and taken back. */
final class AlignSteps {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private record Request(Verdict.Surplus surplus, Epoch successor) {}

    private final Site site;
    private final SimAgent agent;
    private final SortedMap<ShardId, Request> requests = new TreeMap<>();
    private boolean working;

    AlignSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    /** An OPEN of {@code successor} waits for it. */
    void wanted(ShardId shard, Verdict.Surplus surplus, Epoch successor) {
        requests.put(shard, new Request(surplus, successor));
        if (!working) {
            working = true;
            site.machine().afterMicros(site.scheduler().delay(2_000, 40_000), this::align);
        }
    }

    private void align() {
        working = false;
        for (var each : Map.copyOf(requests).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            Request request = each.getValue();
            var surplus = new SurplusOfShard(
                    each.getKey(),
                    request.surplus().from(),
                    request.surplus().base(),
                    request.successor(),
                    site.store().lineage(each.getKey()));
            surplus.segments().stream()
                    .map(SurplusOfShard.Segment::region)
                    .distinct()
                    .toList()
                    .forEach(region -> read(surplus, region));
            if (!surplus.isComplete()) {
                site.log("the logs do not hold the surplus of shard " + surplus.shard);
                if (!working) {
                    working = true;
                    site.machine().after(AGAIN, this::align);
                }
                continue;
            }
            site.machine().afterMicros(site.scheduler().delay(500, 5_000), () -> {
                site.store().turnBack(surplus);
                requests.remove(surplus.shard, request); // whoever waits asks again
                agent.looksAgain();
            });
        }
    }

    private void read(SurplusOfShard surplus, RegionId region) {
        int partition = surplus.shard.partition(site.partitions());
        List<SourceRecord> log = region.equals(site.here())
                ? site.own().changes(partition)
                : site.own().copy(region, partition).stream()
                        .map(Topics.Copied::record)
                        .toList();
        Optional<Position> last = Optional.empty();
        for (SourceRecord record : log) {
            boolean again = last.filter(before -> record.position().compareTo(before) <= 0)
                    .isPresent();
            if (again || !record.predecessor().equals(last)) {
                continue;
            }
            surplus.left(region).forEach(segment -> surplus.take(segment, record));
            last = Optional.of(record.position());
        }
    }
}
