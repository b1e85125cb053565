package io.meridian.control.switching;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.restore.Restoring;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardRange;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.OwnershipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two groups: main holds shards 0-2, more 3-7. East has 0-5, west 6-7. */
class StoreGroupsTest {
    private final MoveLab lab = MoveLab.ready(topology());

    private static Topology topology() {
        Topology plain = MoveLab.topology();
        return new Topology(
                plain.name(),
                plain.shards(),
                plain.regions(),
                List.of(
                        new Topology.StoreGroup("main", 4, Optional.of(new ShardRange(0, 2))),
                        new Topology.StoreGroup("more", 2, Optional.of(new ShardRange(3, 7)))),
                plain.zones(),
                plain.services(),
                List.of(new Topology.Table("public", "account", "user_key", "")),
                plain.gateways());
    }

    private static Command.Report by(String group, Command.Report report) {
        return new Command.Report(
                report.now(), report.region(), report.fences(), report.heads(), report.hashes(), group);
    }

    private Decision renew(RegionId region, String group) {
        return lab.submit(new Command.RenewLease(lab.tick(), region, group, "i", 1, Duration.ofSeconds(5)));
    }

    private long renewals(String store) {
        return java.util.Objects.requireNonNull(lab.state().leases().get(StoreId.of(store)))
                .renewals();
    }

    @Test
    void eachStoreHasALeaseOfItsOwn() {
        renew(EAST, "more");

        assertThat(lab.state().leases().keySet())
                .extracting(StoreId::toString)
                .containsExactly("east/main", "east/more", "west/main", "west/more");
        assertThat(renewals("east/more")).isEqualTo(1);
        assertThat(renewals("east/main")).isZero();
        assertThat(renewals("west/more")).isZero();
    }

    @Test
    void aLeaseOfAnUnknownGroupIsRefusedWithTheKnownOnes() {
        var refused = (Decision.Refused) renew(EAST, "mian");

        assertThat(refused.why().detail())
                .isEqualTo("the topology has no store group 'mian', only main, more; mend the agent's meridian.group");
    }

    @Test
    void theDeadAgentOfOneGroupHoldsUpOnlyItsOwnShards() {
        lab.agent(WEST, "main", false, 10, Optional.of(0L));

        assertThat(lab.start("3-4", "west-1").state().name()).isEqualTo(StateName.HOLDING);
        Run waiting = lab.start("2", "west-1");
        assertThat(waiting.state().name()).isEqualTo(StateName.PREPARED);
        assertThat(Gates.inTheWay(lab.state(), waiting, lab.tick()))
                .containsExactly("the sync agent of region west, store group main is not connected, so its fence cannot"
                        + " be reached");
    }

    @Test
    void gatesOfASpanningRunAreThoseOfAllItsStores() {
        lab.start("2-3", "west-1");

        List<Gate> gates = Gates.of(lab.state(), lab.run(), lab.tick());

        assertThat(gates)
                .filteredOn(gate -> gate.name() == Gate.Name.RECONCILED || gate.name() == Gate.Name.LAG)
                .extracting(Gate::about)
                .containsExactly(
                        "east/main", "west/main", "east to west/main", "east/more", "west/more", "east to west/more");
    }

    @Test
    void aSpanningRunWaitsForTheAgentsOfAllItsGroups() {
        lab.start("2-3", "west-1");
        lab.routersCaughtUp();
        lab.accept(by("main", lab.closed(EAST, 2)));
        assertThat(lab.name()).isEqualTo(StateName.FENCING);
        lab.accept(by("more", lab.closed(EAST, 3)));
        assertThat(lab.name()).isEqualTo(StateName.CATCHING_UP);
        lab.accept(by("more", lab.applied(WEST, 1, 3)));
        assertThat(lab.name()).isEqualTo(StateName.CATCHING_UP);
        lab.accept(by("main", lab.applied(WEST, 1, 2)));
        assertThat(lab.name()).isEqualTo(StateName.ACTIVATED);
        lab.accept(by("more", lab.opened(WEST, 3)));
        assertThat(lab.name()).isEqualTo(StateName.ACTIVATED);

        lab.accept(by("main", lab.opened(WEST, 2)));

        assertThat(lab.name()).isEqualTo(StateName.ROUTED);
    }

    @Test
    void whatAnAgentSaysOfAnotherGroupsShardsTeachesNothing() {
        lab.start("2-3", "west-1");
        lab.routersCaughtUp();
        Command.Report foreign = by("main", lab.closed(EAST, 3));

        assertThat(ReportDecider.useful(lab.state(), foreign).fences()).isEmpty();
        lab.accept(foreign);

        assertThat(((SwitchState.Fencing) lab.run().state()).closes()).isEmpty();
    }

