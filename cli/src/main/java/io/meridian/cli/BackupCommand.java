package io.meridian.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The control plane's whole state as a file. */
@Command(name = "backup", description = "Writes the control plane's whole state to a file that restore reads.")
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "Readable by its owner only: it holds what the control plane's disk holds.")
    private Path file = Path.of("");

    @Option(names = "--overwrite", description = "Even if there is such a file.")
    private boolean overwrite;

    @Option(names = "--json", description = "File and size.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Surroundings around;

    BackupCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (Files.exists(file) && !overwrite) {
            throw wrong(file + " is there already; take another name, or --overwrite");
        }
        try (var api = options.connect(around)) {
            byte[] backup = api.download("/backup");
            write(backup);
            var console = new Console(around);
            if (json) {
                console.json(JsonNodeFactory.instance
                        .objectNode()
                        .put("file", file.toString())
                        .put("bytes", backup.length));
            } else {
                console.line("written: " + file + " (" + backup.length + " bytes)");
            }
            return ExitCode.DONE.number();
        }
    }

    /** Whole or not there. */
    private void write(byte[] backup) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (var out = Files.newByteChannel(fresh, Set.of(StandardOpenOption.WRITE))) {
                var left = java.nio.ByteBuffer.wrap(backup);
                while (left.hasRemaining()) {
                    out.write(left);
                }
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | UnsupportedOperationException unwritable) {
            throw wrong("cannot write " + file + ": " + unwritable);
        }
    }

    private CommandLine.ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
