package io.meridian.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadRowsIT {
    private static final ShardId ONE = ShardId.of(1);
    private static final ShardId TWO = ShardId.of(2);

    @Test
    void aBrokenHeadStaysBrokenWhereThisStoresOwnMarkersMoveItOn() throws Exception {
        try (TestStore store = TestStore.installed();
                Connection session = store.agent()) {
            HeadRows.write(session, Map.of(ONE, head("east", 1), TWO, head("east", 1)));

            HeadRows.breakOff(session, List.of(ONE, ShardId.of(3)));
            HeadRows.write(session, Map.of(ONE, head("west", 3)));

            assertThat(HeadRows.load(session))
                    .isEqualTo(Map.of(ONE, new ShardHead.Broken(head("west", 3)), TWO, head("east", 1)));
            var board = new HeadBoard();
            board.load(session);
            assertThat(board.head(ONE)).isEqualTo(new ShardHead.Broken(head("west", 3)));
            assertThat(board.head(ShardId.of(3))).isEqualTo(new ShardHead.None());
        }
    }

    @Test
    void aHeadThatWasTurnedBackGoesOnOnlyWithTheEpochThatItWaitsFor() throws Exception {
        try (TestStore store = TestStore.installed();
                Connection session = store.agent()) {
            var base = new ShardHead.At(Epoch.of(1), RegionId.of("east"), new Position("east", 8, 0), false);
            HeadRows.write(session, Map.of(ONE, base));
            store.superuser("update meridian.head set turned_for = 5 where shard = 1");
            var board = new HeadBoard();
            board.load(session);

            for (ShardHead.At again : List.of(head("east", 1), head("west", 3))) {
                assertThat(HeadRows.write(session, Map.of(ONE, again)))
                        .as("its own CLOSE derived again, or the branch that was left out")
                        .isZero();
                board.advance(Map.of(ONE, again));
                assertThat(board.head(ONE)).isEqualTo(base);
                assertThat(board.frozen().holds(ONE, again)).isTrue();
            }
            assertThat(HeadRows.write(session, Map.of(ONE, head("north", 5)))).isOne();
            board.advance(Map.of(ONE, head("north", 5)));
            assertThat(board.head(ONE)).isEqualTo(head("north", 5));
            assertThat(board.frozen().turnedFor(ONE)).isEmpty();
            assertThat(HeadRows.load(session)).isEqualTo(Map.of(ONE, head("north", 5)));
        }
    }

    private static ShardHead.At head(String region, long epoch) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), new Position(region, 16 * epoch, 0), true);
    }
}
