package io.meridian.agent.install;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.TopologyReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agent install}: puts the fence into one region's store of a group. Exit code 0: done; 1: refused, with the cures; 2: wrong call. */
@Command(
        name = "agent install",
        mixinStandardHelpOptions = true,
        description = "Puts schema meridian, the fence triggers, the publication and the slot into one store.")
public final class InstallCommand implements Callable<Integer> {
    @Option(names = "--url", required = true, description = "JDBC address of the store's database")
    private String url = "";

    @Option(names = "--user", required = true, description = "a superuser of the store")
    private String user = "";

    @Option(names = "--password-file", required = true, description = "file that holds the user's password")
    private Path passwordFile = Path.of("");

    @Option(names = "--topology", required = true, description = "topology document (YAML or JSON)")
    private Path topologyFile = Path.of("");

    @Option(names = "--region", required = true, description = "the store's region")
    private String region = "";

    @Option(names = "--group", defaultValue = "main", description = "the store's group (default: ${DEFAULT-VALUE})")
    private String group = "main";

    @ArgGroup(multiplicity = "1")
    private Mode mode = new Mode();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    static final class Mode {
        @Option(names = "--dry-run", description = "check the store and print the SQL; change nothing")
        private boolean dryRun;

        @Option(names = "--apply", description = "check the store and install")
        private boolean apply;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new InstallCommand())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("not installed: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Object document = new ObjectMapper(new YAMLFactory()).readValue(topologyFile.toFile(), Object.class);
        return switch (TopologyReader.read(document)) {
            case TopologyReader.Reading.Faulty faulty -> {
                faulty.faults()
                        .forEach(fault -> err.println(topologyFile + " " + fault.pointer() + ": " + fault.detail()));
                yield 2;
            }
            case TopologyReader.Reading.Read read -> install(read.topology(), out, err);
        };
    }

    private int install(Topology topology, PrintWriter out, PrintWriter err) throws IOException, SQLException {
        if (topology.regions().stream().noneMatch(known -> known.id().equals(RegionId.of(region)))) {
            err.println("the topology has no region " + region);
            return 2;
        }
        if (topology.storeGroups().stream().noneMatch(known -> known.name().equals(group))) {
            err.println("the topology has no store group " + group + "; there are: "
                    + String.join(
                            ", ",
                            topology.storeGroups().stream()
                                    .map(Topology.StoreGroup::name)
                                    .toList()));
            return 2;
        }
        InstallPlan plan = InstallPlan.of(topology, group);
        String password = Files.readString(passwordFile).strip();
        try (Connection store = DriverManager.getConnection(url, user, password)) {
            if (mode.dryRun) {
                out.print(Installer.script(plan));
                out.flush();
                List<InstallFault> faults = Installer.check(store, plan);
                faults.forEach(err::println);
                return faults.isEmpty() ? 0 : 1;
            }
            return switch (Installer.apply(store, plan)) {
                case Installer.Outcome.Installed _ -> {
                    out.println("installed region=" + region + " group=" + group + " shards="
                            + plan.range().size() + " tables=" + plan.tables().size());
                    yield 0;
                }
                case Installer.Outcome.Refused refused -> {
                    refused.faults().forEach(err::println);
                    yield 1;
                }
            };
        }
    }
}
