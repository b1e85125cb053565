package io.meridian.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.seeding.SeedOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.AgentView;
import io.meridian.wire.SeedReport;
import io.meridian.wire.SeedRequest;
import io.meridian.wire.SeedState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedMapperTest {
    private static final SeedRequest REQUEST = SeedRequest.newBuilder()
            .setId("sd-1")
            .setAttempt(2)
            .setShard(5)
            .setTarget("west")
            .setOwner("east")
            .setEpoch(7)
            .setPrepared(true)
            .build();
    private static final SeedOrder ORDER =
            new SeedOrder("sd-1", 2, ShardId.of(5), RegionId.of("west"), RegionId.of("east"), Epoch.of(7), true);

    @TempDir
    Path folder;

    @Test
    void whatIsAskedForStaysUntilAnotherListComes() {
        DesiredState asked = DesiredState.NOTHING.merge(ViewMapper.fromMessage(
                view(1).setComplete(true).addSeedings(REQUEST).build(), "main"));

        DesiredState sign = asked.merge(ViewMapper.fromMessage(view(2).build(), "main"));
        DesiredState none = sign.merge(
                ViewMapper.fromMessage(view(3).setSeedingsChanged(true).build(), "main"));

        DesiredState fresh = none.merge(ViewMapper.fromMessage(
                view(4).setSeedingsChanged(true).setUnseeded(true).build(), "main"));

        assertThat(fresh.seedings()).isEqualTo(Optional.of(new SeedOrders(List.of(), true)));
        assertThat(DesiredState.NOTHING.seedings()).isEmpty();
        assertThat(asked.seedings()).isEqualTo(Optional.of(SeedOrders.of(List.of(ORDER))));
        assertThat(sign.seedings()).isEqualTo(Optional.of(SeedOrders.of(List.of(ORDER))));
        assertThat(none.seedings()).isEqualTo(Optional.of(SeedOrders.NONE));
    }

    @Test
    void anAgentThatHasHeardOfNobodySinceItsStartTakesNothingAsOver() {
        DesiredState asked = DesiredState.NOTHING.merge(ViewMapper.fromMessage(
                view(1).setComplete(true).addSeedings(REQUEST).build(), "main"));
        var file = new ViewFile(folder, "main");
        file.save(asked);

        assertThat(file.load().revision()).isEqualTo(1);
        assertThat(file.load().seedings()).isEmpty();
    }

    @Test
    void howFarASideIsIsToldWhole() {
        SeedReport report = SeedMapper.toMessage(new SeedTold(
                "sd-1",
                2,
                ShardId.of(5),
                SeedTold.State.RECEIVING,
                10,
                20,
                List.of(new SeedTold.Missed("ledger.entries", "{\"id\": \"7\"}")),
                ""));

        assertThat(report.getId()).isEqualTo("sd-1");
        assertThat(report.getAttempt()).isEqualTo(2);
        assertThat(report.getShard()).isEqualTo(5);
        assertThat(report.getState()).isEqualTo(SeedState.SEED_STATE_RECEIVING);
        assertThat(report.getRows()).isEqualTo(10);
        assertThat(report.getExpected()).isEqualTo(20);
        assertThat(report.getMissed(0).getTable()).isEqualTo("ledger.entries");
        assertThat(report.getMissed(0).getKey()).isEqualTo("{\"id\": \"7\"}");
    }

    private static AgentView.Builder view(long revision) {
        return AgentView.newBuilder().setRevision(revision).setGeneration(1);
    }
}
