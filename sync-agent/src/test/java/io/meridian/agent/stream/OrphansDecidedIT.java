package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.orphan.Adjudicator;
import io.meridian.agent.orphan.UncleanRows;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * East owns a shard and is lost; west, which is behind, takes it over on its cut, while north has read more. Then east comes back. Whatever each of them had, in the end
 * all three have what west decided.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrphansDecidedIT {
    private static final int SHARD = 5;
    private static final String KEY = DataPathIT.keyOf(SHARD, SHARD + 1, "lost");

    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private List<TestRegion> all;
    private final List<Adjudicator> adjudicators = new ArrayList<>();

    @BeforeAll
    void threeRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        north = TestRegion.create("north");
        all = List.of(east, west, north);
        east.openFirst("true");
        for (TestRegion region : all) {
            region.store.superuser("alter table ledger.accounts add constraint never_below_zero check (balance >= 0)");
            region.start(all);
        }
        for (TestRegion region : all) {
            Awaiting.await(
                    region.id + " runs", 90, region::isWell, () -> region.path().problem());
        }
    }

    @AfterAll
    void end() {
        adjudicators.forEach(Adjudicator::close);
        all.forEach(TestRegion::close);
    }

    @Test
    void allRegionsEndWithWhatTheOwnerDecidedWhateverTheyHad() throws Exception {
        east.write("insert into ledger.accounts values ('" + KEY + "', 'kept', 1), ('" + KEY + "', 'gone', 1), ('" + KEY
                + "', 'both', 1), ('" + KEY + "', 'low', 1)");
        all.forEach(region -> region.awaitRows(accounts(), "both 1, gone 1, kept 1, low 1"));
        gather(Optional.empty());
        Base.At cut = (Base.At) answer().head();
        east.write("update ledger.accounts set balance = 2 where user_key = '" + KEY + "' and account = 'kept'");
        east.write("delete from ledger.accounts where user_key = '" + KEY + "' and account = 'gone'");
        east.write("update ledger.accounts set balance = 2 where user_key = '" + KEY + "' and account = 'both'");
        east.write("insert into ledger.accounts values ('" + KEY + "', 'new', 1)");
        north.awaitRows(accounts(), "both 2, kept 2, low 1, new 1");
        gather(Optional.of(new LossOrders.Cut(cut, west.id)));
        west.store.superuser("alter table ledger.accounts drop constraint never_below_zero;"
                + " alter table ledger.accounts add constraint at_most_five check (balance <= 5)");
        open(cut);
        west.write("update ledger.accounts set balance = 5 where user_key = '" + KEY + "' and account = 'both'");
        for (TestRegion region : all) {
            var access = new StoreAccess(region.store.url(), "meridian_agent", region.store.password());
            var adjudicator =
                    new Adjudicator(() -> access.open("orphans"), Duration.ofSeconds(3), () -> TestRegion.TABLES);
            adjudicators.add(adjudicator);
            adjudicator.start();
        }

        for (TestRegion region : List.of(west, north)) {
            region.awaitRows(accounts(), "both 5, kept 2, low 1, new 1");
            region.awaitRows(decisions(), "SALVAGED, SALVAGED, REJECTED, SALVAGED");
        }

        east.write("update ledger.accounts set balance = 9 where user_key = '" + KEY + "' and account = 'low'");
        east.close(SHARD);

        for (TestRegion region : all) {
            region.awaitRows(decisions(), "SALVAGED, SALVAGED, REJECTED, SALVAGED, REJECTED");
            region.awaitRows(accounts(), "both 5, kept 2, low 1, new 1");
            region.awaitRows("select count(*) from meridian.orphan where decision is null or not told", "0");
        }
        west.write("update ledger.accounts set balance = balance - 1 where user_key = '" + KEY + "'");
        for (TestRegion region : all) {
            region.awaitRows(accounts(), "both 4, kept 1, low 0, new 0");
            assertThat(region.stopped).isEmpty();
            region.awaitRows("select count(*) from meridian.parked", "0");
            region.awaitRows("select count(*) from meridian.telling", "0");
        }
        assertThat(west.store.ask("select reason from meridian.orphan where key ->> 'account' = 'low'"))
                .contains("at_most_five");
    }

    private static String accounts() {
        return "select string_agg(account || ' ' || balance, ', ' order by account) from ledger.accounts where user_key = '"
                + KEY + "'";
    }

    private static String decisions() {
        return "select string_agg(coalesce(decision, 'open'), ', ' order by position, index) from meridian.orphan";
    }

    private void gather(Optional<LossOrders.Cut> cut) throws Exception {
        west.store.superuser(
                "update meridian.fence set epoch = 2 where state = 'CLOSED' and epoch < 2 and shard = " + SHARD);
        west.losses = new LossOrders(
                List.of(new LossOrders.Gather("fo-1", 1, ShardId.of(SHARD), east.id, Epoch.of(1), Epoch.of(2), cut)),
                Set.of(),
                List.of());
        west.path().lossesChanged();
    }

    private GatherAnswer answer() {
        Awaiting.await(
                "west answers",
                60,
                () -> !west.path().gathered().isEmpty(),
                () -> west.path().problem());
        return west.path().gathered().getFirst();
    }

    private void open(Base.At cut) throws Exception {
        try (Connection agent = west.store.agent()) {
            UncleanRows.mark(agent, Map.of(ShardId.of(SHARD), Epoch.of(3)));
        }
        west.store.superuser("insert into meridian.lineage values (" + SHARD + ", 3, 'west', 'east', '"
                + cut.position().incarnation() + "', 1, '" + cut.position().lsnText() + "')");
        west.losses = new LossOrders(west.losses.gathers(), Set.of(ShardId.of(SHARD)), List.of());
        west.open(SHARD, 3, new TestRegion.Marked(ShardId.of(SHARD), cut.epoch(), false, cut.position()), cut.region());
    }
}
