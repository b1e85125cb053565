package io.meridian.local;

import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.service.Programs.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "up", mixinStandardHelpOptions = true, description = "Starts whole regions on this machine.")
final class UpCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption instance = new InstanceOption();

    @Option(names = "--regions", paramLabel = "1|3", description = "how many regions (default: 3, or as before)")
    private int regions;

    @Option(
            names = "--groups",
            paramLabel = "1-4",
            description = "store groups: databases and agents of each region (default: 1, or as before)")
    private int groups;

    @Option(
            names = "--base",
            paramLabel = "PORT",
            description = "first port of the plan (default: 21000, or as before)")
    private int base;

    /** For our own tests of parts. */
    @Option(names = "--only", hidden = true, split = ",")
    private List<String> only = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (regions != 0 && regions != 1 && regions != 3) {
            throw new StartFailedException("--regions is 1 or 3, not " + regions);
        }
        if (groups < 0 || groups > StoreGroup.MOST) {
            throw new StartFailedException("--groups is 1 to " + StoreGroup.MOST + ", not " + groups);
        }
        if (base != 0 && (base < 1_024 || base > 32_400)) {
            throw new StartFailedException(
                    "--base is 1024 to 32400 (the ports above are given to outgoing connections), not " + base);
        }
        var options = new Options(instance.name(), regions, groups, base, kinds());
        show(LocalInstance.up(options), System.out);
        return 0;
    }

    private EnumSet<Kind> kinds() throws StartFailedException {
        if (only.isEmpty()) {
            return EnumSet.allOf(Kind.class);
        }
        var kinds = EnumSet.noneOf(Kind.class);
        for (String service : only) {
            kinds.add(Arrays.stream(Kind.values())
                    .filter(kind -> kind.service().equals(service))
                    .findFirst()
                    .orElseThrow(() -> new StartFailedException("--only " + service + ": there is no such service")));
        }
        return kinds;
    }

    private static void show(LocalInstance instance, PrintStream out) {
        var file = instance.file();
        out.println();
        out.printf(
                " %-7s %-23s %-23s %-16s %-16s %s%n", "region", "edge (Envoy)", "API", "PostgreSQL", "Kafka", "zones");
        file.regions()
                .forEach(region -> out.printf(
                        " %-7s %-23s %-23s %-16s %-16s %s%n",
                        region.name(),
                        region.edge(),
                        region.api(),
                        region.postgres().replaceAll("^jdbc:postgresql://|/ledger$", ""),
                        region.kafka(),
                        String.join(", ", region.zones().keySet())));
        out.println();
        out.println(" console  " + file.console() + "#token=" + instance.token());
        out.println(" token    " + file.tokenFile());
        out.println();
        String flag = Layout.flag(file.name());
        out.println(" next:");
        out.println("   ./meridian where" + flag + " --key alice");
        if (file.regions().size() > 1) {
            out.println("   ./meridian move" + flag + " --shards 0-340 --to west-1 --wait");
            out.println("   ./meridian demo" + flag + "    (load, and a third of the users moves meanwhile)");
        } else {
            out.println("   ./meridian move" + flag + " --shards 0-63 --to east-2 --wait");
            out.println("   ./meridian load" + flag + " --rate 50 --seconds 20");
        }
        out.println(" when done:");
        out.println("   ./meridian down" + flag + "    (stops all of it; data stays)");
    }
}
