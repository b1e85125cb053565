package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Shards;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who owns which shards. */
@Command(name = "shards", description = "Shows which zone serves which shards.")
final class ShardsCommand implements Callable<Integer> {
    private static final String NOBODY = "(nobody)";

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--all", description = "One line per shard instead of one per zone.")
    private boolean all;

    @Option(names = "--json", description = "The control plane's answer, every shard.")
    private boolean json;

    private final Surroundings around;

    ShardsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/shards");
            var console = new Console(around);
            if (json) {
                console.json(answer);
            } else if (all) {
                printEach(console, Documents.as(answer, Shards.class).shards());
            } else {
                printZones(console, Documents.as(answer, Shards.class).shards());
            }
            return ExitCode.DONE.number();
        }
    }

    private static void printEach(Console console, List<Shards.Shard> shards) {
        List<List<String>> rows = shards.stream()
                .map(shard -> List.of(
                        Integer.toString(shard.shard()),
                        or(shard.zone()),
                        or(shard.region()),
                        Long.toString(shard.epoch()),
                        shard.state(),
                        shard.frozenBy() == null ? "" : "held by " + shard.frozenBy()))
                .toList();
        console.table(List.of("SHARD", "ZONE", "REGION", "EPOCH", "STATE", ""), rows);
    }

    private static void printZones(Console console, List<Shards.Shard> shards) {
        var zones = new TreeMap<String, List<Shards.Shard>>();
        shards.forEach(shard ->
                zones.computeIfAbsent(or(shard.zone()), _ -> new ArrayList<>()).add(shard));
        List<List<String>> rows = new ArrayList<>();
        zones.forEach((zone, its) -> rows.add(List.of(
                zone,
                or(its.getFirst().region()),
                Integer.toString(its.size()),
                Long.toString(
                        its.stream().filter(shard -> shard.frozenBy() != null).count()),
                Long.toString(its.stream().filter(shard -> !shard.owned()).count()),
                ranges(its))));
        console.table(List.of("ZONE", "REGION", "SHARDS", "HELD", "WITHDRAWN", "WHICH"), rows);
    }

    private static String ranges(List<Shards.Shard> shards) {
        String ranges = ShardSet.write(
                shards.stream().map(shard -> ShardId.of(shard.shard())).toList());
        return ranges.length() <= 60 ? ranges : ranges.substring(0, 57) + "...";
    }

    private static String or(@Nullable String zone) {
        return zone == null || zone.isEmpty() ? NOBODY : zone;
    }
}
