package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a run proves, to keep, and whether it does. */
@Command(
        name = "certificate",
        description = "Fetches what a run proves and the keys to check it with; checks it without a control plane.",
        synopsisSubcommandLabel = "COMMAND")
final class CertificateCommand extends CommandGroup {
    CertificateCommand() {
        super("get, keys or verify?");
    }

    /** The document as it is signed. */
    @Command(
            name = "get",
            description = "Fetches a run's certificate, to be kept and checked by verify.",
            exitCodeList = "1:written, but not signed yet")
    static final class Get implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Parameters(index = "0", paramLabel = "RUN", description = "Such as mv-1; it has to have ended.")
        private String run = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Where to write it. Else standard output.")
        private @Nullable Path file;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        Get(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            var console = new Console(around);
            try (var api = options.connect(around)) {
                JsonNode document = api.get("/runs/" + ControlApi.encoded(run) + "/certificate");
                write(document, file, console, spec);
                if (!document.has("signature")) {
                    console.error("not signed yet: the leader signs it within a second or so; fetch it again");
                    return ExitCode.FAILED.number();
                }
                return ExitCode.DONE.number();
            }
        }
    }

    /** Kept by whoever wants to trust a certificate later. */
    @Command(
            name = "keys",
            description = "Fetches the cluster's key ring: the public keys of all nodes there ever were.")
    static final class Keys implements Callable<Integer> {
        @Mixin
        private final ApiOptions options = new ApiOptions();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Where to write it. Else standard output.")
        private @Nullable Path file;

        @Spec
        private @Nullable CommandSpec spec;

        private final Surroundings around;

        Keys(Surroundings around) {
            this.around = around;
        }

        @Override
        public Integer call() throws InterruptedException {
            try (var api = options.connect(around)) {
                write(api.get("/keys"), file, new Console(around), spec);
                return ExitCode.DONE.number();
            }
        }
    }

    /** Space between tokens is not signed: the indented file checks as well as the one line that came. */
    private static void write(JsonNode document, @Nullable Path file, Console console, @Nullable CommandSpec spec) {
        if (file == null) {
            console.json(document);
            return;
        }
        try {
            Files.writeString(file, Documents.write(document) + "\n");
        } catch (IOException unwritable) {
            if (spec == null) {
                throw new IllegalStateException("not run by picocli", unwritable);
            }
            throw new CommandLine.ParameterException(spec.commandLine(), "cannot write " + file + ": " + unwritable);
        }
        console.line("written to " + file);
    }
}
