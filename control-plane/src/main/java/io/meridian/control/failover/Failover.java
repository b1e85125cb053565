package io.meridian.control.failover;

import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.Optional;

/**
 * What a run of kind FAILOVER is about, besides its plan.
 *
 * @param region that is lost
 * @param to where the shards were to go; empty: wherever the planner says
 * @param reason why it was done although the region seemed to be alive; empty: it did not
 * @param lease how long a lease lasted, as configured when this was asked for
 * @param transactionLimit how long a transaction lasts at most
 * @param attempt of gathering, from 1; 0: none yet
 * @param accepted a person takes more loss than {@code maxLoss}
 * @param exposure from the answers; empty: not gathered yet
 */
public record Failover(
        RegionId region,
        Optional<RegionId> to,
        MaxLoss maxLoss,
        String reason,
        Duration lease,
        Duration transactionLimit,
        int attempt,
        boolean accepted,
        Optional<Exposure> exposure) {
    Failover attempt(int number) {
        return new Failover(region, to, maxLoss, reason, lease, transactionLimit, number, accepted, Optional.empty());
    }

    Failover exposing(Exposure found) {
        return new Failover(
                region, to, maxLoss, reason, lease, transactionLimit, attempt, accepted, Optional.of(found));
    }

    Failover accepting() {
        return new Failover(region, to, maxLoss, reason, lease, transactionLimit, attempt, true, exposure);
    }
}
