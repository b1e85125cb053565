package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.AgentOrder;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Parked;
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

/** Changes that wait in a store because they cannot take effect there. */
@Command(
        name = "parked",
        description = "Lists the changes that wait in a store; shows, skips or retries the oldest of a shard.")
final class ParkedCommand implements Callable<Integer> {
    private static final int REASON_SHOWN = 60;

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    ParkedCommand(Surroundings around) {
        this.around = around;
    }

    static CommandLine with(Surroundings around) {
        return new CommandLine(new ParkedCommand(around))
                .addSubcommand(new Show(around))
                .addSubcommand(new Skip(around))
                .addSubcommand(new Retry(around));
    }

    @Override
    public Integer call() throws InterruptedException {
        var console = new Console(around);
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/parked");
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer, Parked[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Parked> all) {
        if (all.isEmpty()) {
            console.line("nothing waits");
            return;
        }
        boolean groups = all.stream().map(Parked::group).distinct().count() > 1;
        console.table(
                List.of("REGION", "SOURCE", "SHARD", "WAITING", "SINCE", "RECORDS", "BYTES", "REASON"),
                all.stream()
                        .map(parked -> List.of(
                                parked.region() + (groups ? " " + parked.group() : ""),
                                parked.source(),
                                Integer.toString(parked.shard()),
                                parked.waiting(),
                                since(parked),
                                Long.toString(parked.records()),
                                Long.toString(parked.bytes()),
                                brief(parked)))
                        .toList());
    }

    private static String since(Parked parked) {
        return parked.since() == null ? "?" : parked.since().replaceFirst("\\.\\d+Z$", "Z");
    }

    private static String brief(Parked parked) {
        String reason = parked.reason() == null ? "" : parked.reason().replace('\n', ' ');
        return reason.length() <= REASON_SHOWN ? reason : reason.substring(0, REASON_SHOWN - 3) + "...";
    }

    private static void whole(Console console, Parked parked) {
        console.line("shard " + parked.shard() + " from " + parked.source() + " waits in " + parked.region()
                + ", group " + parked.group() + ", since " + since(parked));
        console.line("  oldest at " + parked.position() + ", epoch " + parked.epoch() + ", " + parked.waiting()
                + (parked.reason() == null || parked.reason().isEmpty() ? "" : ": " + parked.reason()));
        console.line("  " + parked.records() + " records, " + parked.bytes() + " bytes");
    }

    /** One place where something waits. */
    abstract static class Place implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", paramLabel = "REGION", description = "Where it waits.")
        private String region = "";

        @Parameters(index = "1", paramLabel = "SOURCE", description = "The region that it comes from.")
        private String source = "";

        @Parameters(index = "2", paramLabel = "SHARD", description = "Its number.")
        private int shard;

        @Option(names = "--group", paramLabel = "GROUP", description = "The store group; a shard waits in one only.")
        private @Nullable String group;

        @Option(names = "--json", description = "As the control plane tells it.")
        private boolean json;

        private final Surroundings around;

        Place(Surroundings around) {
            this.around = around;
        }

        abstract int act(ControlApi api, Console console, JsonNode entry) throws InterruptedException;

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = connect()) {
                for (JsonNode entry : api.get("/parked")) {
                    Parked parked = Documents.as(entry, Parked.class);
                    if (parked.region().equals(region)
                            && parked.source().equals(source)
                            && parked.shard() == shard
                            && (group == null || group.equals(parked.group()))) {
                        return act(api, console, entry);
                    }
                }
                console.error("nothing of shard " + shard + " from " + source + " waits in " + region
                        + "; what does: ./meridian parked");
                return ExitCode.NOT_FOUND.number();
            }
        }

        ControlApi connect() {
            return options.connect(around);
        }

        ApiOptions options() {
            return options;
        }

        Surroundings around() {
            return around;
        }

        boolean json() {
            return json;
        }
    }

    @Command(name = "show", description = "Shows what waits of a shard, and why the oldest does.")
    static final class Show extends Place {
        Show(Surroundings around) {
            super(around);
        }

        @Override
        int act(ControlApi api, Console console, JsonNode entry) {
            if (json()) {
                console.json(entry);
            } else {
                whole(console, Documents.as(entry, Parked.class));
            }
            return ExitCode.DONE.number();
        }
    }

    /** Asks the agent to do something about the oldest, and waits for what became of it. */
    abstract static class Act extends Place {
        @Mixin
        private final OrderWatch watch = new OrderWatch();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        private final String verb;

        Act(Surroundings around, String verb) {
            super(around);
            this.verb = verb;
        }

        @Override
        ControlApi connect() {
            return options().connect(around(), change);
        }

        /** Empty: not said. */
        final String reason() {
            return change.reason(around().environment());
        }

        abstract void complete(ObjectNode document);

        abstract String done();

        @Override
        int act(ControlApi api, Console console, JsonNode entry) throws InterruptedException {
            Parked parked = Documents.as(entry, Parked.class);
            if (!json()) {
                whole(console, parked);
            }
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("position", parked.position());
            complete(document);
            JsonNode answer = api.post(
                    "/parked/" + ControlApi.encoded(parked.region()) + "/" + ControlApi.encoded(parked.group()) + "/"
                            + ControlApi.encoded(parked.source()) + "/" + parked.shard() + "/" + verb,
                    document);
            answer = watch.ended(api, console, "/parked/orders", answer);
            AgentOrder order = Documents.as(answer, AgentOrder.class);
            if (json()) {
                console.json(answer);
            } else {
                OrderWatch.tell(console, order, done(), "./meridian audit list, ./meridian parked");
            }
            return OrderWatch.code(order).number();
        }
    }

    @Command(
            name = "skip",
            description = "Lets a store never take the oldest change of a shard, which it refuses.",
            footer = {
                "",
                "The last resort: the copy differs from its owner's by it from then on, which verify shows and",
                "repair mends. What it held stays in the store's table meridian.skipped.",
                "Example: ./meridian parked skip west east 17 --reason \"that table was dropped here\""
            },
            exitCodeList = {
                "1:the agent could not do it",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Skip extends Act {
        @Spec
        private @Nullable CommandSpec spec;

        Skip(Surroundings around) {
            super(around, "skip");
        }

        @Override
        ControlApi connect() {
            if (reason().isBlank()) {
                throw new CommandLine.ParameterException(
                        spec == null ? new CommandLine(this) : spec.commandLine(),
                        "what is skipped is lost for this copy: say why with --reason");
            }
            return super.connect();
        }

        @Override
        void complete(ObjectNode document) {
            document.put("reason", reason());
        }

        @Override
        String done() {
            return "skipped";
        }
    }

    @Command(
            name = "retry",
            description = "Tries the oldest change of a shard now, not when its turn comes.",
            exitCodeList = {
                "1:the agent could not do it",
                "7:not known what became of it, or --timeout passed: ask again with the same --change-key"
            })
    static final class Retry extends Act {
        Retry(Surroundings around) {
            super(around, "retry");
        }

        @Override
        void complete(ObjectNode document) {}

        @Override
        String done() {
            return "tried again";
        }
    }
}
