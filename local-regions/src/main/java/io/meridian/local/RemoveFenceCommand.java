package io.meridian.local;

import io.meridian.local.instance.StoreGroup;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.AgentInstall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./meridian agent remove}: of one region, because a region that is left is a decision of its own. */
@Command(
        name = "agent-remove",
        mixinStandardHelpOptions = true,
        description = "Takes Meridian out of a region's stores, or shows what that would do; tables and rows stay.")
final class RemoveFenceCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(names = "--region", paramLabel = "NAME", required = true, description = "the region that is left")
    private String region = "";

    @Option(
            names = "--force",
            paramLabel = "WHAT IS LOST",
            description = "though it owns open shards: the loss in the words of the refusal")
    private String accepted = "";

    @ArgGroup(multiplicity = "1")
    private Mode mode = new Mode();

    static final class Mode {
        @Option(names = "--dry-run", description = "check and print the SQL; change nothing")
        private boolean dryRun;

        @Option(names = "--apply", description = "check and remove")
        @SuppressWarnings("UnusedVariable") // one of the two must be given; which one, the other tells
        private boolean apply;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalInstance known = instance.existing();
        if (!known.regions().contains(region)) {
            throw new StartFailedException(
                    "there is no region '" + region + "'; there are: " + String.join(", ", known.regions()));
        }
        List<String> options = new ArrayList<>(List.of(mode.dryRun ? "--dry-run" : "--apply"));
        if (!accepted.isEmpty()) {
            options.addAll(List.of("--force", accepted));
        }
        int worst = 0;
        for (StoreGroup group : known.layout().groups()) {
            System.out.println(
                    "-- " + region + (known.layout().groupCount() > 1 ? ", store group " + group.name() : ""));
            System.out.flush();
            worst = Math.max(worst, AgentInstall.remove(known.layout(), region, group, options));
        }
        return worst;
    }
}
