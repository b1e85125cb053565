package io.meridian.local.service;

import io.meridian.local.Checkout;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.StartFailedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the agent's installer against a region's store, as a user would. */
public final class AgentInstall {
    private static final String INSTALL = "io.meridian.agent.install.InstallCommand";
    private static final String REMOVE = "io.meridian.agent.install.RemoveCommand";

    private AgentInstall() {}

    /** @param log where its output goes */
    static void apply(Layout layout, String region, StoreGroup group, Path log)
            throws IOException, InterruptedException {
        Files.createDirectories(log.getParent());
        int status = process(layout, region, group, INSTALL, List.of("--apply"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new StartFailedException(
                    "agent install in " + region + " for store group " + group.name() + " failed (status " + status
                            + "):",
                    log);
        }
    }

    /** The installer with its output where ours goes. Returns its exit code. */
    public static int install(Layout layout, String region, StoreGroup group, List<String> options)
            throws IOException, InterruptedException {
        return process(layout, region, group, INSTALL, options)
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Its opposite, likewise. */
    public static int remove(Layout layout, String region, StoreGroup group, List<String> options)
            throws IOException, InterruptedException {
        return process(layout, region, group, REMOVE, options)
                .inheritIO()
                .start()
                .waitFor();
    }

    private static ProcessBuilder process(
            Layout layout, String region, StoreGroup group, String main, List<String> options)
            throws StartFailedException {
        Path app = Checkout.root().resolve("sync-agent/target/quarkus-app");
        if (!Files.exists(app)) {
            throw new StartFailedException("sync-agent is not built: " + app + " is missing");
        }
        List<String> command = new ArrayList<>(List.of(
                DetachedProcess.java(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                app + "/app/*" + File.pathSeparator + app + "/lib/main/*" + File.pathSeparator + app + "/lib/boot/*",
                main));
        command.addAll(List.of(
                "--url",
                layout.store(region, group),
                "--user",
                "postgres",
                "--password-file",
                layout.superuserPassword(region).toString(),
                "--topology",
                layout.topology().toString(),
                "--region",
                region,
                "--group",
                group.name()));
        command.addAll(options);
        return new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    }
}
