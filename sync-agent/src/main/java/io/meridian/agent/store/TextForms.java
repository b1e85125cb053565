package io.meridian.agent.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The settings that decide how a value looks as text. Values travel and are compared as text, so they are the same in every session that
 * captures, applies or hashes, whatever a database or a role has set.
 */
public final class TextForms {
    private static final List<String> SETTINGS = List.of(
            "bytea_output = 'hex'",
            "IntervalStyle = 'postgres'",
            "DateStyle = 'ISO'",
            "extra_float_digits = 1",
            "TimeZone = 'UTC'",
            "lc_monetary = 'C'");

    private TextForms() {}

    /** For as long as the session lasts. */
    static void pin(Connection session) throws SQLException {
        set(session, "set ");
    }

    /** Until the running transaction ends. */
    public static void pinLocally(Connection transaction) throws SQLException {
        if (transaction.getAutoCommit()) {
            throw new IllegalStateException("text forms are pinned inside a transaction, and there is none");
        }
        set(transaction, "set local ");
    }

    private static void set(Connection session, String how) throws SQLException {
        try (Statement statement = session.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(how + setting);
            }
        }
    }
}
