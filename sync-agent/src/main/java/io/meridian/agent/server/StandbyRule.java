package io.meridian.agent.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What a primary must have so that a promoted standby lacks nothing that was relied on. PROTOCOL 8.8. */
public final class StandbyRule {
    /**
     * What the primary says of itself.
     *
     * @param names {@code synchronous_standby_names}
     * @param synchronous standbys that stream and are waited for
     * @param commit {@code synchronous_commit} of the asking session
     * @param slots {@code synchronized_standby_slots}
     * @param failover of the slot of changes; empty: there is no such slot
     */
    public record Found(String names, int synchronous, String commit, String slots, Optional<Boolean> failover) {}

    /** What an operator reads before the reason. */
    static final String REQUIRED = "a synchronous standby is required (meridian.store.standby): ";

    private static final String QUERY = """
            select current_setting('synchronous_standby_names') as names, (%s)::int as synchronous,
                   current_setting('synchronous_commit') as commit, current_setting('synchronized_standby_slots') as slots,
                   (select failover from pg_replication_slots where slot_name = ?) as failover""";

    private StandbyRule() {}

    /** Pure. @param slot the slot of changes @return the first thing that is missing, with its cure; empty: all is there */
    public static Optional<String> obstacle(Found found, String slot) {
        if (found.names().isBlank()) {
            return Optional.of("synchronous_standby_names is empty: name it there; " + Cures.STANDBY);
        }
        if (found.synchronous() == 0) {
            return Optional.of("none of " + found.names() + " streams: bring one back; " + Cures.STANDBY);
        }
        if (!found.commit().equals("on") && !found.commit().equals("remote_apply")) {
            return Optional.of(
                    "synchronous_commit is " + found.commit() + ", which does not wait for it: set it to on");
        }
        if (found.slots().isBlank()) {
            return Optional.of(
                    "synchronized_standby_slots is empty, so changes would be captured that the standby lacks: name its slot there; "
                            + Cures.STANDBY);
        }
        return found.failover()
                .filter(failover -> !failover)
                .map(_ -> "slot " + slot
                        + " is not copied to standbys (failover is false), so a promoted one could not be captured from: the agent alters it when capture begins; "
                        + Cures.STANDBY);
    }

    /** @throws SQLException also when the store was installed by a release that knows nothing of standbys */
    public static Found read(Connection store, String slot) throws SQLException {
        return read(store, slot, "meridian.synchronous_standbys()");
    }

    /** Of a store that may not be installed yet. */
    public static Found readAsSuperuser(Connection store, String slot) throws SQLException {
        return read(
                store,
                slot,
                "select count(*) from pg_stat_replication where state = 'streaming' and sync_state in ('sync', 'quorum')");
    }

    private static Found read(Connection store, String slot, String synchronous) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(QUERY.formatted(synchronous))) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new Found(
                        row.getString("names"),
                        row.getInt("synchronous"),
                        row.getString("commit"),
                        row.getString("slots"),
                        Optional.ofNullable(row.getObject("failover", Boolean.class)));
            }
        }
    }

    /** @return why not; empty: the store can tell */
    static Optional<String> installed(Connection store) throws SQLException {
        try (PreparedStatement query =
                        store.prepareStatement("select to_regprocedure('meridian.synchronous_standbys()') is null");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getBoolean(1)
                    ? Optional.of("this store cannot tell of its standbys: install again")
                    : Optional.empty();
        }
    }
}
