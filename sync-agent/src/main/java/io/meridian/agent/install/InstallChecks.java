package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a store and its tables must obey before a fence can guard them (PROTOCOL 8). Reads catalogs and settings only. */
final class InstallChecks {
    private InstallChecks() {}

    static List<InstallFault> run(Connection store, InstallPlan plan) throws SQLException {
        StoreQueries queries = new StoreQueries(store);
        InstallFaults faults = new InstallFaults();
        ServerChecks server = new ServerChecks(queries, plan, faults);
        server.server();
        if (!faults.found().isEmpty()) {
            return faults.found();
        }
        server.installedBefore();
        server.roles();
        TableChecks tables = new TableChecks(queries, plan, faults);
        for (Topology.Table table : plan.tables()) {
            tables.check(table);
        }
        if (plan.tables().isEmpty()) {
            faults.add("the topology names no table", "list the sharded tables under 'tables'");
        }
        return faults.found();
    }
}
