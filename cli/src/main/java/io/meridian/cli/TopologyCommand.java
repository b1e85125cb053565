package io.meridian.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The declared regions, zones, services and tables. */
@Command(
        name = "topology",
        description = "Shows or changes regions, zones, services and tables.",
        synopsisSubcommandLabel = "COMMAND")
final class TopologyCommand extends CommandGroup {
    TopologyCommand() {
        super("show, apply, diff, history or rollback?");
    }

    /** Prints it so that it can be edited and applied. */
    @Command(
            name = "show",
            aliases = "get",
            description = "Prints the topology that holds now, as YAML that apply reads.")
    static final class Show implements Callable<Integer> {
        private static final YAMLMapper YAML = YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .build();

        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(names = "--revision", paramLabel = "REVISION", description = "That of an earlier revision instead.")
        private Optional<Long> revision = Optional.empty();

        @Option(names = "--json", description = "The control plane's answer, with the revision.")
        private boolean json;

        private final Surroundings around;

        Show(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            try (var api = options.connect(around)) {
                JsonNode answer =
                        api.get(revision.map(at -> "/topology/revisions/" + at).orElse("/topology"));
                var console = new Console(around);
                if (json) {
                    console.json(answer);
                } else {
                    console.line("# revision " + answer.path("revision").asText("?"));
                    console.line(yaml(answer.path("topology")).stripTrailing());
                }
                return ExitCode.DONE.number();
            }
        }

        private static String yaml(JsonNode topology) {
            try {
                return YAML.writeValueAsString(topology);
            } catch (JacksonException defect) {
                throw new IllegalStateException("cannot be written as YAML: " + topology, defect);
            }
        }
    }

    /** Sends the file as it is: what is wrong with it, the control plane says, with places. */
    @Command(name = "apply", description = "Makes a YAML or JSON file the topology.")
    static final class Apply implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "FILE", description = "YAML, or JSON when it ends in .json.")
        private Path file = Path.of("");

        @Option(names = "--dry-run", description = "Say what would change, change nothing.")
        private boolean dryRun;

        @Option(
                names = "--if-match",
                paramLabel = "REVISION",
                description = "Only if the topology is at this revision.")
        private Optional<Long> ifMatch = Optional.empty();

        @Option(names = "--json", description = "The control plane's answer.")
        private boolean json;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        Apply(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            byte[] document = read();
            try (var api = options.connect(around, change)) {
                api.onlyAt(ifMatch.map(OptionalLong::of).orElse(OptionalLong.empty()));
                boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
                JsonNode answer = api.put(
                        "/topology" + (dryRun ? "?dryRun=true" : ""),
                        isJson ? "application/json" : "application/yaml",
                        document);
                var console = new Console(around);
                if (json) {
                    console.json(answer);
                } else {
                    TopologyRevisions.print(console, answer, dryRun);
                }
                return ExitCode.DONE.number();
            }
        }

        private byte[] read() {
            try {
                return Files.readAllBytes(file);
            } catch (IOException unreadable) {
                if (spec == null) {
                    throw new IllegalStateException("not run by picocli", unreadable);
                }
                throw new CommandLine.ParameterException(spec.commandLine(), "cannot read " + file + ": " + unreadable);
            }
        }
    }
}
