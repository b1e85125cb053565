package io.meridian.drill;

import io.meridian.drill.injection.Journal;
import io.meridian.drill.report.Reports;
import io.meridian.local.LocalInstance;
import io.meridian.local.instance.Layout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which regions. Their drills lie in the instance's folder and go with it at a reset. */
final class InstanceChoice {
    @Option(
            names = "--instance",
            defaultValue = "up",
            paramLabel = "NAME",
            description = "Which regions (default: ${DEFAULT-VALUE}).")
    private String name = "up";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    LocalInstance running() throws IOException, RefusedToStartException {
        if (!name.matches("[a-z][a-z0-9-]{0,30}")) {
            throw new RefusedToStartException(DrillMain.USAGE, "'" + name + "' is no name for an instance");
        }
        return LocalInstance.attach(name)
                .orElseThrow(() -> new RefusedToStartException(
                        DrillMain.NOT_FOUND,
                        "there is no instance '" + name + "'; start it: ./meridian up" + Layout.flag(name)));
    }

    String flag() {
        return Layout.flag(name);
    }

    Path drills() {
        return Layout.folder(name).resolve("drills");
    }

    Reports reports() {
        return new Reports(drills());
    }

    Optional<Journal> openJournal() throws IOException {
        return Journal.find(drills());
    }

    static ControlPlane controlPlane(LocalInstance instance) {
        Map<String, URI> addresses = new LinkedHashMap<>();
        instance.file().regions().forEach(region -> addresses.put(region.name(), URI.create(region.api())));
        return new ControlPlane(addresses, instance.token());
    }
}
