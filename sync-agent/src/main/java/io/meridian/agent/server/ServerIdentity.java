package io.meridian.agent.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whose data a server holds, and which history. The control file would name the timeline too, but after a promotion only once a checkpoint has ended. */
public record ServerIdentity(String systemId, Timeline timeline) {

    /** @param replication a session of the streaming protocol */
    public static ServerIdentity of(Connection replication) throws SQLException {
        try (Statement statement = replication.createStatement()) {
            String systemId;
            int timeline;
            try (ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
                row.next();
                systemId = row.getString("systemid");
                timeline = row.getInt("timeline");
            }
            if (timeline == 1) {
                return new ServerIdentity(systemId, Timeline.of(timeline));
            }
            try (ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
                row.next();
                return new ServerIdentity(systemId, Timeline.parse(timeline, row.getString("content")));
            }
        }
    }
}
