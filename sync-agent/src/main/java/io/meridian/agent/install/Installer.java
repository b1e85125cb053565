package io.meridian.agent.install;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Installs the fence in one store, or says what stands in the way. Installing again changes nothing but what is missing. Needs a superuser:
 * triggers on others' tables, a role with REPLICATION, a grant on a parameter.
 */
public final class Installer {
    private Installer() {}

    /** What came of installing. */
    public sealed interface Outcome {
        record Installed() implements Outcome {}

        /** Nothing was changed. @param faults at least one */
        record Refused(List<InstallFault> faults) implements Outcome {}
    }

    /** What {@link #apply} would run, as {@code psql} takes it. */
    public static String script(InstallPlan plan) {
        return InstallScript.of(plan).text();
    }

    /** Everything in this store that the fence could not guard, each with its cure; changes nothing. */
    public static List<InstallFault> check(Connection store, InstallPlan plan) throws SQLException {
        return InstallChecks.run(store, plan);
    }

    public static Outcome apply(Connection store, InstallPlan plan) throws SQLException {
        List<InstallFault> faults = check(store, plan);
        if (!faults.isEmpty()) {
            return new Outcome.Refused(faults);
        }
        InstallScript script = InstallScript.of(plan);
        store.setAutoCommit(false);
        try (Statement statement = store.createStatement()) {
            // Two installers at once would both find nothing and both create it.
            statement.execute("select pg_advisory_xact_lock(hashtext('meridian install'))");
            for (String file : script.schema()) {
                statement.execute(file);
            }
            store.commit();
        } catch (SQLException e) {
            store.rollback();
            throw e;
        } finally {
            store.setAutoCommit(true);
        }
        try (Statement statement = store.createStatement()) {
            statement.execute(script.slot());
        }
        return new Outcome.Installed();
    }
}
