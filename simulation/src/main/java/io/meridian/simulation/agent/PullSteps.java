package io.meridian.simulation.agent;

import io.meridian.agent.record.SourceRecord;
import io.meridian.simulation.store.Topics;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code CopyPuller}: appends a peer's records, as they are, to the copy log here; its place is in the copy log's tail. */
final class PullSteps {
    private static final Duration AGAIN = Duration.ofMillis(300);
    private static final int AT_ONCE = 10;

    private final Site site;
    private final RegionId source;
    private final Runnable onCopied;
    private final int[] next;
    private boolean pulling;
    private int starts;
    private long heardMicros;

    PullSteps(Site site, RegionId source, Runnable onCopied) {
        this.site = site;
        this.source = source;
        this.onCopied = onCopied;
        this.next = new int[site.partitions()];
        this.heardMicros = site.machine().clockMicros();
    }

    RegionId source() {
        return source;
    }

    /** Since anything came. */
    long silenceMicros() {
        return site.machine().clockMicros() - heardMicros;
    }

    void start() {
        starts++;
        pulling = false;
        for (int partition = 0; partition < next.length; partition++) {
            List<Topics.Copied> copy = site.own().copy(source, partition);
            next[partition] = copy.isEmpty() ? 0 : copy.getLast().sourceOffset() + 1;
        }
        wake();
    }

    /** The copy log lacks something behind {@code sourceOffset}. */
    void pullAgain(int partition, int sourceOffset) {
        next[partition] = sourceOffset;
        wake();
    }

    /** The peer has more; also the answer of a fetch that waits there. */
    void wake() {
        if (!pulling) {
            pulling = true;
            fetch();
        }
    }

    private void fetch() {
        if (!site.links().up(source, site.here())) {
            site.machine().after(AGAIN, this::fetch);
            return;
        }
        int session = starts;
        site.machine().afterMicros(site.links().delay(source, site.here()), () -> {
            if (session != starts) {
                return;
            }
            if (site.links().up(source, site.here())) {
                append(batch());
            } else {
                site.machine().after(AGAIN, this::fetch);
            }
        });
    }

    private List<Topics.Copied> batch() {
        var batch = new ArrayList<Topics.Copied>();
        for (int partition = 0; partition < next.length; partition++) {
            List<SourceRecord> there = site.topics(source).changes(partition);
            for (int count = 0; count < AT_ONCE && next[partition] < there.size(); count++) {
                batch.add(new Topics.Copied(there.get(next[partition]), next[partition]++));
            }
        }
        return batch;
    }

    private void append(List<Topics.Copied> batch) {
        if (batch.isEmpty()) {
            pulling = false;
            return;
        }
        heardMicros = site.machine().clockMicros();
        boolean failed = false;
        for (Topics.Copied copied : batch) {
            failed |= !site.own().append(source, copied);
        }
        onCopied.run();
        if (failed) {
            int session = starts;
            site.machine().after(AGAIN, () -> {
                if (session == starts) {
                    start();
                }
            });
        } else {
            fetch();
        }
    }
}
