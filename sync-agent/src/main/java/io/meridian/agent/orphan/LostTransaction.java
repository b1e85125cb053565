package io.meridian.agent.orphan;

import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.repair.RepairedTable;
import io.meridian.conflict.orphan.OrphanPolicy;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Orphans of one shard that one transaction wrote, in its order. They stand and fall together; what the same transaction wrote in other shards is looked at as far
 * as it is known here, for its owner may be another region.
 *
 * @see "PROTOCOL 6, torn transactions"
 */
record LostTransaction(List<Orphan> orphans) {
    /** Of a part whose own row would have taken what was lost. */
    private static final String PART = "a part of its transaction was rejected: ";

    /** @param orphans in the order in which they are decided */
    static List<LostTransaction> of(List<Orphan> orphans) {
        List<LostTransaction> all = new ArrayList<>();
        for (Orphan orphan : orphans) {
            if (all.isEmpty() || !all.getLast().wrote(orphan)) {
                all.add(new LostTransaction(new ArrayList<>()));
            }
            all.getLast().orphans().add(orphan);
        }
        return all;
    }

    private boolean wrote(Orphan orphan) {
        return isOfOne(orphans.getFirst().origin(), orphan.origin());
    }

    /** A record may be one of several parts of its transaction. */
    static boolean isOfOne(Origin one, Origin other) {
        return one.source().equals(other.source())
                && one.position().incarnation().equals(other.position().incarnation())
                && one.position().lsn() == other.position().lsn();
    }

    /**
     * What speaks against all of it: a part of another shard, or of this one that was decided before, was rejected, or some part will be, since its row was
     * written since and its table's policy keeps that.
     *
     * @param keeping names of the tables whose rows stay as they are once they were written since
     * @return the reason of a rejection; empty: nothing that is known here
     */
    Optional<String> against(Connection store, String[] keeping) throws SQLException {
        Origin origin = orphans.getFirst().origin();
        try (PreparedStatement query = store.prepareStatement("""
                select o.shard, o.relation, o.reason from meridian.orphan o
                where o.source = ? and o.incarnation = ? and o.position = ?::pg_lsn and o.relation is not null
                    and (o.decision = 'REJECTED' and o.reason <> ?
                        or o.decision is null and o.relation = any (?) and exists (select from meridian.touched t
                            where t.shard = o.shard and t.relation = o.relation and t.key = o.key and t.epoch > o.epoch))
                order by o.decision is null, o.shard, o.part, o.index limit 1
                """)) {
            query.setString(1, origin.source().name());
            query.setString(2, origin.position().incarnation());
            query.setString(3, origin.position().lsnText());
            query.setString(4, Adjudication.NO_TABLE);
            query.setArray(5, store.createArrayOf("text", keeping));
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String reason = row.getString("reason");
                return Optional.of(
                        reason == null
                                ? PART + row.getString("relation") + " of shard " + row.getInt("shard")
                                        + " was written since"
                                : reason.startsWith(PART)
                                        ? reason
                                        : because(
                                                row.getString("relation") + " of shard " + row.getInt("shard"),
                                                reason));
            }
        }
    }

    static String because(String part, String reason) {
        return PART + part + ", " + reason;
    }

    /** Names of those whose policy is the default. Policies of the user's own are looked up for that. */
    static String[] keeping(List<Topology.Table> tables) {
        Optional<OrphanPolicy> reject = OrphanPolicy.of("");
        return tables.stream()
                .filter(table -> OrphanPolicy.of(table.orphans()).equals(reject))
                .map(RepairedTable::name)
                .toArray(String[]::new);
    }
}
