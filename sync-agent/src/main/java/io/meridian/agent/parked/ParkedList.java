package io.meridian.agent.parked;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** @param oldest of all that wait, those that wait longest; at most {@link #MOST}. @param count of all */
public record ParkedList(List<ParkedShard> oldest, int count) {
    static final int MOST = 100;

    public static ParkedList read(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select p.source, p.shard, p.waiting, p.position, p.epoch, p.reason, p.records, p.bytes,
                            (extract(epoch from p.at) * 1000000)::bigint as since,
                            greatest(0, extract(epoch from clock_timestamp() - p.at) * 1000)::bigint as millis, count(*) over () as all
                        from (select distinct on (source, shard) source, shard, waiting, position, epoch, reason, at,
                                  count(*) over w as records, sum(length(record)) over w as bytes
                              from meridian.parked window w as (partition by source, shard)
                              order by source, shard, position, part) p
                        order by p.at, p.source, p.shard limit\s""" + MOST)) {
            List<ParkedShard> oldest = new ArrayList<>();
            int count = 0;
            while (row.next()) {
                count = row.getInt("all");
                oldest.add(new ParkedShard(
                        RegionId.of(row.getString("source")),
                        ShardId.of(row.getInt("shard")),
                        row.getString("waiting"),
                        row.getString("position"),
                        Epoch.of(row.getLong("epoch")),
                        row.getString("reason"),
                        row.getLong("since"),
                        row.getLong("millis"),
                        row.getLong("records"),
                        row.getLong("bytes")));
            }
            return new ParkedList(oldest, count);
        }
    }
}
