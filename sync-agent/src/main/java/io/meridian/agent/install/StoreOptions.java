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
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which store, and whether only to look. */
final class StoreOptions {
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

    @Option(names = "--standby-required", description = "refuse a store without a synchronous standby")
    private boolean standbyRequired;

    @ArgGroup(multiplicity = "1")
    private Mode mode = new Mode();

    static final class Mode {
        @Option(names = "--dry-run", description = "check the store and print the SQL; change nothing")
        private boolean dryRun;

        @Option(names = "--apply", description = "check the store and do it")
        @SuppressWarnings("UnusedVariable") // one of the two must be given; which one, the other tells
        private boolean apply;
    }

    boolean dryRun() {
        return mode.dryRun;
    }

    boolean standbyRequired() {
        return standbyRequired;
    }

    String region() {
        return region;
    }

    String group() {
        return group;
    }

    Connection connect() throws IOException, SQLException {
        return DriverManager.getConnection(
                url, user, Files.readString(passwordFile).strip());
    }

    /** Empty: the call is wrong, and {@code err} was told why. */
    Optional<InstallPlan> plan(PrintWriter err) throws IOException {
        Object document = new ObjectMapper(new YAMLFactory()).readValue(topologyFile.toFile(), Object.class);
        return switch (TopologyReader.read(document)) {
            case TopologyReader.Reading.Faulty faulty -> {
                faulty.faults()
                        .forEach(fault -> err.println(topologyFile + " " + fault.pointer() + ": " + fault.detail()));
                yield Optional.empty();
            }
            case TopologyReader.Reading.Read read -> plan(read.topology(), err);
        };
    }

    private Optional<InstallPlan> plan(Topology topology, PrintWriter err) {
        if (topology.regions().stream().noneMatch(known -> known.id().equals(RegionId.of(region)))) {
            err.println("the topology has no region " + region);
            return Optional.empty();
        }
        if (topology.storeGroup(group).isEmpty()) {
            err.println("the topology has no store group " + group + "; there are: "
                    + String.join(
                            ", ",
                            topology.storeGroups().stream()
                                    .map(Topology.StoreGroup::name)
                                    .toList()));
            return Optional.empty();
        }
        return Optional.of(InstallPlan.of(topology, RegionId.of(region), group));
    }
}
