package io.meridian.topology.certificate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a certificate says of a run that ended, in format 1. Only what stands here is signed. A member that is not known is left out, never null.
 * Positions are {@code lsn[.part]@incarnation}, in the store of the region that they are about.
 *
 * @param problem why the run did not do what it was asked to
 * @param reasons why the verdict is not that nothing was lost
 * @param moved shards that changed their region: fenced
 * @param rerouted shards that changed their zone inside a region: routing only, no epoch changed
 * @param rolledBack shards that were withdrawn and granted to their old owner again
 */
public record CertificateFacts(
        String run,
        String planHash,
        Outcome outcome,
        Optional<String> problem,
        Instant startedAt,
        Instant endedAt,
        Counts counts,
        Verdict verdict,
        List<String> reasons,
        List<Step> steps,
        List<Moved> moved,
        List<Rerouted> rerouted,
        List<RolledBack> rolledBack) {
    public static final String TYPE = "meridian-certificate";
    public static final long FORMAT = 1;

    public enum Outcome {
        DONE,
        ROLLED_BACK,
        /** A region was lost, and a failover took its last wave over. */
        SUPERSEDED
    }

    public enum Verdict {
        /** Of what changed its region, every row is at the new owner. */
        NOTHING_LOST,
        /** Something is missing in the proof; the reasons say what. */
        NOT_PROVEN,
        /** The run ended with every shard where it was. */
        NOTHING_MOVED
    }

    public record Counts(long planned, long moved, long rolledBack, long untouched) {}

    public record Step(String name, long wave, Instant started, Instant ended, String note) {}

    /** @param base what the new grant builds on: the CLOSE of {@code closedEpoch}, or, when that epoch was never opened, what it built on itself */
    public record Moved(
            long shard,
            String from,
            String fromRegion,
            String to,
            String toRegion,
            long closedEpoch,
            long openedEpoch,
            Optional<BaseAt> base,
            Optional<String> openedAt,
            Optional<Rows> before,
            Optional<Rows> after) {}

    /**
     * @param epoch 0: nothing was ever written under any epoch; region and position are empty then
     */
    public record BaseAt(String region, long epoch, String position) {
        public static final BaseAt NOTHING = new BaseAt("", 0, "");
    }

    /** @param hash hex SHA-256 over the rows in primary-key order; empty: not taken, {@code problem} says why */
    public record Rows(long rows, String hash, String problem) {
        public boolean taken() {
            return !hash.isEmpty();
        }
    }

    /** @param shards as people write them: {@code 0-340,400} */
    public record Rerouted(String shards, String from, String to) {}

    public record RolledBack(long shard, String region, long closedEpoch, long openedEpoch, BaseAt base) {}

    public CertificateFacts {
        reasons = List.copyOf(reasons);
        steps = List.copyOf(steps);
        moved = List.copyOf(moved);
        rerouted = List.copyOf(rerouted);
        rolledBack = List.copyOf(rolledBack);
    }

    /** As maps, lists, texts and numbers, for {@link CanonicalJson}. */
    public Map<String, Object> tree() {
        var tree = new TreeMap<String, Object>();
        tree.put("type", TYPE);
        tree.put("format", FORMAT);
        tree.put("run", run);
        tree.put("planHash", planHash);
        tree.put("outcome", outcome.name());
        problem.ifPresent(text -> tree.put("problem", text));
        tree.put("startedAt", startedAt.toString());
        tree.put("endedAt", endedAt.toString());
        tree.put(
                "counts",
                Map.of(
                        "planned", counts.planned(),
                        "moved", counts.moved(),
                        "rolledBack", counts.rolledBack(),
                        "untouched", counts.untouched()));
        tree.put("verdict", verdict.name());
        tree.put("reasons", reasons);
        var stepTrees = new ArrayList<Object>();
        for (Step step : steps) {
            stepTrees.add(Map.of(
                    "name", step.name(),
                    "wave", step.wave(),
                    "started", step.started().toString(),
                    "ended", step.ended().toString(),
                    "note", step.note()));
        }
        tree.put("steps", stepTrees);
        tree.put("moved", moved.stream().map(CertificateFacts::tree).toList());
        tree.put(
                "rerouted",
                rerouted.stream()
                        .map(shards -> Map.of("shards", shards.shards(), "from", shards.from(), "to", shards.to()))
                        .toList());
        tree.put(
                "rolledBack",
                rolledBack.stream()
                        .map(shard -> Map.of(
                                "shard", shard.shard(),
                                "region", shard.region(),
                                "closedEpoch", shard.closedEpoch(),
                                "openedEpoch", shard.openedEpoch(),
                                "base", tree(shard.base())))
                        .toList());
        return tree;
    }

    private static Map<String, Object> tree(Moved shard) {
        var tree = new TreeMap<String, Object>();
        tree.put("shard", shard.shard());
        tree.put("from", shard.from());
        tree.put("fromRegion", shard.fromRegion());
        tree.put("to", shard.to());
        tree.put("toRegion", shard.toRegion());
        tree.put("closedEpoch", shard.closedEpoch());
        tree.put("openedEpoch", shard.openedEpoch());
        shard.base().ifPresent(base -> tree.put("base", tree(base)));
        shard.openedAt().ifPresent(position -> tree.put("openedAt", position));
        shard.before().ifPresent(rows -> tree.put("before", tree(rows)));
        shard.after().ifPresent(rows -> tree.put("after", tree(rows)));
        return tree;
    }

    private static Map<String, Object> tree(BaseAt base) {
        return Map.of("region", base.region(), "epoch", base.epoch(), "position", base.position());
    }

    private static Map<String, Object> tree(Rows rows) {
        return Map.of("rows", rows.rows(), "hash", rows.hash(), "problem", rows.problem());
    }
}
