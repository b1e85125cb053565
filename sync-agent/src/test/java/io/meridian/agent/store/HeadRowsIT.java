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

    private static ShardHead.At head(String region, long epoch) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), new Position(region, 16 * epoch, 0), true);
    }
}
