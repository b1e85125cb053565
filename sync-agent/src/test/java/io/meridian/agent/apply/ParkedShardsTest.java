package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParkedShardsTest {
    private static final ShardId ONE = ShardId.of(1);
    private static final ShardId TWO = ShardId.of(2);
    private static final ShardId THREE = ShardId.of(3);
    private static final ParkedShards.Seen SEEN = new ParkedShards.Seen(1, 1);
    private static final ParkedShards.Seen LATER = new ParkedShards.Seen(2, 1);
    private static final RecordPlanner.Hindrance BASE = new RecordPlanner.Hindrance(Waiting.BARRIER, "its base");

    private final ParkedShards parked = new ParkedShards();

    ParkedShardsTest() {
        for (ShardId shard : List.of(ONE, TWO, THREE)) {
            parked.add(new RecordPlanner.Park(shard, Epoch.of(1), BASE), 100);
        }
    }

    @Test
    void whatFlowsIsNotLookedAtAndIsStillInTheWayOfWhatFollows() {
        parked.flow(TWO);

        assertThat(parked.due(SEEN)).containsExactly(ONE, THREE);
        assertThat(parked.contains(TWO)).isTrue();
    }

    @Test
    void eachOfThoseThatFlowHasItsTurn() {
        List.of(ONE, TWO, THREE).forEach(parked::flow);

        assertThat(parked.nextFlowing(2)).containsExactly(ONE, TWO);
        assertThat(parked.nextFlowing(2)).containsExactly(THREE, ONE);
    }

    @Test
    void whatWaitsOrIsEmptyFlowsNoMore() {
        List.of(ONE, TWO).forEach(parked::flow);

        parked.waits(ONE, BASE, SEEN);
        parked.released(TWO);

        assertThat(parked.anyFlows()).isFalse();
        assertThat(parked.due(SEEN)).containsExactly(THREE);
        assertThat(parked.due(LATER)).containsExactly(ONE, THREE);
    }

    @Test
    void afterAFailureThatPassesAHeadThatMovesIsNoReasonToTryAgainButAPersonIs() {
        parked.flow(ONE);

        parked.failed(ONE, "a full disk");

        assertThat(parked.anyFlows()).isFalse();
        assertThat(parked.due(LATER)).containsExactly(TWO, THREE);
        assertThat(parked.inWords().orElse("")).contains("shard 1 because a full disk");
        parked.lookAgain(ONE);
        assertThat(parked.due(LATER)).containsExactly(ONE, TWO, THREE);
    }

    @Test
    void whatTookEffectMakesRoom() {
        parked.add(new RecordPlanner.Park(ONE, Epoch.of(1), BASE), 64L << 20);
        assertThat(parked.isFull()).isTrue();

        parked.took(ONE, 1L << 20);

        assertThat(parked.isFull()).isFalse();
    }
}
