package io.meridian.agent.install;

import io.meridian.agent.TestStore;
import io.meridian.topology.Topology;
import java.util.List;

/** The test store's plan with other tables. */
final class Plans {
    private Plans() {}

    static InstallPlan of(Topology.Table... tables) {
        InstallPlan plan = TestStore.PLAN;
        return new InstallPlan(
                plan.shards(),
                plan.group(),
                plan.range(),
                plan.appliers(),
                List.of(tables),
                plan.transactionLimit(),
                plan.agentRole(),
                plan.slot(),
                plan.publication());
    }
}
