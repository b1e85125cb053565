package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a move back, as long as it can be. */
@Command(
        name = "cancel",
        description = "Takes a move back: waves that did not pass the point of no return are rolled back.")
final class CancelCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "Such as mv-1.")
    private String id = "";

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    CancelCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer =
                    api.post("/runs/" + ControlApi.encoded(id) + "/cancel", JsonNodeFactory.instance.objectNode());
            if (json) {
                console.json(answer);
            } else {
                Run run = Documents.as(answer, Run.class);
                console.line(run.id() + " is being taken back; it is " + run.state()
                        + " now. Watch it: ./meridian runs " + run.id() + " --wait");
            }
            return ExitCode.DONE.number();
        }
    }
}
