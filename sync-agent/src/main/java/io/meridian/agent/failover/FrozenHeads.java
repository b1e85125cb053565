package io.meridian.agent.failover;

import io.meridian.agent.store.FrozenShards;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.replication.LogSequenceNumber;

/** The statements of {@link Gatherer}: fences raised, heads marked, limits moved. Each inside the caller's transaction. */
final class FrozenHeads {
    private final Connection store;

    FrozenHeads(Connection store) {
        this.store = store;
    }

    /** @param problem not empty: it cannot be built on */
    record Frozen(LossOrders.Gather gather, Base head, boolean closed, String problem, FrozenShards.Mark mark) {}

    /** The gates first, as every fence write does; then what {@code FenceWriter} does to rows that are not open. */
    void raise(List<LossOrders.Gather> gathers) throws SQLException {
        try (PreparedStatement gates = store.prepareStatement(
                        "select pg_advisory_xact_lock(20011, shard) from unnest(?::int[]) shard");
                PreparedStatement update = store.prepareStatement("""
                        update meridian.fence f set epoch = w.epoch, state = 'CLOSED', closes = null, run = null
                        from unnest(?::int[], ?::bigint[]) w(shard, epoch)
                        where f.shard = w.shard and f.state <> 'OPEN' and f.epoch < w.epoch""")) {
            gates.setArray(1, shards(gathers));
            gates.execute();
            update.setArray(1, shards(gathers));
            update.setArray(2, epochs(gathers, LossOrders.Gather::withdrawal));
            update.executeUpdate();
        }
    }

