package io.meridian.agent.transport;

import io.meridian.agent.record.Marker;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.agent.store.LineageBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * Writes down where this region's own markers stand, once Kafka has them: the closing session could not know its commit's position. The
 * marker row and the region's own head move together. Derived again after a restart, they change nothing.
 */
public final class MarkerWriter implements Work {
    /** Called from the writer's thread after the commit; must return at once. */
    @FunctionalInterface
    public interface Listener {
        void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position);
    }

    /** Bounds how late a request to stop is seen; and how late a connection that died idle, so that a marker does not wait for that. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private record Captured(Position position, List<Marker> markers, Runnable whenWritten) {}

    private final RegionId region;
    private final StoreAccess store;
    private final HeadBoard heads;
    private final Listener listener;
    /** Bounded by what capture may have in flight. */
    private final LinkedBlockingDeque<Captured> inbox = new LinkedBlockingDeque<>();

    public MarkerWriter(RegionId region, StoreAccess store, HeadBoard heads, Listener listener) {
        this.region = region;
        this.store = store;
        this.heads = heads;
        this.listener = listener;
    }

    /** Any thread. @param whenWritten called from the writer's thread */
    void captured(Position position, List<Marker> markers, Runnable whenWritten) {
        inbox.add(new Captured(position, markers, whenWritten));
    }

    @Override
    public void run(Running running) throws Exception {
        try (Connection connection = store.open("meridian markers")) {
            connection.setAutoCommit(false);
            heads.load(connection); // a head that was turned back must be known before an old marker comes again
            connection.rollback();
            running.well();
            while (running.wanted()) {
                Captured next = inbox.pollFirst(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    write(connection, next);
                } else {
                    lookAt(connection);
                }
            }
        }
    }

    private static void lookAt(Connection connection) throws SQLException {
        if (!connection.isValid(1)) {
            throw new SQLException("the store closed an idle connection");
        }
        connection.rollback(); // looking began a transaction
    }

    private void write(Connection connection, Captured captured) throws SQLException {
        Map<ShardId, ShardHead.At> moved = new HashMap<>();
        captured.markers().forEach(marker -> moved.put(marker.shard(), head(marker, captured.position())));
        List<Ownership.Grant> opened = captured.markers().stream()
                .filter(Marker.Open.class::isInstance)
                .map(Marker.Open.class::cast)
                .map(open -> new Ownership.Grant(open.shard(), open.epoch(), region, open.base()))
                .toList();
        try {
            insert(connection, captured);
            LineageBoard.write(connection, opened);
            HeadRows.write(connection, moved);
            connection.commit();
        } catch (SQLException e) {
            inbox.addFirst(captured);
            throw e;
        }
        heads.lineages().learn(opened);
        heads.advance(moved);
        for (Marker marker : captured.markers()) {
            listener.markerCaptured(
                    marker.shard(), marker.epoch(), marker instanceof Marker.Close, captured.position());
        }
        captured.whenWritten().run();
    }

    private ShardHead.At head(Marker marker, Position position) {
        return new ShardHead.At(marker.epoch(), region, position, marker instanceof Marker.Close);
    }

    private static void insert(Connection connection, Captured captured) throws SQLException {
        List<Marker> markers = captured.markers();
        var shards = new Integer[markers.size()];
        var epochs = new Long[markers.size()];
        var kinds = new String[markers.size()];
        for (int index = 0; index < markers.size(); index++) {
            Marker marker = markers.get(index);
            shards[index] = marker.shard().number();
            epochs[index] = marker.epoch().number();
            kinds[index] = marker instanceof Marker.Close ? "CLOSE" : "OPEN";
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into meridian.marker (shard, epoch, kind, incarnation, position)
                select m.shard, m.epoch, m.kind, ?, ?::pg_lsn
                from unnest(?::int[], ?::bigint[], ?::text[]) as m (shard, epoch, kind)
                on conflict do nothing
                """)) {
            statement.setString(1, captured.position().incarnation());
            statement.setString(2, captured.position().lsnText());
            statement.setArray(3, connection.createArrayOf("int4", shards));
            statement.setArray(4, connection.createArrayOf("int8", epochs));
            statement.setArray(5, connection.createArrayOf("text", kinds));
            statement.executeUpdate();
        }
    }
}
