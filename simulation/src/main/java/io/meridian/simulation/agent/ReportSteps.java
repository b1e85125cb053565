package io.meridian.simulation.agent;

import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.ShardHead;
import io.meridian.simulation.feed.AgentStream;
import io.meridian.simulation.store.SimStore;
import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code Reporter}: reads again what may have changed, and sends what the attached stream was not told yet. */
final class ReportSteps {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long REREAD_MICROS = 10_000_000;

    private final Site site;
    private final SimAgent agent;
    private final SortedSet<ShardId> fences = new TreeSet<>();
    private final SortedMap<ShardId, FenceRow> toldFences = new TreeMap<>();
    private final SortedMap<ShardId, ShardHead> toldHeads = new TreeMap<>();
    private int toldHashes;
    private long rereadMicros;
    private boolean woken;
    private boolean factsDue = true;

    ReportSteps(Site site, SimAgent agent) {
        this.site = site;
        this.agent = agent;
    }

    void start() {
        site.machine().every(TICK, () -> {
            factsDue = true;
            wake();
        });
    }

    void fences(Collection<ShardId> shards) {
        fences.addAll(shards);
        wake();
    }

    void wake() {
        if (!woken) {
            woken = true;
            site.machine().afterMicros(site.scheduler().delay(200, 3_000), () -> {
                woken = false;
                agent.say(report(false));
            });
        }
    }

    /** @param complete for a stream that was told nothing yet */
    AgentStream.Report report(boolean complete) {
        if (complete) {
            toldFences.clear();
            toldHeads.clear();
            toldHashes = 0;
        }
        DesiredState desired = agent.desired();
        long now = site.machine().clockMicros();
        boolean everything = complete || now - rereadMicros > REREAD_MICROS;
        rereadMicros = everything ? now : rereadMicros;
        List<FenceRow> rows = fenceRows(everything);
        fences.clear();
        List<ShardHead> heads = heads(desired);
        var hashes = agent.hashes().since(toldHashes);
        toldHashes = agent.hashes().size();
        Optional<ReportFacts> facts = complete || factsDue ? Optional.of(agent.facts()) : Optional.empty();
        factsDue = false;
        SimStore store = site.store();
        long remaining = Math.max(0, store.lease().validUntilMicros() - store.clockMicros()) / 1_000;
        return new AgentStream.Report(
                complete,
                desired.revision(),
                rows,
                heads,
                hashes,
                facts,
                List.copyOf(agent.gathered()),
                agent.settled(),
                agent.verified(),
                store.lease().holds(store.clockMicros()) ? remaining : 0);
    }

    private List<FenceRow> fenceRows(boolean everything) {
        var news = new ArrayList<FenceRow>();
        site.store().fenceRows().forEach((shard, committed) -> {
            if (everything || fences.contains(shard)) {
                FenceRow row = site.rules().reported(committed, agent.intended(shard), agent.lastCaptured());
                if (!row.equals(toldFences.put(shard, row))) {
                    news.add(row);
                }
            }
        });
        return news;
    }

    /** Of awaited shards only: the others move with every write. */
    private List<ShardHead> heads(DesiredState desired) {
        var news = new ArrayList<ShardHead>();
        for (ShardId shard : new TreeSet<>(desired.awaitedShards())) {
            if (site.store().head(shard) instanceof io.meridian.conflict.ShardHead.At at) {
                var head = new ShardHead(shard, at.epoch(), at.region(), at.position(), at.closed());
                if (!head.equals(toldHeads.put(shard, head))) {
                    news.add(head);
                }
            }
        }
        return news;
    }
}
