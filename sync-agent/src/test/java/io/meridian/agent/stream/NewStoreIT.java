package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.seeding.SeedOrders;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** South is new; a shard of east's was built on a log that nobody holds any more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewStoreIT {
    private static final int SHARD = 5;
    private static final int OTHER = 6;

    private TestRegion east;
    private TestRegion south;

    @BeforeAll
    void regions() throws Exception {
        east = TestRegion.create("east");
        south = TestRegion.create("south");
        east.openFirst("shard <> " + SHARD);
        east.start(List.of(east, south));
    }

    @AfterAll
    void end() {
        south.close();
        east.close();
    }

    /** What it parked would fill the partition in which the owner's answer to a seeding has to come. */
    @Test
    void whatBuildsOnALogThatIsGoneIsPassedOverUntilTheShardIsTaken() throws Exception {
        var gone = new TestRegion.Marked(ShardId.of(SHARD), Epoch.FIRST, true, new Position("gone", 7, 0));
        east.open(SHARD, 3, gone, RegionId.of("lost"));
        write(SHARD, 1);
        write(OTHER, 1);
        south.seedings = Optional.of(new SeedOrders(List.of(), true));
        south.start(List.of(east, south));
        for (int shard : List.of(SHARD, OTHER)) {
            Position last = east.marker(shard, shard == SHARD ? 3 : 1, false).position();
            south.awaitCount(
                    "select count(*) from meridian.progress where partition = " + shard % TestRegion.PARTITIONS
                            + " and lsn > '" + last.lsnText() + "'",
                    1);
        }

        assertThat(south.store.ask("select count(*) from meridian.parked")).isEqualTo("0");
        assertThat(south.store.ask("select count(*) from meridian.stopped")).isEqualTo("0");
        assertThat(south.store.ask("select count(*) from meridian.head")).isEqualTo("0");
        assertThat(south.store.ask("select count(*) from ledger.accounts")).isEqualTo("0");
        var run = new SeedingRun("sd-1", east, SeedingRun.Side.of(east), SeedingRun.Side.of(south), 3, List.of(SHARD));
        Awaiting.await("taken", 120, () -> beatAndStep(run), () -> south.path().seedings());
        run.end();
        write(SHARD, 2);

        assertThat(run.failures).isEmpty();
        south.awaitRows("select string_agg(account, ',' order by account) from ledger.accounts", "of 1,of 2");
        assertThat(south.store.ask("select epoch from meridian.head where shard = " + SHARD))
                .isEqualTo("3");
    }

    /** An agent without anything to write has a heartbeat in each partition. */
    private boolean beatAndStep(SeedingRun run) throws Exception {
        east.store.superuser("update meridian.heartbeat set at = clock_timestamp()");
        return run.step();
    }

    private void write(int shard, int number) throws Exception {
        east.write("insert into ledger.accounts values ('" + DataPathIT.keyOf(shard, shard + 1, "new" + number + "-")
                + "', 'of " + number + "', 3)");
    }
}
