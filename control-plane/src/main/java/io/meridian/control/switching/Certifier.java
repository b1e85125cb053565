package io.meridian.control.switching;

import io.meridian.control.failover.Exposure;
import io.meridian.control.failover.Failover;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a run's certificate from what was collected. It claims nothing that was not reported. */
final class Certifier {
    private Certifier() {}

    /**
     * @param waves whose new owners are in force: all before it, and it
     * @param counts as the run ends
     * @param returned what was withdrawn and granted to its old owner again
     */
    static Certificate certify(Run run, int waves, Run.Counts counts, List<Proof> returned) {
        List<Proof> proofs =
                moved(run, waves).stream().filter(proof -> !proof.returned()).toList();
        SortedMap<String, TreeSet<ShardId>> missing = new TreeMap<>();
        for (Proof proof : proofs) {
            for (String reason : gaps(proof)) {
                missing.computeIfAbsent(reason, _ -> new TreeSet<>()).add(proof.shard());
            }
        }
        var reasons = new ArrayList<String>();
        missing.forEach((reason, shards) -> reasons.add("shards " + ShardSet.write(shards) + ": " + reason));
        if (proofs.stream().anyMatch(Proof::cut)) {
            run.failover().flatMap(Failover::exposure).ifPresent(exposure -> reasons.add(behind(exposure)));
        }
        var verdict = counts.moved() == 0
                ? Certificate.Verdict.NOTHING_MOVED
                : reasons.isEmpty() ? Certificate.Verdict.NOTHING_LOST : Certificate.Verdict.NOT_PROVEN;
        return new Certificate(verdict, reasons, proofs, returned, Optional.empty());
    }

    private static String behind(Exposure exposure) {
        return "left behind, as far as it is known: "
                + exposure.millis().map(millis -> "the last " + millis + " ms").orElse("nobody knows how long") + ", "
                + exposure.records().map(records -> records + " records").orElse("nobody knows how many records");
    }

    /** What a failover gave back to whoever owned it before. */
    static List<Proof> returned(Run run) {
        return moved(run, run.wave()).stream().filter(Proof::returned).toList();
    }

    /** Nothing more can be learned that would change the certificate. */
    static boolean complete(Run run) {
        return moved(run, run.wave()).stream().allMatch(proof -> proof.returned() || proof.complete());
    }

    private static List<Proof> moved(Run run, int waves) {
        var proofs = new ArrayList<Proof>();
        for (int wave = 1; wave <= waves; wave++) {
            proofs.addAll(proofs(run, wave));
        }
        return proofs;
    }

    /** What is known of the shards of {@code wave}. */
    static List<Proof> proofs(Run run, int wave) {
        var proofs = new ArrayList<Proof>();
        for (Plan.ShardMove move : run.plan().wave(wave).moves()) {
            Optional.ofNullable(run.proofs().get(move.shard())).ifPresent(proofs::add);
        }
        return proofs;
    }

    private static List<String> gaps(Proof proof) {
        var gaps = new ArrayList<String>();
        if (proof.close().isEmpty()) {
            gaps.add("where epoch " + proof.closed() + " was closed is not known");
        }
        if (proof.openedAt().isEmpty()) {
            gaps.add(proof.toRegion() + " did not report where it opened in time");
        }
        if (proof.cut()) {
            gaps.add("it goes on from a cut, which is not known to be all of epoch " + proof.closed() + "; whatever "
                    + proof.fromRegion() + " wrote behind it comes back as orphans");
            return gaps;
        }
        hashGap("before the move", proof.fromRegion() + "", proof.before()).ifPresent(gaps::add);
        hashGap("after the move", proof.toRegion() + "", proof.after()).ifPresent(gaps::add);
        if (gaps.isEmpty() && !proof.equal()) {
            gaps.add("the rows differ before and after");
        }
        return gaps;
    }

    private static Optional<String> hashGap(String moment, String region, Optional<Proof.HashTaken> hash) {
        if (hash.isEmpty()) {
            return Optional.of(region + " reported no hash from " + moment + " in time");
        }
        if (!hash.get().taken()) {
            return Optional.of(
                    region + " took no hash " + moment + ": " + hash.get().problem());
        }
        return Optional.empty();
    }
}