    @Test
    void anAgentHearsOfItsOwnGroupOnly() {
        lab.start("2-3", "west-1");
        lab.routersCaughtUp();
        lab.accept(by("main", lab.closed(EAST, 2)));
        lab.accept(by("more", lab.closed(EAST, 3)));
        lab.accept(new Command.StartVerification("v", lab.tick()));

        AgentView main = new AgentViews(WEST, "main").view(Optional.empty(), lab.state());
        AgentView more = new AgentViews(WEST, "more").view(Optional.empty(), lab.state());

        assertThat(main.getShardsList()).extracting(StoreGroupsTest::shard).containsExactly(0, 1, 2);
        assertThat(more.getShardsList()).extracting(StoreGroupsTest::shard).containsExactly(3, 4, 5, 6, 7);
        assertThat(main.getAwaitedList()).extracting(AwaitedClose::getShard).containsExactly(2);
        assertThat(more.getAwaitedList()).extracting(AwaitedClose::getShard).containsExactly(3);
        assertThat(main.getVerification().getShardsList()).containsExactly(0, 1, 2);
        assertThat(more.getVerification().getShardsList()).containsExactly(3, 4, 5, 6, 7);
        assertThat(main.getPartitions()).isEqualTo(4);
        assertThat(more.getPartitions()).isEqualTo(2);
        assertThat(main.getTablesCount()).isEqualTo(1);
        assertThat(more.getTablesCount()).isEqualTo(1);
    }

    private static int shard(OwnershipMessage message) {
        return io.meridian.wire.mapping.OwnershipMapper.fromMessage(message)
                .orElseThrow()
                .shard()
                .number();
    }

    private void hashed(RegionId region, String group, int first, int last, String hash) {
        List<Command.ShardHashed> hashes = IntStream.rangeClosed(first, last)
                .mapToObj(shard -> new Command.ShardHashed(ShardId.of(shard), 1, hash))
                .toList();
        int round = lab.state().verifications().getLast().round();
        lab.accept(new Command.ReportVerification(lab.tick(), region, "vf-1", round, hashes, "", group));
    }

    @Test
    void aVerificationIsOverWhenEveryStoreHasAnswered() {
        lab.accept(new Command.StartVerification("v", lab.tick()));
        hashed(EAST, "main", 0, 2, "a");
        hashed(WEST, "main", 0, 2, "a");
        hashed(EAST, "more", 3, 7, "b");
        // What a store says of shards that it does not hold is not heard.
        hashed(WEST, "main", 3, 7, "b");
        assertThat(lab.state().verifications().getLast().running()).isTrue();

        hashed(WEST, "more", 3, 7, "b");

        Verification done = lab.state().verifications().getLast();
        assertThat(done.phase()).isEqualTo(new Verification.Phase.Done());
        assertThat(done.differences()).isEmpty();
        assertThat(done.rows()).isEqualTo(8);
    }

    @Test
    void aVerificationNamesTheStoreThatDidNotAnswer() {
        lab.accept(new Command.StartVerification("v", lab.tick()));
        hashed(EAST, "main", 0, 2, "a");
        hashed(WEST, "main", 0, 2, "a");
        hashed(EAST, "more", 3, 7, "b");

        lab.accept(new Command.VerificationDue(lab.tick(), "vf-1", 1, false));

        assertThat(lab.state().verifications().getLast().problem())
                .isEqualTo("no complete answer in time from west/more");
    }

    @Test
    void afterARestoreEachGroupsShardsWaitForItsOwnStores() {
        ControlState restored = apply(ControlState.empty(), new Command.Restore("r", lab.tick(), "sum", lab.state()));
        Epoch withdrawn = restored.shard(ShardId.of(0)).ownership().epoch();
        assertThat(withdrawn.number()).isGreaterThan(Restoring.EPOCHS_ABOVE);

        ControlState told = apply(restored, rows(restored, EAST, "main", 0, 2));
        told = apply(told, rows(told, WEST, "main", 0, 7));

        assertThat(told.restoring().rows())
                .containsOnlyKeys(
                        IntStream.rangeClosed(3, 7).mapToObj(ShardId::of).toArray(ShardId[]::new));
        assertThat(told.shard(ShardId.of(2)).ownership()).isInstanceOf(Ownership.Grant.class);
        told = apply(told, rows(told, EAST, "more", 3, 7));
        told = apply(told, rows(told, WEST, "more", 3, 7));
        assertThat(told.restoring().over()).isTrue();
    }

    @Test
    void aSnapshotOfSeveralGroupsReadsBackEqual() throws Exception {
        renew(EAST, "more");
        lab.start("2-3", "west-1");
        var out = new java.io.ByteArrayOutputStream();

        new StateCodec().write(lab.state(), out);

        assertThat(new StateCodec().read(new java.io.ByteArrayInputStream(out.toByteArray())))
                .isEqualTo(lab.state());
    }

    private static ControlState apply(ControlState state, Command command) {
        return EventApplier.applyAll(state, ((Decision.Accepted) Decider.decide(state, command)).events());
    }

    /** Of stores that never owned anything. */
    private static Command.Report rows(ControlState state, RegionId region, String group, int first, int last) {
        List<Command.FenceSeen> rows = IntStream.rangeClosed(first, last)
                .mapToObj(shard -> new Command.FenceSeen(
                        ShardId.of(shard),
                        state.shard(ShardId.of(shard)).ownership().epoch(),
                        false,
                        Epoch.NEVER,
                        Optional.empty(),
                        Optional.empty()))
                .toList();
        return new Command.Report(java.time.Instant.EPOCH, region, rows, List.of(), List.of(), group);
    }
}
