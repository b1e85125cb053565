package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * What to install in one store.
 *
 * @param shards N
 * @param appliers sessions that will apply here, each with a replication origin of its own: other regions x partitions
 * @param transactionLimit T_tx: the longest {@code transaction_timeout} that the fence admits
 */
public record InstallPlan(
        int shards,
        int appliers,
        List<Topology.Table> tables,
        Duration transactionLimit,
        String agentRole,
        String slot,
        String publication) {

    public static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(3);
    public static final String AGENT_ROLE = "meridian_agent";

    /** @throws IllegalStateException the topology has no such store group: callers check it first */
    public static InstallPlan of(Topology topology, String group) {
        int partitions = topology.storeGroups().stream()
                .filter(candidate -> candidate.name().equals(group))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no store group " + group))
                .partitions();
        return new InstallPlan(
                topology.shards(),
                (topology.regions().size() - 1) * partitions,
                topology.tables().stream()
                        .filter(table -> table.storeGroup().equals(group))
                        .toList(),
                TRANSACTION_LIMIT,
                AGENT_ROLE,
                "meridian_" + group,
                "meridian_" + group);
    }
}
