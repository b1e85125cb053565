package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Seeding;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies that are made anew, and those that were. */
@Command(name = "seedings", description = "Lists the copies that are made anew, and the newest that were.")
final class SeedingsCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    SeedingsCommand(Surroundings around) {
        this.around = around;
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new SeedingsCommand(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new Pause(around))
                .addSubcommand(new Resume(around))
                .addSubcommand(new Cancel(around))
                .addSubcommand(new Retry(around));
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/seedings");
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer.path("seedings"), Seeding[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Seeding> seedings) {
        if (seedings.isEmpty()) {
            console.line("no copy is made anew, nor was any");
            return;
        }
        console.table(
                List.of("ID", "REGION", "STATE", "SHARDS", "COPIED", "WHOLE", "FAILED", "ROWS", "BY", "STARTED"),
                seedings.stream()
                        .map(seeding -> List.of(
                                seeding.id(),
                                seeding.region(),
                                seeding.state(),
                                Integer.toString(seeding.shards()),
                                Long.toString(seeding.counts().there()),
                                Long.toString(seeding.counts().whole()),
                                Long.toString(seeding.counts().failed()),
                                Long.toString(seeding.rows()),
                                Objects.requireNonNullElse(seeding.by(), ""),
                                Objects.requireNonNullElse(seeding.startedAt(), "")))
                        .toList());
    }

    private static void shown(Console console, Seeding seeding) {
        SeedingWatch.underWay(console, seeding);
        console.line(SeedingWatch.line(seeding)
                + (seeding.left().isEmpty() ? "" : "; not whole yet: shards " + seeding.left()));
        if (seeding.why() != null) {
            console.line("why: " + seeding.why());
        }
        if (seeding.problem() != null) {
            console.line("! " + seeding.problem());
        }
    }

    abstract static class OfOne implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", paramLabel = "ID", description = "Such as sd-1.")
        private String id = "";

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        private final Surroundings around;

        OfOne(Surroundings around) {
            this.around = around;
        }

        ControlApi connect() {
            return options.connect(around);
        }

        final ApiOptions options() {
            return options;
        }

        final Surroundings around() {
            return around;
        }

        abstract JsonNode ask(ControlApi api, String path) throws InterruptedException;

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = connect()) {
                JsonNode answer = ask(api, "/seedings/" + ControlApi.encoded(id));
                if (json) {
                    console.json(answer);
                } else {
                    shown(console, Documents.as(answer, Seeding.class));
                }
                return ExitCode.DONE.number();
            }
        }
    }

    /** What may be done to one. */
    abstract static class Act extends OfOne {
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        private final String verb;

        Act(Surroundings around, String verb) {
            super(around);
            this.verb = verb;
        }

        @Override
        final ControlApi connect() {
            return options().connect(around(), change);
        }

        @Override
        final JsonNode ask(ControlApi api, String path) throws InterruptedException {
            return api.post(path + "/" + verb, JsonNodeFactory.instance.objectNode());
        }
    }

    @Command(name = "show", description = "Shows how far one is, shard by shard.")
    static final class Show extends OfOne {
        Show(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode ask(ControlApi api, String path) throws InterruptedException {
            return api.get(path);
        }
    }

    @Command(name = "pause", description = "Begins no further shard; those under way go on to their end.")
    static final class Pause extends Act {
        Pause(Surroundings around) {
            super(around, "pause");
        }
    }

    @Command(name = "resume", description = "Lets a paused one go on.")
    static final class Resume extends Act {
        Resume(Surroundings around) {
            super(around, "resume");
        }
    }

    @Command(
            name = "cancel",
            description = "Ends one where it is; copies that were begun and are not whole stay unfit to own.")
    static final class Cancel extends Act {
        Cancel(Surroundings around) {
            super(around, "cancel");
        }
    }

    @Command(name = "retry", description = "Lets an ended one do what it left undone.")
    static final class Retry extends Act {
        Retry(Surroundings around) {
            super(around, "retry");
        }
    }
}
