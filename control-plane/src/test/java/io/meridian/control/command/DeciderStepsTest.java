package io.meridian.control.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run may pass many waves in one decision, when none of them has anybody to wait for. */
class DeciderStepsTest {
    private static final RegionId EAST = RegionId.of("east");

    @Test
    void manyWavesThatWaitForNobodyPassInOneDecision() {
        var lab = new MoveLab();
        lab.accept(new Command.ApplyTopology("topology", lab.tick(), topology()));
        lab.accept(new Command.Observe(
                lab.tick(),
                List.of(),
                List.of(new RouterSession(
                        "east-router", "s", EAST, "n", true, true, lab.state().revision(), List.of(), 0))));
        var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 1);

        lab.accept(new Command.StartMove("move", lab.tick(), "0-31", "east-2", limits));

        Run run = lab.state().runs().getLast();
        assertThat(run.state().name()).isEqualTo(StateName.DONE);
        assertThat(run.counts().moved()).isEqualTo(32);
    }

    /** One region, no Envoy anywhere: a change of placement has nobody to wait for. */
    private static Topology topology() {
        return new Topology(
                "lab",
                64,
                List.of(new Topology.Region(EAST, "alpha")),
                List.of(new Topology.StoreGroup("main", 4)),
                List.of(MoveLab.zone("east-1", EAST, 1), MoveLab.zone("east-2", EAST, 1)),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of());
    }
}
