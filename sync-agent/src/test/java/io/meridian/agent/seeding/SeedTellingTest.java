package io.meridian.agent.seeding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeedTellingTest {
    private static final ShardId SHARD = ShardId.of(7);
    private static final SeedMark.Attempt OF = new SeedMark.Attempt("sd-1", 2, SHARD, RegionId.of("west"));
    private static final List<SeedMark> MARKS = List.of(
            new SeedMark.Begin(
                    OF,
                    List.of(
                            new Ownership.Grant(SHARD, Epoch.of(1), RegionId.of("east"), new Base.None()),
                            new Ownership.Grant(
                                    SHARD,
                                    Epoch.of(3),
                                    RegionId.of("west"),
                                    new Base.At(RegionId.of("east"), Epoch.of(1), new Position("7.1.0-1.t", -2, 0))))),
            new SeedMark.Rows(OF, 500),
            new SeedMark.End(OF, 123_456));

    @Test
    void marksComeBackAsTheyWereFromTheStoreAndFromTheStream() {
        var position = new Position("7.1.0-1.t", 40, 0);
        var record = new SourceRecord(
                RegionId.of("east"),
                3,
                position,
                1,
                Optional.empty(),
                List.of(3),
                0,
                Map.of(SHARD, Epoch.of(3)),
                List.copyOf(MARKS));

        assertThat(MARKS)
                .allSatisfy(mark ->
                        assertThat(SeedTelling.mark(SeedTelling.content(mark))).isEqualTo(mark));
        assertThat(RecordCodec.fromBytes(RecordCodec.toBytes(record), 3)).isEqualTo(record);
        assertThat(record.shareOf(SHARD).entries()).hasSize(3);
        assertThat(record.shareOf(ShardId.of(8)).entries()).isEmpty();
    }

    @Test
    void aMarkOfALaterVersionIsRefused() {
        assertThatThrownBy(() -> SeedTelling.mark("{\"mark\": \"PAUSE\"}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PAUSE");
    }

    @Test
    void whatWasReadEarlierDoesNotReplaceWhatIsKnown() {
        var board = new SeedingBoard(SeedView.NONE);
        var owner = RegionId.of("east");
        board.put(SHARD, new Taking("sd-1", 1, owner, Taking.Phase.RECEIVING, false, 8));

        board.put(SHARD, new Taking("sd-1", 1, owner, Taking.Phase.PREPARED, false, 7));

        assertThat(board.taking(SHARD)).get().extracting(Taking::phase).isEqualTo(Taking.Phase.RECEIVING);
        board.put(SHARD, new Taking("sd-1", 1, owner, Taking.Phase.DONE, false, 9));
        assertThat(board.taking(SHARD)).isEmpty();
    }

    @Test
    void aHoleIsAcceptedInTheOwnersStreamOfAPreparedShardsPartitionOnly() {
        var board = new SeedingBoard(SeedView.NONE);
        board.put(SHARD, new Taking("sd-1", 1, RegionId.of("east"), Taking.Phase.PREPARED, false, 1));

        assertThat(board.acceptsHole(RegionId.of("east"), 3, 4)).isTrue();
        assertThat(board.acceptsHole(RegionId.of("east"), 2, 4)).isFalse();
        assertThat(board.acceptsHole(RegionId.of("north"), 3, 4)).isFalse();
        board.put(SHARD, new Taking("sd-1", 1, RegionId.of("east"), Taking.Phase.RECEIVING, false, 2));
        assertThat(board.acceptsHole(RegionId.of("east"), 3, 4)).isFalse();
    }
}
