package io.meridian.agent.orphan;

import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.repair.RepairedTable;
import io.meridian.conflict.orphan.Dispute;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An orphan and what it meets in its owner's store.
 *
 * @param keys of the rows that it names, each its values in the key's order; the newest first
 * @param ours the row under the first key
 * @param untouched nobody has written any of these rows in an epoch above the orphan's, and it is known that nobody has
 */
record Meeting(
        Orphan orphan,
        RepairedTable table,
        List<List<String>> keys,
        Optional<Map<String, Optional<String>>> ours,
        boolean untouched,
        OptionalLong touchedMicros) {

    static Meeting of(Connection store, Orphan orphan, RepairedTable table)
            throws SQLException, RepairRefusedException {
        List<String> texts = new RowKeys(store).of(orphan.change());
        List<List<String>> keys = new ArrayList<>();
        for (String key : texts) {
            keys.add(table.values(key));
        }
        try (PreparedStatement query = store.prepareStatement("""
                select exists (select from meridian.unclean where shard = ?), count(*), (extract(epoch from max(at)) * 1000000)::bigint
                from meridian.touched where shard = ? and relation = ? and key = any (?::jsonb[]) and epoch > ?
                """)) {
            int shard = orphan.origin().shard().number();
            query.setInt(1, shard);
            query.setInt(2, shard);
            query.setString(3, orphan.change().relation().qualifiedName());
            query.setArray(4, store.createArrayOf("text", texts.toArray()));
            query.setLong(5, orphan.epoch().number());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                boolean noted = row.getBoolean(1);
                boolean touched = row.getLong(2) > 0;
                return new Meeting(
                        orphan,
                        table,
                        keys,
                        table.row(store, keys.getFirst()),
                        noted && !touched,
                        touched ? OptionalLong.of(row.getLong(3)) : OptionalLong.empty());
            }
        }
    }

    Dispute dispute() {
        RowChange change = orphan.change();
        return new Dispute(
                change.relation().qualifiedName(),
                switch (change) {
                    case RowChange.Insert _ -> Dispute.Operation.INSERT;
                    case RowChange.Update _ -> Dispute.Operation.UPDATE;
                    case RowChange.Delete _ -> Dispute.Operation.DELETE;
                },
                switch (change) {
                    case RowChange.Insert insert -> texts(change, insert.row());
                    case RowChange.Update update -> texts(change, update.row());
                    case RowChange.Delete _ -> Map.of();
                },
                switch (change) {
                    case RowChange.Insert _ -> Map.of();
                    case RowChange.Update update ->
                        update.oldKey().map(old -> texts(change, old)).orElse(Map.of());
                    case RowChange.Delete delete -> texts(change, delete.oldKey());
                },
                keys.size() > 1,
                ours,
                orphan.commitMicros(),
                touchedMicros);
    }

    private static Map<String, Optional<String>> texts(RowChange change, List<Value> row) {
        Map<String, Optional<String>> texts = new LinkedHashMap<>();
        for (int index = 0; index < row.size(); index++) {
            String column = change.relation().columns().get(index).name();
            switch (row.get(index)) {
                case Value.Text text -> texts.put(column, Optional.of(text.text()));
                case Value.Null _ -> texts.put(column, Optional.empty());
                case Value.Unchanged _ -> {}
            }
        }
        return texts;
    }
}
