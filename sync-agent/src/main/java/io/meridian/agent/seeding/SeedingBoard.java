package io.meridian.agent.seeding;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The shards that this region takes anew, as the store has them, in memory. Whoever committed a change puts it here afterwards. Safe for any thread. */
public final class SeedingBoard {
    private final Map<ShardId, Taking> shards = new ConcurrentHashMap<>();
    private final SeedView view;

    public SeedingBoard(SeedView view) {
        this.view = view;
    }

    /** Takes in what the store holds: when a commit's answer was lost, the rows are further than the board. */
    public void load(Connection store) throws SQLException {
        SeedRows.taken(store).forEach(this::put);
    }

    /** Unless something later is known. */
    public void put(ShardId shard, Taking taking) {
        shards.merge(shard, taking, (known, next) -> next.version() > known.version() ? next : known);
    }

    /** It is asked for no more. */
    void forget(ShardId shard) {
        shards.remove(shard);
    }

    /** Others are asked for no more: what an applier read before they were forgotten must not stay. */
    void retain(Set<ShardId> known) {
        shards.keySet().retainAll(known);
    }

    boolean isEmpty() {
        return shards.isEmpty();
    }

    /** Empty: its records are judged as ever. */
    public Optional<Taking> taking(ShardId shard) {
        return shards.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(shards.get(shard)).filter(taking -> taking.phase() != Taking.Phase.DONE);
    }

    /** This store is new, and what it has nothing of will be taken anew. False where the control plane was not heard: then records wait as ever. */
    public boolean unseeded() {
        return view.orders().filter(SeedOrders::unseeded).isPresent();
    }

    /** What is missing in the stream of {@code source} is known to be missing, and the shards that it was of are taken anew. */
    public boolean acceptsHole(RegionId source, int partition, int partitions) {
        return shards.entrySet().stream()
                .anyMatch(entry -> entry.getKey().partition(partitions) == partition
                        && entry.getValue().owner().equals(source)
                        && entry.getValue().phase() == Taking.Phase.PREPARED);
    }
}
