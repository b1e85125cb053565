package io.meridian.local.service;

import io.meridian.local.Ports;
import io.meridian.local.instance.InstanceFile;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Secrets;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.process.Folders;
import java.io.IOException;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** What must be done between the starts of processes. Each of it may be done again. */
public final class Preparation {
    private final Layout layout;
    private final Secrets secrets;

    public Preparation(Layout layout, Secrets secrets) {
        this.layout = layout;
        this.secrets = secrets;
    }

    public void writeTopology() throws IOException {
        Folders.write(layout.topology(), TopologyDocument.render(layout), "rw-r--r--");
    }

    /** For the launcher, which reads no JSON: where the load and the command line find this instance. */
    public void writeAddresses(InstanceFile file) throws IOException {
        String edges = file.regions().stream().map(InstanceFile.Region::edge).collect(Collectors.joining(","));
        Folders.write(
                layout.folder().resolve("addresses.env"),
                "INSTANCE_EDGES=" + edges + "\nINSTANCE_API=" + file.api() + "\nINSTANCE_TOKEN_FILE='"
                        + file.tokenFile() + "'\n",
                "rw-r--r--");
    }

    /** Roles, a database for each store group, the ledger's tables in {@code region}. */
    public void ledgerStore(String region) throws IOException {
        try {
            LedgerStore.prepare(layout, secrets, region);
        } catch (SQLException failed) {
            throw new IOException("the ledger's database in " + region + ": " + failed.getMessage(), failed);
        }
    }

    /** Installs the fence in {@code region}'s stores, with the agent's own installer: one after the other, because roles are the server's. */
    public void fence(String region) throws IOException, InterruptedException {
        for (StoreGroup group : layout.groups()) {
            AgentInstall.apply(
                    layout, region, group, layout.folder(region, group.agent()).resolve("install.log"));
        }
    }

    /** Waits until a control plane takes the topology. */
    public void declareTopology(InstanceFile file) throws IOException, InterruptedException {
        Readiness.declareTopology(layout, file, secrets.token());
    }

    /** Waits until every service is ready and every edge answers. */
    public void awaitService(InstanceFile file) throws IOException, InterruptedException {
        for (String region : layout.regions()) {
            Readiness.awaitHealth(file, layout.address(region, Ports.Part.CONTROL_HTTP));
            Readiness.awaitHealth(file, layout.address(region, Ports.Part.ROUTER_HTTP));
            for (StoreGroup group : layout.groups()) {
                Readiness.awaitHealth(file, layout.address(region, group));
            }
        }
        for (InstanceFile.Region region : file.regions()) {
            Readiness.awaitEdge(file, region);
        }
    }
}
