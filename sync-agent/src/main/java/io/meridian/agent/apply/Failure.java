package io.meridian.agent.apply;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What a failed transaction of the store means for what it held. */
enum Failure {
    /** The session is gone: the work begins again on a new one. */
    SESSION_LOST,
    /** The same transaction may succeed a moment later: deadlocks, a full disk, a store that is shutting down. Nothing is wrong with what it held. */
    PASSES,
    /** The store will not take it as it is: its shard is parked, so that others go on. */
    REFUSED;

    static Failure of(Exception failure) {
        return failure instanceof SQLException e ? of(e.getSQLState()) : REFUSED;
    }

    /** Without PostgreSQL's detail, which quotes the row: it goes to logs and to people who may not read rows. */
    static String inWords(Exception failure) {
        String text = failure instanceof PSQLException e && e.getServerErrorMessage() != null
                ? e.getServerErrorMessage().getMessage()
                : failure.getMessage();
        String state = failure instanceof SQLException e && e.getSQLState() != null ? " (" + e.getSQLState() + ")" : "";
        return (text == null ? failure.toString() : text) + state;
    }

    /** By class of SQLSTATE, as PostgreSQL's appendix A lists them. */
    private static Failure of(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return SESSION_LOST;
        }
        return switch (state.substring(0, 2)) {
            case "08", "57" -> SESSION_LOST;
            case "40", "53", "55", "58", "25", "XX" -> PASSES;
            default -> REFUSED;
        };
    }
}
