package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.parked.ParkedDecision;
import io.meridian.agent.parked.ParkedList;
import io.meridian.agent.parked.ParkedOrder;
import io.meridian.agent.parked.ParkedShard;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** North applies what two forged regions tell. Each test has two shards of one partition for itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParkingIT {
    private static final Base NONE = new Base.None();

    private TestRegion north;
    private ForgedSource east;
    private ForgedSource west;
    private int shard = -1;
    private int neighbour;
    private String user = "";
    private String bad = "";
    private String other = "";

    @BeforeAll
    void aRegionAndTwoOthers() throws Exception {
        north = TestRegion.create("north");
        east = new ForgedSource("east", north.kafka.bootstrap());
        west = new ForgedSource("west", north.kafka.bootstrap());
        start();
    }

    @AfterAll
    void end() {
        east.close();
        west.close();
        north.close();
    }

    @BeforeEach
    void twoShardsOfOnePartition() throws Exception {
        shard++;
        neighbour = shard + 16;
        user = DataPathIT.keyOf(shard, shard + 1, "user");
        bad = DataPathIT.keyOf(shard, shard + 1, "bad");
        other = DataPathIT.keyOf(neighbour, neighbour + 1, "other");
        north.store.superuser("alter table ledger.accounts drop constraint if exists small");
    }

    @Test
    void behindABarrierOnlyItsShardWaitsAndAllOfItFollowsInOrderWhenTheBaseIsIn() throws Exception {
        east.open(shard, 1, NONE);
        west.open(neighbour, 1, NONE);
        Position close = east.after(2);
        west.open(shard, 3, new Base.At(east.region, Epoch.of(1), close));
        west.write(3, ForgedSource.account(user, 2));
        west.write(1, ForgedSource.account(other, 7));
        west.write(3, ForgedSource.account(user, 3));

        north.awaitRows("select balance from ledger.accounts where user_key = '" + other + "'", "7");
        north.awaitRows(
                "select string_agg(waiting, ' ' order by position) from meridian.parked where shard = " + shard,
                "BARRIER BEHIND BEHIND");
        restart();
        assertThat(balance(user)).isEmpty();

        east.write(1, ForgedSource.account(user, 1));
        assertThat(east.close(shard, 1)).isEqualTo(close);

        north.awaitRows("select balance from ledger.accounts where user_key = '" + user + "'", "3");
        north.awaitRows("select count(*) from meridian.parked", "0");
        north.awaitRows("select epoch || region from meridian.head where shard = " + shard, "3west");
        awaitWell();
    }

    @Test
    void manyRecordsBehindABarrierTakeEffectInFewCommits() throws Exception {
        int records = 1_000;
        east.open(shard, 1, NONE);
        Position close = east.after(1);
        west.open(shard, 3, new Base.At(east.region, Epoch.of(1), close));
        for (int record = 0; record < records; record++) {
            west.write(3, ForgedSource.account(DataPathIT.keyOf(shard, shard + 1, "many" + record + "x"), record));
        }
        north.awaitRows("select count(*) from meridian.parked where shard = " + shard, Integer.toString(records + 1));

        assertThat(east.close(shard, 1)).isEqualTo(close);

        north.awaitRows("select count(*) from meridian.parked", "0");
        String many = " from ledger.accounts where user_key like 'many%'";
        assertThat(north.store.ask("select count(*)" + many)).isEqualTo(Integer.toString(records));
        assertThat(Integer.parseInt(north.store.ask("select count(distinct xmin::text)" + many)))
                .isLessThanOrEqualTo(5);
        awaitWell();
    }

    @Test
    void whatTheStoreRefusesParksItsShardAndGoesOnByItselfOnceTheStoreTakesIt() throws Exception {
        north.store.superuser("alter table ledger.accounts add constraint small check (balance < 100) not valid");
        east.open(shard, 1, NONE);
        east.open(neighbour, 1, NONE);
        east.write(1, ForgedSource.account(bad, 500), ForgedSource.account(other, 7));
        east.write(1, ForgedSource.account(user, 5));
        Position close = east.close(shard, 1);

        north.awaitRows("select balance from ledger.accounts where user_key = '" + other + "'", "7");
        Awaiting.await(
                "the problem names shard and reason",
                30,
                () -> north.path().problem().orElse("").contains("shard " + shard + " because this store refuses it")
                        && north.path().problem().orElse("").contains("small")
                        && !north.path().problem().orElse("").contains(bad),
                () -> north.path().problem());
        assertThat(balance(user)).isEmpty();
        assertThat(north.closed(shard, 1)).isFalse();

        north.store.superuser("alter table ledger.accounts drop constraint small");

        north.awaitRows("select balance from ledger.accounts where user_key = '" + user + "'", "5");
        Awaiting.await("CLOSE follows", 30, () -> north.closed(shard, 1), () -> north.heads);
        assertThat(north.head(shard).position()).isEqualTo(close);
        awaitWell();
    }

    @Test
    void whatAPersonSkipsIsKeptAsideAndTheRestFollows() throws Exception {
        north.store.superuser("alter table ledger.accounts add constraint small check (balance < 100) not valid");
        east.open(shard, 1, NONE);
        east.write(1, ForgedSource.account(bad, 500));
        east.write(1, ForgedSource.account(user, 5));
        north.awaitRows("select string_agg(waiting, ' ' order by position) from meridian.parked", "REFUSED BEHIND");

        north.store.superuser(
                "update meridian.parked set skipped_by = 'alice', skip_reason = 'a test row' where waiting = 'REFUSED'");

        north.awaitRows("select balance from ledger.accounts where user_key = '" + user + "'", "5");
        north.awaitRows(
                "select shard || skipped_by || skip_reason || (reason like '%small%') from meridian.skipped",
                shard + "alicea test rowtrue");
        awaitWell();
    }

    @Test
    void whatAPersonDecidesOfAParkedShardTakesEffectAtOnceAndOnlyForWhatThatPersonSaw() throws Exception {
        north.store.superuser("alter table ledger.accounts add constraint small check (balance < 100) not valid");
        east.open(shard, 1, NONE);
        east.write(1, ForgedSource.account(bad, 500));
        east.write(1, ForgedSource.account(user, 5));
        north.awaitRows("select string_agg(waiting, ' ' order by position) from meridian.parked", "REFUSED BEHIND");
        ParkedShard parked;
        try (Connection store = north.store.agent()) {
            ParkedList list = ParkedList.read(store);
            assertThat(list.count()).isEqualTo(1);
            parked = list.oldest().getFirst();
        }
        assertThat(parked.shard().number()).isEqualTo(shard);
        assertThat(parked.waiting()).isEqualTo("REFUSED");
        assertThat(parked.reason()).contains("small");
        assertThat(parked.records()).isEqualTo(2);
        var skip = new ParkedOrder.Action.Skip("alice", "a test row");

        assertThat(decide("0/1", skip)).contains("is at " + parked.position() + " now, not at 0/1");
        assertThat(decide("zero", skip)).isEqualTo("'zero' is no position");
        assertThat(decide(parked.position(), new ParkedOrder.Action.Retry())).isEmpty();
        assertThat(north.store.ask("select count(*) from meridian.skipped where shard = " + shard))
                .isEqualTo("0");

        assertThat(decide(parked.position(), skip)).isEmpty();

        north.awaitRows("select balance from ledger.accounts where user_key = '" + user + "'", "5");
        north.awaitRows(
                "select skipped_by || skip_reason from meridian.skipped where shard = " + shard, "alicea test row");
        assertThat(decide(parked.position(), skip)).startsWith("nothing waits any more");
        awaitWell();
    }

    private String decide(String position, ParkedOrder.Action action) throws Exception {
        try (Connection store = north.store.agent()) {
            var order = new ParkedOrder("po-1", east.region, ShardId.of(shard), position, action);
            return ParkedDecision.carryOut(store, order, north.path()::lookAgain)
                    .problem();
        }
    }

    @Test
    void aTransactionOfSeveralPartsIsSeenWholeOrNotAtAll() throws Exception {
        east.open(shard, 1, NONE);
        east.open(neighbour, 1, NONE);
        east.begin();
        east.part(1, shard % TestRegion.PARTITIONS, 0, 3, ForgedSource.account(user, 1));
        east.part(1, shard % TestRegion.PARTITIONS, 1, 3, ForgedSource.account(other, 2));
        north.awaitRows("select count(*) from meridian.head where shard in (" + shard + ", " + neighbour + ")", "2");
        restart();
        assertThat(balance(user)).isEmpty();

        east.part(
                1, shard % TestRegion.PARTITIONS, 2, 3, ForgedSource.account(user, 3), ForgedSource.account(other, 4));
        east.write(1, ForgedSource.account(other, 5));

        north.awaitRows(
                "select string_agg(balance::text, ' ' order by balance) from ledger.accounts where user_key in ('"
                        + user + "', '" + other + "')",
                "3 5");
        awaitWell();
    }

    @Test
    void aPartThatIsRefusedParksItsShardsShareOfAllParts() throws Exception {
        north.store.superuser("alter table ledger.accounts add constraint small check (balance < 100) not valid");
        east.open(shard, 1, NONE);
        east.open(neighbour, 1, NONE);
        east.begin();
        east.part(
                1, shard % TestRegion.PARTITIONS, 0, 2, ForgedSource.account(user, 1), ForgedSource.account(other, 1));
        east.part(
                1,
                shard % TestRegion.PARTITIONS,
                1,
                2,
                ForgedSource.account(user, 500),
                ForgedSource.account(other, 2));

        north.awaitRows("select balance from ledger.accounts where user_key = '" + other + "'", "2");
        north.awaitRows("select string_agg(part::text, ' ' order by part) from meridian.parked", "0 1");
        assertThat(balance(user)).isEmpty();
        north.store.superuser("alter table ledger.accounts drop constraint small");

        north.awaitRows("select balance from ledger.accounts where user_key = '" + user + "'", "500");
        awaitWell();
    }

    private String balance(String user) throws Exception {
        return north.store.ask("select balance from ledger.accounts where user_key = '" + user + "'");
    }

    private void awaitWell() {
        Awaiting.await(
                "north is well",
                30,
                () -> north.path().problem().isEmpty(),
                () -> north.path().problem());
    }

    private void restart() {
        north.stop();
        start();
    }

    private void start() {
        north.start(Map.of(east.region, north.kafka.bootstrap(), west.region, north.kafka.bootstrap()));
    }
}
