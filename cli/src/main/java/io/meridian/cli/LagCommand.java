package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far each region's copies are behind. */
@Command(
        name = "lag",
        description =
                "Shows how far each region's copies are behind: time, records, rows and bytes per link, and the worst"
                        + " shards.")
final class LagCommand implements Callable<Integer> {
    private static final String UNKNOWN = "?";

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    LagCommand(Surroundings around) {
        this.around = around;
    }

    record Lag(List<Link> links, List<Shard> shards) {}

    /** What is not known is null. */
    record Link(
            String source,
            String target,
            String group,
            boolean connected,
            @Nullable Long millis,
            @Nullable Long records,
            @Nullable Long rows,
            @Nullable Long bytes) {}

    record Shard(
            int shard,
            String source,
            String target,
            String group,
            long millis,
            String kind,
            @Nullable String reason) {}

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/lag");
            var console = new Console(around);
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.as(answer, Lag.class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, Lag lag) {
        boolean groups = lag.links().stream().map(Link::group).distinct().count() > 1;
        console.table(
                List.of("FROM", "TO", "BEHIND", "RECORDS", "ROWS", "BYTES", "AGENT"),
                lag.links().stream()
                        .map(link -> List.of(
                                link.source(),
                                link.target() + (groups ? " " + link.group() : ""),
                                link.millis() == null ? UNKNOWN : RunReport.time(link.millis()),
                                number(link.records()),
                                number(link.rows()),
                                number(link.bytes()),
                                link.connected() ? "connected" : "gone"))
                        .toList());
        lag.shards().forEach(shard -> console.line(console.bad("! ") + inWords(shard)));
    }

    private static String inWords(Shard shard) {
        String reason = shard.reason() == null ? "" : ": " + shard.reason();
        return "shard " + shard.shard() + " from " + shard.source() + " in " + shard.target() + " "
                + shard.kind().toLowerCase(Locale.ROOT) + " " + RunReport.time(shard.millis()) + reason;
    }

    private static String number(@Nullable Long number) {
        return number == null ? UNKNOWN : Long.toString(number);
    }
}
