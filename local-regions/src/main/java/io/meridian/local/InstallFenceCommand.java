package io.meridian.local;

import io.meridian.local.instance.StoreGroup;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.AgentInstall;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./meridian agent install}: the agent's own installer, with the arguments that this instance needs. */
@Command(
        name = "agent-install",
        mixinStandardHelpOptions = true,
        description = "Installs the fence into the regions' stores, or shows what that would do.")
final class InstallFenceCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(names = "--region", paramLabel = "NAME", description = "this region only (default: all)")
    private String region = "";

    @ArgGroup(multiplicity = "1")
    private Mode mode = new Mode();

    static final class Mode {
        @Option(names = "--dry-run", description = "check and print the SQL; change nothing")
        private boolean dryRun;

        @Option(names = "--apply", description = "check and install")
        @SuppressWarnings("UnusedVariable") // one of the two must be given; which one, the other tells
        private boolean apply;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalInstance known = instance.existing();
        if (!region.isEmpty() && !known.regions().contains(region)) {
            throw new StartFailedException(
                    "there is no region '" + region + "'; there are: " + String.join(", ", known.regions()));
        }
        int worst = 0;
        for (String each : region.isEmpty() ? known.regions() : List.of(region)) {
            for (StoreGroup group : known.layout().groups()) {
                System.out.println(
                        "-- " + each + (known.layout().groupCount() > 1 ? ", store group " + group.name() : ""));
                System.out.flush();
                worst = Math.max(
                        worst,
                        AgentInstall.install(
                                known.layout(), each, group, List.of(mode.dryRun ? "--dry-run" : "--apply")));
            }
        }
        return worst;
    }
}
