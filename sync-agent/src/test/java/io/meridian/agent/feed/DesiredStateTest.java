package io.meridian.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.failover.LossOrders;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.AgentView;
import io.meridian.wire.OwnershipMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesiredStateTest {
    private static final Topology.Table ACCOUNTS = new Topology.Table("ledger", "accounts", "user_key", "main");
    private static final DesiredState KNOWN = DesiredState.NOTHING.merge(complete(10, grant(1, 1), grant(2, 1)));

    @Test
    void laterViewsReplaceWhatTheySpeakOfAndKeepTheRest() {
        DesiredState merged = KNOWN.merge(part(11, grant(2, 3)));

        assertThat(merged.revision()).isEqualTo(11);
        assertThat(merged.shards()).isEqualTo(Map.of(ShardId.of(1), grant(1, 1), ShardId.of(2), grant(2, 3)));
        assertThat(merged.tables()).containsExactly(ACCOUNTS);
        assertThat(merged.changedSince(KNOWN)).containsExactly(ShardId.of(2));
    }

    @Test
    void aViewOlderThanWhatIsKnownChangesNothing() {
        assertThat(KNOWN.merge(complete(9, grant(1, 5)))).isSameAs(KNOWN);
        assertThat(KNOWN.merge(part(9, grant(1, 5)))).isSameAs(KNOWN);
    }

    @Test
    void aCompleteViewIsAllThereIs() {
        assertThat(KNOWN.merge(complete(12, grant(1, 1))).shards()).containsOnlyKeys(ShardId.of(1));
    }

    @Test
    void aFirstViewThatIsNotCompleteSaysNothing() {
        assertThat(DesiredState.NOTHING.merge(part(11, grant(2, 3)))).isSameAs(DesiredState.NOTHING);
    }

    @Test
    void whatIsAwaitedStaysUntilItIsReplaced() {
        DesiredState.Awaited awaited = new DesiredState.Awaited(
                "mv-1", ShardId.of(1), new Base.At(RegionId.of("east"), Epoch.of(1), new Position("i", 5, 0)));
        DesiredState waiting = KNOWN.merge(view(11, false, Map.of(), Optional.of(List.of(awaited))));

        assertThat(waiting.merge(part(12, grant(2, 3))).awaited()).containsExactly(awaited);
        assertThat(waiting.merge(view(13, false, Map.of(), Optional.of(List.of())))
                        .awaited())
                .isEmpty();
    }

    @Test
    void theFileGivesBackWhatItWasGivenButForWhatIsAskedAgain(@TempDir Path folder) {
        ViewFile file = new ViewFile(folder, "main");
        assertThat(file.load()).isEqualTo(DesiredState.NOTHING);

        file.save(KNOWN);

        assertThat(file.load()).isEqualTo(KNOWN.withoutSeedings());
    }

    @Test
    void aViewWithAShardOfAKindUnknownHereIsNotTakenAtAll() {
        AgentView view = AgentView.newBuilder()
                .setRevision(11)
                .addShards(OwnershipMessage.getDefaultInstance())
                .build();

        assertThatThrownBy(() -> ViewMapper.fromMessage(view, "main"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("revision 11 has an ownership of a kind that this version does not know");
    }

    private static Ownership grant(int shard, long epoch) {
        return new Ownership.Grant(ShardId.of(shard), Epoch.of(epoch), RegionId.of("east"), new Base.None());
    }

    private static DesiredState.View complete(long revision, Ownership... shards) {
        return view(revision, true, byShard(shards), Optional.of(List.of()));
    }

    private static DesiredState.View part(long revision, Ownership... shards) {
        return view(revision, false, byShard(shards), Optional.empty());
    }

    private static Map<ShardId, Ownership> byShard(Ownership... shards) {
        return Arrays.stream(shards).collect(Collectors.toMap(Ownership::shard, one -> one));
    }

    private static DesiredState.View view(
            long revision,
            boolean complete,
            Map<ShardId, Ownership> shards,
            Optional<List<DesiredState.Awaited>> awaited) {
        return new DesiredState.View(
                revision,
                complete,
                1,
                shards,
                complete ? List.of(ACCOUNTS) : List.of(),
                awaited,
                complete ? Set.of(RegionId.of("east")) : Set.of(),
                complete ? 64 : 0,
                complete ? 4 : 0,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                LossOrders.Change.NOTHING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
