package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** East owns all shards and is taken for lost, although it goes on: what its survivors make of it, shard by shard. Each test has a shard for itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostRegionIT {
    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private List<TestRegion> all;
    private int shard = -1;
    private String key = "";

    @BeforeAll
    void threeRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        north = TestRegion.create("north");
        all = List.of(east, west, north);
        east.openFirst("true");
        all.forEach(region -> region.start(all));
        for (TestRegion region : all) {
            Awaiting.await(
                    region.id + " runs", 90, region::isWell, () -> region.path().problem());
        }
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    @BeforeEach
    void aShard() {
        shard++;
        key = DataPathIT.keyOf(shard, shard + 1, "lost");
        all.forEach(region -> region.losses = LossOrders.NONE);
    }

    @Test
    void whatLiesBehindTheCutIsAnOrphanInEveryRegionAndTheLostOneComesIntoLine() throws Exception {
        write(1);
        awaitBalance(west, 1);
        awaitBalance(north, 1);
        gather(west, 1, Optional.empty());
        Base behind = answer(west, 1).head();
        write(2);
        awaitBalance(north, 2);
        gather(north, 1, Optional.empty());
        Base.At cut = (Base.At) answer(north, 1).head();
        assertThat(cut).isNotEqualTo(behind);
        write(3);
        write(4);
        awaitParked(west, 3);
        awaitParked(north, 2);
        assertThat(balance(west)).isEqualTo("1");

        gather(west, 1, Optional.of(new LossOrders.Cut(cut, north.id)));
        gather(north, 1, Optional.of(new LossOrders.Cut(cut, north.id)));
        awaitBalance(west, 2);
        awaitParked(west, 2);
        open(west, 3, cut);
        west.write("insert into ledger.accounts values ('" + key + "', 'second', 9)");

        awaitOrphans(west, "0:1 0:1");
        awaitOrphans(north, "0:1 0:1");
        awaitParked(west, 0);
        awaitParked(north, 0);
        assertThat(balance(west)).isEqualTo("2");
        assertThat(balance(north)).isEqualTo("2");
        north.awaitRows(second(), "9");

        east.close(shard);
        awaitOrphans(east, "0:1 0:1");
        east.awaitRows("select epoch || region from meridian.head where shard = " + shard, "3west");
        east.awaitRows(second(), "9");
        assertThat(balance(east)).as("until the owner decides").isEqualTo("4");
        LossOrders.Tail tail = new LossOrders.Tail(
                ShardId.of(shard), east.id, east.marker(shard, 1, true).position());
        west.losses = new LossOrders(List.of(), Set.of(ShardId.of(shard)), List.of(tail));
        west.path().lossesChanged();
        east.write("insert into ledger.accounts values ('" + DataPathIT.keyOf(shard + 16, shard + 17, "on")
                + "', 'main', 1)"); // of the same partition: heartbeats would move the progress on, too
        west.awaitRows(
                "select count(*) from meridian.progress where source = 'east' and partition = "
                        + shard % TestRegion.PARTITIONS + " and lsn >= '"
                        + tail.close().lsnText() + "'",
                "1");
        assertThat(west.path().settledTails()).as("its orphans wait").isEmpty();
        west.store.superuser(
                "update meridian.orphan set decision = 'REJECTED', decided_epoch = 3, reason = 'a test', decided_at = now() where shard = "
                        + shard);
        Awaiting.await(
                "the tail is settled",
                60,
                () -> west.path().settledTails().equals(List.of(tail)),
                () -> west.path().problem());

        assertThat(orphanNames(east)).isEqualTo(orphanNames(west)).isEqualTo(orphanNames(north));
        assertThat(north.store.ask(
                        "select string_agg(key ->> 'account' || epoch, ',') from meridian.touched where shard = "
                                + shard))
                .as("what the owner wrote since is not untouched")
                .isEqualTo("second3");
        assertThat(east.store.ask("select string_agg(shard::text, ',') from meridian.unclean where shard = " + shard))
                .isEqualTo(Integer.toString(shard));
        ShardId settled = ShardId.of(shard);
        east.ownerships.put(settled, new Ownership.Grant(settled, Epoch.of(3), west.id, cut));
        east.awaitRows("select count(*) from meridian.unclean where shard = " + shard, "0");
        east.awaitRows("select count(*) from meridian.touched where shard = " + shard, "0");
        nobodyStopped();
    }

    @Test
    void aThirdRegionTakesBackWhatItHasBeyondTheCut() throws Exception {
        write(1);
        awaitBalance(west, 1);
        gather(west, 1, Optional.empty());
        Base.At cut = (Base.At) answer(west, 1).head();
        write(2);
        east.write("update ledger.accounts set balance = 3 where user_key = '" + key + "'");
        awaitBalance(north, 3);

        gather(west, 1, Optional.of(new LossOrders.Cut(cut, west.id)));
        open(west, 3, cut);
        west.write("insert into ledger.accounts values ('" + key + "', 'second', 9)");

        north.awaitRows(second(), "9");
        awaitOrphans(north, "0:1 0:1");
        awaitOrphans(west, "0:1 0:1");
        assertThat(orphanNames(north)).isEqualTo(orphanNames(west));
        assertThat(north.store.ask("select turned_for is null from meridian.head where shard = " + shard))
                .isEqualTo("t");
        assertThat(north.store.ask(
                        "select count(*) from meridian.lineage where epoch = 3 and base_epoch = 1 and shard = "
                                + shard))
                .isEqualTo("1");
        nobodyStopped();
    }

    @Test
    void theLostRegionAnswersOnceItsCloseIsCapturedAndLeavesNothingBehind() throws Exception {
        write(1);
        gather(east, 1, Optional.empty());
        write(2);
        assertThat(east.path().gathered()).isEmpty();
        east.close(shard);

        GatherAnswer answer = answer(east, 1);

        assertThat(answer.closed()).isTrue();
        assertThat(answer.problem()).isEmpty();
        Base.At cut = (Base.At) answer.head();
        assertThat(cut.position()).isEqualTo(east.marker(shard, 1, true).position());
        gather(west, 1, Optional.of(new LossOrders.Cut(cut, east.id)));
        Awaiting.await(
                "west has all",
                60,
                () -> west.closed(shard, 1),
                () -> west.path().problem());
        open(west, 3, cut);
        east.awaitRows("select epoch || region from meridian.head where shard = " + shard, "3west");
        assertThat(west.store.ask("select count(*) from meridian.unclean where shard = " + shard))
                .isEqualTo("0");
        assertThat(orphanNames(west)).isEmpty();
        nobodyStopped();
    }

    @Test
    void whatWasFrozenOrTurnedBackIsSoAfterARestart() throws Exception {
        write(1);
        awaitBalance(west, 1);
        awaitBalance(north, 1);
        gather(west, 1, Optional.empty());
        Base.At cut = (Base.At) answer(west, 1).head();
        west.stop();
        write(2);
        west.start(all);
        awaitParked(west, 1);
        assertThat(balance(west)).isEqualTo("1");
        awaitBalance(north, 2);
        gather(west, 1, Optional.of(new LossOrders.Cut(cut, west.id)));
        open(west, 3, cut);
        north.awaitRows("select epoch || region from meridian.head where shard = " + shard, "3west");
        awaitOrphans(north, "0:1");

        east.close(shard);
        awaitOrphans(east, "0:1");
        east.stop();
        east.start(all); // its CLOSE comes out of the log once more
        west.write("insert into ledger.accounts values ('" + key + "', 'second', 9)");
        east.awaitRows(second(), "9");
        east.awaitRows("select epoch || region from meridian.head where shard = " + shard, "3west");
        nobodyStopped();
    }

    @Test
    void whatTheLostRegionGivesNoMoreComesFromTheCopyLogOfAnother() throws Exception {
        write(1);
        awaitBalance(west, 1);
        west.stop();
        write(2);
        write(3);
        awaitBalance(north, 3);
        gather(north, 1, Optional.empty());
        Base.At cut = (Base.At) answer(north, 1).head();
        west.start(Map.of(east.id, "localhost:1", north.id, north.kafka.bootstrap()));
        gather(west, 1, Optional.empty());
        assertThat(((Base.At) answer(west, 1).head()).position()).isNotEqualTo(cut.position());

        gather(west, 1, Optional.of(new LossOrders.Cut(cut, north.id)));

        awaitBalance(west, 3);
        west.stop();
        west.start(all);
        String other = DataPathIT.keyOf(shard + 16, shard + 17, "back");
        east.write("insert into ledger.accounts values ('" + other + "', 'main', 5)");
        west.awaitRows("select balance from ledger.accounts where user_key = '" + other + "'", "5");
        nobodyStopped();
    }

    private void nobodyStopped() {
        all.forEach(region -> assertThat(region.stopped).isEmpty());
    }

    private void write(int balance) throws Exception {
        east.write("insert into ledger.accounts values ('" + key + "', 'main', " + balance
                + ") on conflict (user_key, account) do update set balance = excluded.balance");
    }

    private String balance(TestRegion region) throws Exception {
        return region.store.ask(
                "select balance from ledger.accounts where account = 'main' and user_key = '" + key + "'");
    }

    private void awaitBalance(TestRegion region, int balance) {
        region.awaitRows(
                "select balance from ledger.accounts where account = 'main' and user_key = '" + key + "'",
                Integer.toString(balance));
    }

    private String second() {
        return "select balance from ledger.accounts where account = 'second' and user_key = '" + key + "'";
    }

    private void awaitParked(TestRegion region, int records) {
        region.awaitCount("select count(*) from meridian.parked where shard = " + shard, records);
    }

    private void gather(TestRegion region, int attempt, Optional<LossOrders.Cut> cut) throws Exception {
        region.store.superuser(
                "update meridian.fence set epoch = 2 where state = 'CLOSED' and epoch < 2 and shard = " + shard);
        region.losses = new LossOrders(
                List.of(new LossOrders.Gather(
                        "fo-" + shard, attempt, ShardId.of(shard), east.id, Epoch.of(1), Epoch.of(2), cut)),
                Set.of(),
                List.of());
        region.path().lossesChanged();
    }

    private GatherAnswer answer(TestRegion region, int attempt) {
        Awaiting.await(
                region.id + " answers",
                60,
                () -> region.path().gathered().stream()
                        .anyMatch(answer ->
                                answer.attempt() == attempt && answer.shard().number() == shard),
                () -> region.path().problem());
        return region.path().gathered().getFirst();
    }

    private void open(TestRegion owner, long epoch, Base.At base) throws Exception {
        owner.open(
                shard,
                epoch,
                new TestRegion.Marked(ShardId.of(shard), base.epoch(), false, base.position()),
                base.region());
    }

    /** @param indexes of open orphans with their epochs, by position */
    private void awaitOrphans(TestRegion region, String indexes) {
        region.awaitRows(
                "select string_agg(index || ':' || epoch, ' ' order by position, index) from meridian.orphan where decision is null and shard = "
                        + shard,
                indexes);
    }

    private String orphanNames(TestRegion region) throws Exception {
        String names = region.store.ask(
                "select string_agg(concat_ws(' ', source, incarnation, position, part, shard, index, epoch), ', ' order by position, index) from meridian.orphan where shard = "
                        + shard);
        return names == null ? "" : names;
    }
}
