package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Run;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What else may be done to a run under way, or again. */
abstract class HandlingCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Mixin
    private final ChangeOptions change = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "Such as mv-1.")
    private String id = "";

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;
    private final String act;

    HandlingCommand(Surroundings around, String act) {
        this.around = around;
        this.act = act;
    }

    String reason() {
        return change.reason(around.environment());
    }

    /** What is sent along. */
    ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    abstract String said(Run run);

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around, change)) {
            JsonNode answer = api.post("/runs/" + ControlApi.encoded(id) + "/" + act, body());
            if (json) {
                console.json(answer);
            } else {
                Run run = Documents.as(answer, Run.class);
                console.line(said(run) + ". Watch it: ./meridian runs " + run.id() + " --wait");
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(name = "pause", description = "Starts no further wave of a run; the one under way ends.")
    static final class Pause extends HandlingCommand {
        Pause(Surroundings around) {
            super(around, "pause");
        }

        @Override
        String said(Run run) {
            return run.id() + " starts no further wave until it is resumed; it is " + run.state() + " now";
        }
    }

    @Command(name = "resume", description = "Lets a paused run go on.")
    static final class Resume extends HandlingCommand {
        Resume(Surroundings around) {
            super(around, "resume");
        }

        @Override
        String said(Run run) {
            return run.id() + " goes on; it is " + run.state() + " now";
        }
    }

    @Command(
            name = "retry",
            description = "Starts a new run for what an ended one left undone; one that needs an operator waits anew.")
    static final class Retry extends HandlingCommand {
        @Option(
                names = "--force",
                description = "Of a failover that would lose more than it may: it may; needs --reason and a second"
                        + " person's approval.")
        private boolean force;

        Retry(Surroundings around) {
            super(around, "retry");
        }

        @Override
        ObjectNode body() {
            return force ? super.body().put("force", true) : super.body();
        }

        @Override
        String said(Run run) {
            return run.id() + " moves " + run.shards() + " to " + run.target() + "; it is " + run.state() + " now";
        }
    }

    @Command(
            name = "force",
            description =
                    "Answers for closed gates of a run, except those that guard the data; a second person approves.")
    static final class Force extends HandlingCommand {
        @Option(
                names = "--gate",
                paramLabel = "GATE",
                required = true,
                description = "Such as lag or window; may be given again.")
        private List<String> gates = List.of();

        @Option(names = "--wave", paramLabel = "N", defaultValue = "1", description = "In which you saw the run wait.")
        private int wave = 1;

        Force(Surroundings around) {
            super(around, "force");
        }

        @Override
        ObjectNode body() {
            ObjectNode body =
                    super.body().put("state", "PREPARED").put("wave", wave).put("reason", reason());
            gates.forEach(body.putArray("gates")::add);
            return body;
        }

        @Override
        String said(Run run) {
            return run.id() + " goes on in spite of " + String.join(", ", gates) + "; it is " + run.state() + " now";
        }
    }
}
