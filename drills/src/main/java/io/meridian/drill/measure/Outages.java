package io.meridian.drill.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * When a shard could not be written to, as clients of an edge saw it: from the last success before a request failed, or waited for over a second, to
 * the first success after it. The truth lies within one probing interval of that, never above it.
 */
public final class Outages {
    private Outages() {}

    /**
     * @param from answer of the last success before; of the first request when there was none
     * @param to answer of the first success after; end of the measurement when there was none
     * @param over there was a success after it
     */
    public record Outage(int shard, String edge, long from, long to, boolean over) {
        public long nanos() {
            return to - from;
        }
    }

    /**
     * A time in which an edge's region was lost on purpose: what came in there belongs to nobody's outage.
     *
     * @param edge empty: there is none such
     */
    public record Absence(String edge, long from, long to) {
        public static final Absence NONE = new Absence("", 0, 0);

        /** It was under way when the region went, or came in while it was away. */
        public boolean covers(Probe probe) {
            return probe.edge().equals(edge) && probe.answered() >= from && probe.sent() < to;
        }
    }

    private record Seen(int shard, String edge, boolean afterAbsence) {}

    /** @param end of the measurement @return the longest of each shard that had one, longest first */
    public static List<Outage> worst(List<Probe> probes, Absence absence, long end) {
        Map<Integer, Outage> worst = new TreeMap<>();
        for (Outage outage : all(probes, absence, end)) {
            worst.merge(outage.shard(), outage, (a, b) -> a.nanos() >= b.nanos() ? a : b);
        }
        return worst.values().stream()
                .sorted(Comparator.comparingLong(Outage::nanos).reversed().thenComparingInt(Outage::shard))
                .toList();
    }

    /** Of each shard through each edge, in the order of time. Probes of shards that are not sampled say nothing here. */
    public static List<Outage> all(List<Probe> probes, Absence absence, long end) {
        List<Outage> found = new ArrayList<>();
        probes.stream()
                .filter(probe -> probe.sampled() && !absence.covers(probe))
                .collect(Collectors.groupingBy(probe -> new Seen(
                        probe.shard(),
                        probe.edge(),
                        probe.edge().equals(absence.edge()) && probe.sent() >= absence.to())))
                .forEach((seen, its) -> of(seen, its, end, found));
        found.sort(Comparator.comparingLong(Outage::from)
                .thenComparingInt(Outage::shard)
                .thenComparing(Outage::edge));
        return found;
    }

    private static void of(Seen seen, List<Probe> probes, long end, List<Outage> found) {
        long[] successes = probes.stream()
                .filter(Probe::ok)
                .mapToLong(Probe::answered)
                .sorted()
                .toArray();
        long[] disturbed = probes.stream()
                .filter(Probe::disturbed)
                .mapToLong(Probe::sent)
                .sorted()
                .toArray();
        int next = 0;
        for (int success = 0; success <= successes.length; success++) {
            boolean over = success < successes.length;
            long to = over ? successes[success] : end;
            int first = next;
            while (next < disturbed.length && disturbed[next] < to) {
                next++;
            }
            if (next > first) {
                long from = success == 0 ? disturbed[first] : successes[success - 1];
                found.add(new Outage(seen.shard(), seen.edge(), from, to, over));
            }
        }
    }
}
