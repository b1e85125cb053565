package io.meridian.local;

import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.Http;
import io.meridian.local.service.LoneControlPlane;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./meridian fuzz-api}: Schemathesis asks a real node whatever its document allows, and what it does not. */
@Command(
        name = "fuzz-api",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a control-plane node of its own whatever docs/openapi.yaml allows, and what it does not: no answer may be a defect (500), and none"
                    + " may be one that the document does not have.",
            "Without a time it does the same each time for the same seed; a failure names the seed."
        })
final class FuzzApiCommand implements Callable<Integer> {
    /** The node says so when a request failed by a defect. */
    private static final String DEFECT = "failed by a defect";

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "go on for this long (default: until each operation had its share)")
    private @Nullable Integer seconds;

    @Option(names = "--seed", paramLabel = "N", description = "what is asked (default: another one each time)")
    private @Nullable Long seed;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "25",
            description = "an operation's share (default: ${DEFAULT-VALUE})")
    private int examples;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Checkout.root().resolve(".meridian/fuzz-api");
        Path material = Checkout.root().resolve("control-plane/fuzz");
        try (LoneControlPlane node = LoneControlPlane.start(folder)) {
            declare(node, Files.readString(material.resolve("topology.yaml")));
            int status = run(node, material, folder);
            if (!node.alive()) {
                throw new StartFailedException(
                        "the control plane ended while it was asked; last lines of its log:", node.log());
            }
            if (Files.readString(node.log()).contains(DEFECT)) {
                throw new StartFailedException("the control plane's log tells of a defect: " + node.log());
            }
            return status;
        }
    }

    private int run(LoneControlPlane node, Path material, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Checkout.root().resolve(".meridian/schemathesis/venv/bin/st").toString(),
                "--no-color",
                "--config-file",
                material.resolve("schemathesis.toml").toString(),
                "run",
                Checkout.root().resolve("docs/openapi.yaml").toString(),
                "--url",
                node.address(),
                "--max-examples",
                Integer.toString(examples)));
        if (seconds != null) {
            command.addAll(List.of("--max-time", seconds.toString()));
        }
        if (seed != null) {
            command.addAll(List.of("--seed", seed.toString()));
        }
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .inheritIO();
        builder.environment().put("MERIDIAN_TOKEN", node.token());
        builder.environment()
                .put("SCHEMATHESIS_HOOKS", material.resolve("hooks.py").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start().waitFor();
    }

    private static void declare(LoneControlPlane node, String topology) throws IOException, InterruptedException {
        var answer = Http.put(node.address() + "/api/v1/topology", topology, "Authorization", "Bearer " + node.token());
        if (answer.statusCode() != 200) {
            throw new StartFailedException("the topology to fuzz with was refused: " + answer.body());
        }
    }
}
