package io.meridian.control.verify;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.verify.Verification.Phase;
import io.meridian.control.verify.Verification.RowHash;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Plays the regions' answers to a verification that goes down to rows. */
public final class RowsLab {
    final MoveLab lab;

    RowsLab(MoveLab lab) {
        this.lab = lab;
    }

    /** One verification in each of its stages, with one region's answer or none. */
    public static List<ControlState> everyStage() {
        var states = new ArrayList<ControlState>();
        var rows = new RowsLab(MoveLab.ready());
        rows.start("1-5", List.of(), true);
        states.add(rows.lab.state());
        rows.hash(Set.of(5));
        rows.buckets(MoveLab.EAST);
        states.add(rows.lab.state());
        rows.buckets(MoveLab.WEST, 3);
        rows.rows(MoveLab.EAST, 5, Map.of(7, "aa"));
        states.add(rows.lab.state());
        rows.rows(MoveLab.WEST, 5, Map.of(8, "bb"));
        states.add(rows.lab.state());
        return states;
    }

    /** Whose verification vf-1 found no difference. */
    public static void equal(MoveLab lab) {
        var rows = new RowsLab(lab);
        rows.start("", List.of(), true);
        rows.hash(Set.of());
    }

    /** Whose verification vf-1 is done: of {@code shard} the west lacks row 7, has row 8 alone, and row 9 with another hash. */
    public static MoveLab differing(MoveLab lab, int... shards) {
        var rows = new RowsLab(lab);
        rows.start("", List.of(), true);
        rows.hash(IntStream.of(shards).boxed().collect(java.util.stream.Collectors.toSet()));
        rows.buckets(MoveLab.EAST);
        rows.buckets(MoveLab.WEST, 3);
        rows.asked().forEach(shard -> {
            rows.rows(MoveLab.EAST, shard.number(), Map.of(7, "aa", 9, "cc"));
            rows.rows(MoveLab.WEST, shard.number(), Map.of(8, "bb", 9, "c0"));
        });
        return lab;
    }

    Verification newest() {
        return lab.state().verifications().getLast();
    }

    void start(String shards, List<String> tables, boolean rows) {
        lab.accept(new Command.StartVerification("v", lab.tick(), shards, tables, rows));
    }

    Set<ShardId> asked() {
        return ((Phase.Asking) newest().phase()).asked();
    }

    void report(RegionId region, List<Command.ShardHashed> hashes, String problem) {
        lab.accept(
                new Command.ReportVerification(lab.tick(), region, newest().id(), newest().round(), hashes, problem));
    }

    /** Until the last round is over, with {@code odd} differing in the west. */
    void hash(Set<Integer> odd) {
        while (newest().phase() instanceof Phase.Hashing) {
            for (RegionId region : List.of(MoveLab.EAST, MoveLab.WEST)) {
                report(
                        region,
                        asked().stream()
                                .map(shard -> new Command.ShardHashed(
                                        shard,
                                        2,
                                        region.equals(MoveLab.WEST) && odd.contains(shard.number()) ? "odd" : "same"))
                                .toList(),
                        "");
            }
            lab.accept(new Command.VerificationDue(lab.tick(), newest().id(), newest().round(), true));
        }
    }

    static String buckets(int... odd) {
        byte[] hashes = new byte[256 * 8];
        IntStream.of(odd).forEach(bucket -> hashes[bucket * 8 + 7] = 1);
        return Base64.getEncoder().encodeToString(hashes);
    }

    void buckets(RegionId region, int... odd) {
        report(
                region,
                asked().stream()
                        .map(shard -> new Command.ShardHashed(shard, 2, "", buckets(odd), List.of()))
                        .toList(),
                "");
    }

    void rows(RegionId region, int shard, Map<Integer, String> rows) {
        report(
                region,
                List.of(new Command.ShardHashed(
                        ShardId.of(shard),
                        2,
                        "",
                        "",
                        rows.entrySet().stream()
                                .map(row -> new RowHash("public.account", key(row.getKey()), row.getValue()))
                                .toList())),
                "");
    }

    static String key(int id) {
        return "{\"id\":\"" + id + "\"}";
    }
}
