package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one thing that has a name, as its list would. */
abstract class ShowCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "As its list has it.")
    private String name = "";

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;
    private final String below;

    /** @param below path of its list, such as {@code /pins/} */
    ShowCommand(Surroundings around, String below) {
        this.around = around;
        this.below = below;
    }

    abstract void print(Console console, JsonNode answer);

    @Override
    public final Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get(below + ControlApi.encoded(name));
            if (json) {
                console.json(answer);
            } else {
                print(console, answer);
            }
            return ExitCode.DONE.number();
        }
    }
}
