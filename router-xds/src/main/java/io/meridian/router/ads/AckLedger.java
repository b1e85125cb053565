package io.meridian.router.ads;

import io.meridian.router.compile.ResourceType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What every connected Envoy has been sent, has accepted, has refused; a disconnected one cannot be waited for, so it leaves, and is
 * counted for a while. Written by the {@code ads} thread only, read by anyone. An ACK means 'valid', not 'in use by every worker'.
 */
public final class AckLedger {
    /** An Envoy that restarts is back within seconds; one that is gone for longer is nobody's to wait for. */
    public static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** Names come from clients: without TLS anybody can make up more. */
    private static final int GONE_AT_MOST = 10_000;

    private final SortedMap<String, SortedMap<Long, StreamAck>> byNode = new TreeMap<>();
    private final LongSupplier nanos;
    private final Consumer<List<EnvoyAck>> onChange;
    private volatile List<EnvoyAck> entries = List.of();
    /** Node to when it went, longest gone first. */
    private volatile Map<String, Long> gone = Map.of();

    /**
     * Where all Envoys stand with a revision.
     *
     * @param live attached now
     * @param acked of them: have accepted everything up to the revision
     * @param rejecting of them: refused something of what they should have
     * @param gone were attached within {@link #REMEMBERED} and are not: the fence is what guards against them
     */
    public record Barrier(int live, int acked, int rejecting, int gone) {}

    /** @param onChange told each new state, on the {@code ads} thread: it must not block */
    public AckLedger(Consumer<List<EnvoyAck>> onChange) {
        this(System::nanoTime, onChange);
    }

    AckLedger(LongSupplier nanos, Consumer<List<EnvoyAck>> onChange) {
        this.nanos = nanos;
        this.onChange = onChange;
    }

    /** One entry per node, ascending: of its newest streams, when an old one has not been noticed dead yet. */
    public List<EnvoyAck> entries() {
        return entries;
    }

    /** Nodes that were attached within {@link #REMEMBERED} and are not now, longest gone first. */
    public List<String> gone() {
        long now = nanos.getAsLong();
        return gone.entrySet().stream()
                .filter(entry -> now - entry.getValue() < REMEMBERED.toNanos())
                .map(Map.Entry::getKey)
                .toList();
    }

    public Barrier barrier(long revision) {
        List<EnvoyAck> live = entries;
        return new Barrier(
                live.size(),
                (int) live.stream()
                        .filter(each -> each.acceptedRevision() >= revision)
                        .count(),
                (int) live.stream().filter(each -> !each.nack().isEmpty()).count(),
                gone().size());
    }

    /** @return whether {@link #tell} has something new to tell */
    boolean record(long stream, StreamAck ack) {
        SortedMap<Long, StreamAck> streams = byNode.computeIfAbsent(ack.node(), _ -> new TreeMap<>());
        return !ack.equals(streams.put(stream, ack));
    }

    boolean leave(long stream, String node) {
        SortedMap<Long, StreamAck> streams = byNode.get(node);
        if (streams == null || streams.remove(stream) == null) {
            return false;
        }
        if (streams.isEmpty()) {
            byNode.remove(node);
        }
        return true;
    }

    /** Shows what was recorded since, all at once: a push to a thousand Envoys is not a thousand lists of a thousand. */
    void tell() {
        List<EnvoyAck> now = byNode.entrySet().stream()
                .map(entry -> together(entry.getKey(), entry.getValue().sequencedValues()))
                .toList();
        if (!now.equals(entries)) {
            remember();
            entries = now;
            onChange.accept(now);
        }
    }

    private void remember() {
        long now = nanos.getAsLong();
        var left = new LinkedHashMap<>(gone);
        left.values().removeIf(since -> now - since >= REMEMBERED.toNanos());
        entries.stream()
                .map(EnvoyAck::node)
                .filter(node -> !byNode.containsKey(node))
                .forEach(node -> left.putLast(node, now));
        left.keySet().removeAll(byNode.keySet());
        for (Iterator<String> oldest = left.keySet().iterator(); left.size() > GONE_AT_MOST; ) {
            oldest.next();
            oldest.remove();
        }
        gone = left;
    }

    /**
     * One node's streams, oldest first: of each type the newest stream counts. Without routes it routes nothing yet, whatever else it
     * has.
     */
    private static EnvoyAck together(String node, SequencedCollection<StreamAck> streams) {
        var types = new EnumMap<ResourceType, StreamAck.TypeAck>(ResourceType.class);
        streams.forEach(stream -> types.putAll(stream.types()));
        long accepted = types.values().stream()
                .mapToLong(StreamAck.TypeAck::accepted)
                .min()
                .orElse(0);
        long sent = types.values().stream()
                .mapToLong(type -> Math.max(type.sent(), accepted))
                .max()
                .orElse(0);
        String nack = types.values().stream()
                .map(StreamAck.TypeAck::nack)
                .filter(detail -> !detail.isEmpty())
                .findFirst()
                .orElse("");
        long rejections = streams.stream().mapToLong(StreamAck::rejections).sum();
        return new EnvoyAck(node, sent, types.containsKey(ResourceType.ROUTE) ? accepted : 0, nack, rejections);
    }
}
