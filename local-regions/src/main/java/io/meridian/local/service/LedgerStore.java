package io.meridian.local.service;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.instance.Layout;
import io.meridian.local.instance.Secrets;
import io.meridian.local.instance.StoreGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A region's databases: roles, one database for each store group, the ledger's tables in each. Everything may be done again. */
final class LedgerStore {
    private LedgerStore() {}

    static void prepare(Layout layout, Secrets secrets, String region) throws SQLException, IOException {
        String server = "jdbc:postgresql://" + layout.address(region, Ports.Part.POSTGRES) + "/";
        try (var connection =
                DriverManager.getConnection(server + "postgres", "postgres", secrets.password(region, "postgres"))) {
            role(connection, "ledger_owner", "login", secrets.password(region, "ledger_owner"));
            role(connection, "ledger", "login", secrets.password(region, "ledger"));
            role(connection, "meridian_agent", "login replication", secrets.password(region, "meridian_agent"));
            execute(connection, "alter role ledger set transaction_timeout = '3s'");
            for (StoreGroup group : layout.groups()) {
                if (!holds(connection, "select from pg_database where datname = '" + group.database() + "'")) {
                    execute(connection, "create database " + group.database() + " owner ledger_owner");
                }
            }
        }
        Path migration = Checkout.root().resolve("examples/ledger/src/main/resources/ledger/schema.sql");
        for (StoreGroup group : layout.groups()) {
            try (var connection = DriverManager.getConnection(
                    server + group.database(), "ledger_owner", secrets.password(region, "ledger_owner"))) {
                execute(connection, Files.readString(migration));
            }
        }
    }

    private static void role(Connection connection, String name, String attributes, String password)
            throws SQLException {
        boolean there = holds(connection, "select from pg_roles where rolname = '" + name + "'");
        execute(
                connection,
                (there ? "alter" : "create") + " role " + name + " " + attributes + " password '" + password + "'");
    }

    private static boolean holds(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
