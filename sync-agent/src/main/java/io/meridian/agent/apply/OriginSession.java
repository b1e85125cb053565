package io.meridian.agent.apply;

import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A session whose writes the fence lets pass and that no region hears of again: what was applied here is not a change of ours. */
final class OriginSession {
    /** Every statement looks rows up by their key: a table without statistics must not tempt the planner to read all of it for a few rows. */
    private static final List<String> NEVER = List.of("enable_seqscan", "enable_hashjoin", "enable_mergejoin");

    private OriginSession() {}

    /** @param origin held by this session alone while it lasts, which also keeps out a second applier */
    static Connection open(StoreAccess store, String origin) throws SQLException {
        Connection connection = store.open(origin);
        try (Statement statement = connection.createStatement();
                PreparedStatement create = connection.prepareStatement("""
                        select pg_replication_origin_create(name) from (select ?::text as name)
                        where pg_replication_origin_oid(name) is null
                        """);
                PreparedStatement setup =
                        connection.prepareStatement("select pg_replication_origin_session_setup(?)")) {
            create.setString(1, origin);
            create.execute();
            setup.setString(1, origin);
            setup.execute();
            statement.execute("set session_replication_role = 'replica'");
            for (String scan : NEVER) {
                statement.execute("set " + scan + " = off");
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
