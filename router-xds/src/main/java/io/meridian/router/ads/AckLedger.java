package io.meridian.router.ads;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What every connected Envoy has accepted; a disconnected one cannot be waited for, so it leaves. Written by the {@code ads} thread
 * only, read by anyone. An ACK means 'valid', not 'in use by every worker'.
 */
public final class AckLedger {
    private final Map<Long, EnvoyAck> byStream = new TreeMap<>();
    private final Consumer<List<EnvoyAck>> onChange;
    private volatile List<EnvoyAck> entries = List.of();

    /** @param onChange told each new state, on the {@code ads} thread: it must not block */
    public AckLedger(Consumer<List<EnvoyAck>> onChange) {
        this.onChange = onChange;
    }

    /** One entry per node, ascending: of its newest stream, when an old one has not been noticed dead yet. */
    public List<EnvoyAck> entries() {
        return entries;
    }

    void record(long stream, EnvoyAck ack) {
        if (!ack.equals(byStream.put(stream, ack))) {
            changed();
        }
    }

    void leave(long stream) {
        if (byStream.remove(stream) != null) {
            changed();
        }
    }

    private void changed() {
        var byNode = new TreeMap<String, EnvoyAck>();
        byStream.values().forEach(ack -> byNode.put(ack.node(), ack)); // ascending by stream: the newest stays
        List<EnvoyAck> now = List.copyOf(byNode.values());
        if (!now.equals(entries)) {
            entries = now;
            onChange.accept(now);
        }
    }
}
