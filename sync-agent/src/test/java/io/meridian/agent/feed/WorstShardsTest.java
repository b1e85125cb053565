package io.meridian.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorstShardsTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");

    @Test
    void aShardIsAsFarBehindAsItsPartitionOfItsOwnersStream() {
        List<WorstShards.Item> worst = WorstShards.of(owners(8), WEST, List.of(lag(100, 3_000)), List.of());

        assertThat(worst).extracting(item -> item.shard().number()).containsExactly(1, 3, 5); // 7 is west's own
        assertThat(worst).allSatisfy(item -> {
            assertThat(item.millis()).isEqualTo(3_000);
            assertThat(item.kind()).isEqualTo(WorstShards.Kind.BEHIND);
        });
    }

    @Test
    void aShardThatIsStoppedCountsByItselfAndOnce() {
        var stopped =
                new WorstShards.Item(ShardId.of(3), EAST, 60_000, WorstShards.Kind.STOPPED, "outside the lineage");

        List<WorstShards.Item> worst = WorstShards.of(owners(8), WEST, List.of(lag(100, 3_000)), List.of(stopped));

        assertThat(worst).extracting(item -> item.shard().number()).containsExactly(3, 1, 5);
        assertThat(worst.getFirst()).isEqualTo(stopped);
    }

    @Test
    void onlyTheWorstAreTold() {
        assertThat(WorstShards.of(owners(1_024), WEST, List.of(lag(9_000, 3_000)), List.of()))
                .hasSize(WorstShards.TOLD)
                .allSatisfy(item -> assertThat(item.millis()).isEqualTo(9_000));
    }

    @Test
    void nothingIsToldOfWhatIsNotKnown() {
        var unknown = new ReportFacts.Lag(
                EAST,
                OptionalLong.empty(),
                0,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(OptionalLong.empty(), OptionalLong.empty()));

        assertThat(WorstShards.of(owners(8), WEST, List.of(unknown), List.of())).isEmpty();
    }

    private static ReportFacts.Lag lag(long even, long odd) {
        return new ReportFacts.Lag(
                EAST,
                OptionalLong.of(Math.max(even, odd)),
                5,
                OptionalLong.of(5),
                OptionalLong.of(500),
                OptionalLong.of(200),
                List.of(OptionalLong.of(even), OptionalLong.of(odd)));
    }

    /** East owns all but shard 7. */
    private static DesiredState owners(int shards) {
        Map<ShardId, Ownership> owners = new TreeMap<>();
        IntStream.range(0, shards)
                .mapToObj(ShardId::of)
                .forEach(shard -> owners.put(
                        shard,
                        new Ownership.Grant(shard, Epoch.of(1), shard.number() == 7 ? WEST : EAST, new Base.None())));
        return new DesiredState(
                1,
                1,
                owners,
                List.of(),
                List.of(),
                Set.of(EAST, WEST),
                shards,
                2,
                Optional.empty(),
                List.of(),
                List.of());
    }
}
