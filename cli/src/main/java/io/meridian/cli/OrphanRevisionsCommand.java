package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.OrphanRevision;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people decided of orphans that were decided before. */
@Command(
        name = "revisions",
        description = "Lists the orders to decide lost writes otherwise, newest first, or shows one.",
        footer = {"", "Those under way and the newest 50 of the others; older ones are in the audit."})
final class OrphanRevisionsCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Such as rv-3; else all are listed.")
    private @Nullable String id;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    OrphanRevisionsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/orphans/revisions" + (id == null ? "" : "/" + ControlApi.encoded(id)));
            if (json) {
                console.json(answer);
            } else if (id == null) {
                print(console, Documents.listOf(answer, OrphanRevision[].class));
            } else {
                whole(console, Documents.as(answer, OrphanRevision.class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<OrphanRevision> all) {
        if (all.isEmpty()) {
            console.line("none");
            return;
        }
        console.table(
                List.of("ID", "STATE", "VERDICT", "FROM", "SHARD", "POSITION", "INDEX", "BY", "ASKED"),
                all.stream()
                        .map(order -> List.of(
                                order.id(),
                                order.state(),
                                order.verdict(),
                                order.source(),
                                Integer.toString(order.shard()),
                                order.position(),
                                Integer.toString(order.index()),
                                String.valueOf(order.by()),
                                asked(order)))
                        .toList());
    }

    private static String asked(OrphanRevision order) {
        return order.askedAt() == null ? "?" : order.askedAt().replaceFirst("\\.\\d+Z$", "Z");
    }

    private static void whole(Console console, OrphanRevision order) {
        console.line(order.id() + " " + order.state() + ": " + order.verdict() + " of the write at " + order.position()
                + " " + order.index() + ", shard " + order.shard() + ", from " + order.source());
        console.line("  asked by " + order.by() + " at " + asked(order) + ": " + order.reason());
        if (order.over() != null) {
            console.line("  over the state " + order.over());
        }
        if (order.problem() != null) {
            console.line("  " + order.problem());
        }
        order.presentRows().forEach(row -> console.line("  then there was: " + (row.equals("null") ? "no row" : row)));
        if (order.presentOver() != null) {
            console.line("  which --over " + order.presentOver() + " writes over");
        }
    }
}
