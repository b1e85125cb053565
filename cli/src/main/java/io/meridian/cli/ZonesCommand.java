package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What each zone has beside what it should have. */
@Command(name = "zones", description = "Shows each zone's shards, weight, capacity and group.")
final class ZonesCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    ZonesCommand(Surroundings around) {
        this.around = around;
    }

    /**
     * @param kind null: the node is of a version that knows R zones only
     * @param capacity requests per second; null: not declared
     */
    record Zone(
            String name,
            String region,
            @Nullable String kind,
            @Nullable String group,
            int weight,
            @Nullable Integer capacity,
            boolean elastic,
            long shards,
            long poppedOut) {}

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/zones");
            var console = new Console(around);
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer, Zone[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Zone> zones) {
        List<List<String>> rows = zones.stream()
                .map(zone -> List.of(
                        zone.name(),
                        zone.region(),
                        zone.kind() == null ? "R" : zone.kind(),
                        zone.group() == null ? "-" : zone.group(),
                        zone.elastic() ? "elastic" : "G".equals(zone.kind()) ? "-" : Integer.toString(zone.weight()),
                        zone.capacity() == null ? "-" : zone.capacity() + " rps",
                        Long.toString(zone.shards()),
                        Long.toString(zone.poppedOut())))
                .toList();
        console.table(List.of("ZONE", "REGION", "KIND", "GROUP", "WEIGHT", "CAPACITY", "SHARDS", "POPPED OUT"), rows);
    }
}