    /**
     * Gathers that this store may answer: its fence is not open and has reached the withdrawal. In the lost region itself besides: the CLOSE of the epoch
     * was captured, or the epoch was never opened.
     */
    List<LossOrders.Gather> answerable(List<LossOrders.Gather> gathers, RegionId here) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select f.shard, f.owned_epoch, coalesce(h.epoch, 0) as head_epoch, coalesce(h.closed, false) as closed
                from unnest(?::int[], ?::bigint[]) w(shard, epoch)
                join meridian.fence f on f.shard = w.shard and f.state <> 'OPEN' and f.epoch >= w.epoch
                left join meridian.head h on h.shard = w.shard
                for share of f""")) {
            query.setArray(1, shards(gathers));
            query.setArray(2, epochs(gathers, LossOrders.Gather::withdrawal));
            Map<ShardId, LossOrders.Gather> wanted = byShard(gathers);
            List<LossOrders.Gather> answerable = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    LossOrders.Gather gather = of(wanted, ShardId.of(row.getInt("shard")));
                    long epoch = gather.epoch().number();
                    boolean tailKnown = !gather.source().equals(here)
                            || row.getLong("owned_epoch") < epoch
                            || (row.getLong("head_epoch") == epoch && row.getBoolean("closed"));
                    if (tailKnown) {
                        answerable.add(gather);
                    }
                }
            }
            return answerable;
        }
    }

    /**
     * Marks the heads and reads them. A new attempt begins without a limit; the same one once more keeps what was decided for it. A shard is left out whose
     * head, or whose mark, is beyond what is asked for.
     */
    List<Frozen> freeze(List<LossOrders.Gather> gathers) throws SQLException {
        Set<ShardId> stopped = stopped(gathers);
        try (PreparedStatement statement = store.prepareStatement("""
                insert into meridian.head as h (shard, epoch, region, incarnation, position, closed, frozen_run, frozen_attempt, frozen_epoch)
                select w.shard, 0, '', '', '0/0', false, w.run, w.attempt, w.epoch
                from unnest(?::int[], ?::text[], ?::int[], ?::bigint[]) w(shard, run, attempt, epoch) order by w.shard
                on conflict (shard) do update set frozen_run = excluded.frozen_run, frozen_attempt = excluded.frozen_attempt,
                    frozen_epoch = excluded.frozen_epoch,
                    cut_epoch = case when h.frozen_epoch = excluded.frozen_epoch and h.frozen_run = excluded.frozen_run
                        and h.frozen_attempt = excluded.frozen_attempt then h.cut_epoch end,
                    cut_position = case when h.frozen_epoch = excluded.frozen_epoch and h.frozen_run = excluded.frozen_run
                        and h.frozen_attempt = excluded.frozen_attempt then h.cut_position end
                where h.epoch <= excluded.frozen_epoch and (h.frozen_epoch is null or h.frozen_epoch < excluded.frozen_epoch
                    or (h.frozen_epoch = excluded.frozen_epoch
                        and (h.frozen_run <> excluded.frozen_run or h.frozen_attempt <= excluded.frozen_attempt)))
                returning h.shard, h.epoch, h.region, h.incarnation, h.position::text as position, h.closed, h.broken,
                    h.frozen_run, h.frozen_attempt, h.frozen_epoch, h.cut_epoch, h.cut_position::text as cut_position""")) {
            statement.setArray(1, shards(gathers));
            statement.setArray(
                    2,
                    store.createArrayOf(
                            "text", gathers.stream().map(LossOrders.Gather::run).toArray()));
            statement.setArray(
                    3,
                    store.createArrayOf(
                            "int4",
                            gathers.stream().map(LossOrders.Gather::attempt).toArray()));
            statement.setArray(4, epochs(gathers, LossOrders.Gather::epoch));
            Map<ShardId, LossOrders.Gather> wanted = byShard(gathers);
            List<Frozen> frozen = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ShardId shard = ShardId.of(row.getInt("shard"));
                    frozen.add(new Frozen(
                            of(wanted, shard),
                            head(row),
                            row.getBoolean("closed"),
                            problem(row.getBoolean("broken"), stopped.contains(shard)),
                            FrozenShards.mark(row)));
                }
            }
            return frozen;
        }
    }

    private static Base head(ResultSet row) throws SQLException {
        Epoch epoch = Epoch.of(row.getLong("epoch"));
        return epoch.equals(Epoch.NEVER)
                ? new Base.None()
                : new Base.At(
                        RegionId.of(row.getString("region")),
                        epoch,
                        new Position(
                                row.getString("incarnation"),
                                LogSequenceNumber.valueOf(row.getString("position"))
                                        .asLong(),
                                0));
    }

    private static String problem(boolean broken, boolean stopped) {
        if (broken) {
            return "records were passed over here while the shard was stopped: it must be seeded anew from its owner";
        }
        return stopped ? "the shard is stopped here: a person must look at it" : "";
    }

    private Set<ShardId> stopped(List<LossOrders.Gather> gathers) throws SQLException {
        try (PreparedStatement query =
                store.prepareStatement("select shard from meridian.stopped where shard = any (?)")) {
            query.setArray(1, shards(gathers));
            Set<ShardId> stopped = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    stopped.add(ShardId.of(row.getInt(1)));
                }
            }
            return stopped;
        }
    }

    /** Only where the mark is still the one that the limit was decided for. @return those that moved */
    Set<ShardId> limit(Map<ShardId, FrozenShards.Mark> marks) throws SQLException {
        List<Map.Entry<ShardId, FrozenShards.Mark>> limited = marks.entrySet().stream()
                .filter(entry -> entry.getValue().limit().isPresent())
                .sorted(Map.Entry.comparingByKey())
                .toList();
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.head h set cut_epoch = w.cut_epoch, cut_position = w.cut_position
                from (select * from unnest(?::int[], ?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::pg_lsn[])
                      w(shard, run, attempt, epoch, cut_epoch, cut_position) order by shard) w
                where h.shard = w.shard and h.frozen_run = w.run and h.frozen_attempt = w.attempt and h.frozen_epoch = w.epoch
                returning h.shard""")) {
            update.setArray(1, array("int4", limited, entry -> entry.getKey().number()));
            update.setArray(2, array("text", limited, entry -> entry.getValue().run()));
            update.setArray(3, array("int4", limited, entry -> entry.getValue().attempt()));
            update.setArray(
                    4, array("int8", limited, entry -> entry.getValue().epoch().number()));
            update.setArray(
                    5,
                    array(
                            "int8",
                            limited,
                            entry -> entry.getValue()
                                    .limit()
                                    .orElseThrow()
                                    .epoch()
                                    .number()));
            update.setArray(
                    6,
                    array(
                            "pg_lsn",
                            limited,
                            entry -> LogSequenceNumber.valueOf(entry.getValue()
                                            .limit()
                                            .orElseThrow()
                                            .lsn())
                                    .asString()));
            Set<ShardId> moved = new HashSet<>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    moved.add(ShardId.of(row.getInt(1)));
                }
            }
            return moved;
        }
    }

    private static LossOrders.Gather of(Map<ShardId, LossOrders.Gather> wanted, ShardId shard) {
        LossOrders.Gather gather = wanted.get(shard);
        if (gather == null) {
            throw new IllegalStateException("shard " + shard + " was not asked for");
        }
        return gather;
    }

    private static Map<ShardId, LossOrders.Gather> byShard(Collection<LossOrders.Gather> gathers) {
        return gathers.stream().collect(Collectors.toMap(LossOrders.Gather::shard, Function.identity(), (_, b) -> b));
    }

    private Array shards(List<LossOrders.Gather> gathers) throws SQLException {
        return array("int4", gathers, gather -> gather.shard().number());
    }

    private Array epochs(List<LossOrders.Gather> gathers, Function<LossOrders.Gather, Epoch> epoch)
            throws SQLException {
        return array("int8", gathers, gather -> epoch.apply(gather).number());
    }

    private <T> Array array(String type, List<T> items, Function<T, Object> value) throws SQLException {
        return store.createArrayOf(type, items.stream().map(value).toArray());
    }
}
