package io.meridian.agent.install;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Takes out of a store what {@link Installer} put in, and nothing of the user's. Removing again removes what is left. */
public final class Remover {
    private Remover() {}

    /** What came of removing. */
    public sealed interface Outcome {
        /** @param script what was run, or would be */
        record Removed(String script) implements Outcome {}

        /** Nothing was changed. @param faults at least one */
        record Refused(List<InstallFault> faults) implements Outcome {}
    }

    /** What {@link #apply} would do. @param accepted the loss, in the words of the refusal; empty: none */
    public static Outcome check(Connection store, InstallPlan plan, String accepted) throws SQLException {
        StoreQueries queries = new StoreQueries(store);
        InstallFaults faults = new InstallFaults();
        if (!queries.holds("select rolsuper from pg_roles where rolname = current_user")) {
            faults.add("the role is not a superuser", "remove with the role that installed");
        }
        String held = queries.holds("select to_regclass('meridian.settings') is null")
                ? ""
                : queries.text("select to_jsonb(s) ->> 'store_group' from meridian.settings s");
        if (!held.isEmpty() && !held.equals(plan.group())) {
            faults.add(
                    "this is a store of group " + held + ", not of " + plan.group(), "give --url the right database");
        }
        if (queries.holds(
                "select exists (select from pg_replication_slots where slot_name = ? and active)", plan.slot())) {
            faults.add("an agent reads slot " + plan.slot(), "stop this store's agent first");
        }
        openShards(queries, accepted, faults);
        return faults.found().isEmpty()
                ? new Outcome.Removed(RemovalScript.of(queries, plan).text())
                : new Outcome.Refused(faults.found());
    }

    /** What an open shard's last writes are worth, only its owner's store knows for sure. */
    private static void openShards(StoreQueries queries, String accepted, InstallFaults faults) throws SQLException {
        if (queries.holds("select to_regclass('meridian.fence') is null")) {
            return;
        }
        long open = queries.number("select count(*) from meridian.fence where state = 'OPEN'");
        String loss = "the last writes of " + open + " shards";
        if (open > 0 && !accepted.equals(loss)) {
            faults.add(
                    "this store owns " + open
                            + " open shards: without its slot, what other regions have not read yet never"
                            + " reaches them, and without its fence anybody may write here",
                    "move them away first (./meridian evacuate --region ...); or, if that may be lost, --force \""
                            + loss + "\"");
        }
    }

    public static Outcome apply(Connection store, InstallPlan plan, String accepted) throws SQLException {
        if (check(store, plan, accepted) instanceof Outcome.Refused refused) {
            return refused;
        }
        RemovalScript script;
        store.setAutoCommit(false);
        try (Statement statement = store.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('meridian install'))");
            script = RemovalScript.of(new StoreQueries(store), plan);
            for (String sql : script.schema()) {
                statement.execute(sql);
            }
            store.commit();
        } catch (SQLException e) {
            store.rollback();
            throw e;
        } finally {
            store.setAutoCommit(true);
        }
        try (Statement statement = store.createStatement()) {
            for (String sql : script.server()) {
                statement.execute(sql);
            }
        }
        return new Outcome.Removed(script.text());
    }
}
