package io.meridian.agent.install;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What to install in one store.
 *
 * @param shards N
 * @param group the store group, and {@code range} its shards: the store has fences for these only
 * @param appliers sessions that will apply here, each with a replication origin of its own: other regions x partitions
 * @param idNumber in the ids that the store makes, no other store's; empty: it makes none
 * @param transactionLimit T_tx: the longest {@code transaction_timeout} that the fence admits
 */
public record InstallPlan(
        int shards,
        String group,
        ShardRange range,
        int appliers,
        List<Topology.Table> tables,
        Duration transactionLimit,
        String agentRole,
        String slot,
        String publication,
        OptionalInt idNumber) {

    /** Of what this release puts into a store. A store of an older one is upgraded by installing again; one of a newer is refused. */
    public static final int VERSION = 6;

    public static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(3);
    public static final String AGENT_ROLE = "meridian_agent";

    /** For a store that makes no ids. */
    public InstallPlan(
            int shards,
            String group,
            ShardRange range,
            int appliers,
            List<Topology.Table> tables,
            Duration transactionLimit,
            String agentRole,
            String slot,
            String publication) {
        this(
                shards,
                group,
                range,
                appliers,
                tables,
                transactionLimit,
                agentRole,
                slot,
                publication,
                OptionalInt.empty());
    }

    /** @throws IllegalStateException the topology has no such store group: callers check it first */
    public static InstallPlan of(Topology topology, RegionId region, String group) {
        Topology.StoreGroup own =
                topology.storeGroup(group).orElseThrow(() -> new IllegalStateException("no store group " + group));
        return new InstallPlan(
                topology.shards(),
                group,
                own.range(topology.shards()),
                (topology.regions().size() - 1) * own.partitions(),
                topology.tables(),
                TRANSACTION_LIMIT,
                AGENT_ROLE,
                "meridian_" + group,
                "meridian_" + group,
                topology.idNumber(region, group));
    }
}
