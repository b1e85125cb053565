package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a backup into an empty control plane, or tells how far that is. */
@Command(
        name = "restore",
        description = {
            "Puts a backup into an empty control plane; without FILE, tells how far that is.",
            "Nobody may write until the agents of all regions have told what their stores own: shards that moved since"
                    + " the backup stay where they are."
        })
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "That backup wrote.")
    private @Nullable Path file;

    @Option(names = "--dry-run", description = "Say what it would come to, and change nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    RestoreCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        Path from = file;
        byte[] backup = from == null ? new byte[0] : read(from);
        try (var api = options.connect(around, change)) {
            JsonNode answer = from == null
                    ? api.get("/restore")
                    : api.upload("/restore" + (dryRun ? "?dryRun=true" : ""), backup);
            if (json) {
                console.json(answer);
                return ExitCode.DONE.number();
            }
            answer.path("changes").forEach(change -> console.line("  " + change.asText()));
            List<String> awaited = new ArrayList<>();
            answer.path("awaited")
                    .properties()
                    .forEach(region -> awaited.add(
                            region.getKey() + " (" + region.getValue().asLong() + " shards)"));
            if (awaited.isEmpty()) {
                console.line("no restore is under way");
            } else {
                console.line((dryRun ? "would wait" : "waits") + " for the fences of " + String.join(", ", awaited)
                        + (dryRun ? "; nothing was changed" : "; look again: ./meridian restore"));
            }
            return ExitCode.DONE.number();
        }
    }

    private byte[] read(Path from) {
        try {
            return Files.readAllBytes(from);
        } catch (IOException unreadable) {
            if (spec == null) {
                throw new IllegalStateException("not run by picocli", unreadable);
            }
            throw new CommandLine.ParameterException(spec.commandLine(), "cannot read " + from + ": " + unreadable);
        }
    }
}
