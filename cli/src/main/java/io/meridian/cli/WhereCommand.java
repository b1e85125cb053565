package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Shards;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where one user's data are written. */
@Command(name = "where", description = "Shows the shard of a sharding key, and the zone that owns it.")
final class WhereCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description = "The user's sharding key, such as alice.")
    private String key = "";

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    WhereCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/shards/where?key=" + ControlApi.encoded(key));
            var console = new Console(around);
            if (json) {
                console.json(answer);
            } else {
                console.line(sentence(key, Documents.as(answer, Shards.Shard.class)));
            }
            return ExitCode.DONE.number();
        }
    }

    static String sentence(String key, Shards.Shard shard) {
        String where = shard.zone() == null
                ? "which nobody has ever owned"
                : shard.owned()
                        ? "owned by " + shard.region() + ", zone " + shard.zone() + ", since epoch " + shard.epoch()
                        : "withdrawn at epoch " + shard.epoch() + ", zone " + shard.zone();
        String held = shard.frozenBy() == null ? "" : "; its requests are held by " + shard.frozenBy();
        return key + " is in shard " + shard.shard() + ", " + where + held;
    }
}
