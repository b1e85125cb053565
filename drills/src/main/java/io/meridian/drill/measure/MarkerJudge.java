package io.meridian.drill.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What became of every marker write, by the stores of those who own the shards now. */
public final class MarkerJudge {
    private static final int ENTRIES_OF_A_TRANSFER = 2;

    private MarkerJudge() {}

    /**
     * @param owner by shard: the region that owns it now; a shard of nobody is absent
     * @param made by region: the requests in its store, each with the number of its entries
     * @param orphans requests that some region shows as orphans
     */
    public record Stores(Map<Integer, String> owner, Map<String, Map<String, Integer>> made, Set<String> orphans) {}

    /**
     * @param orphans acknowledged, not in its owner's books, and shown as an orphan: decided or for a person to decide
     * @param lost requests that were acknowledged and are nowhere
     * @param doubled requests with more than one effect
     * @param unanswered not acknowledged: made or not, both is right
     */
    public record Judged(
            long acknowledged, List<String> orphans, List<String> lost, List<String> doubled, long unanswered) {}

    public static Judged judge(List<Probe> probes, Stores stores) {
        List<String> orphans = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        List<String> doubled = new ArrayList<>();
        long acknowledged = 0;
        for (Probe probe : probes) {
            int entries = entries(probe, stores);
            if (entries > ENTRIES_OF_A_TRANSFER) {
                doubled.add(probe.request());
            }
            if (!probe.ok()) {
                continue;
            }
            acknowledged++;
            if (entries < ENTRIES_OF_A_TRANSFER) {
                (stores.orphans().contains(probe.request()) ? orphans : lost).add(probe.request());
            }
        }
        return new Judged(
                acknowledged,
                List.copyOf(orphans),
                List.copyOf(lost),
                List.copyOf(doubled),
                probes.size() - acknowledged);
    }

    private static int entries(Probe probe, Stores stores) {
        String owner = stores.owner().get(probe.shard());
        return owner == null ? 0 : stores.made().getOrDefault(owner, Map.of()).getOrDefault(probe.request(), 0);
    }
}
