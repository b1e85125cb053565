package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Three regions write the same rows at once. No shard is open anywhere and no lease holds: these tables need neither. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MultiWriterIT {
    private static final long SEED = Long.getLong("meridian.seed", 20261126);
    private TestRegion east;
    private TestRegion west;
    private TestRegion north;
    private List<TestRegion> all;

    @BeforeAll
    void threeRegionsThatHeardNothingOfEachOtherForAWhile() throws Exception {
        east = TestRegion.ofManyWriters("east");
        west = TestRegion.ofManyWriters("west");
        north = TestRegion.ofManyWriters("north");
        all = List.of(east, west, north);
        all.forEach(region -> region.start(all));
        all.forEach(MultiWriterIT::awaitWell);
        east.write("insert into shop.carts (user_key, cart, points) values ('carl', 'one', 10), ('carl', 'two', 10)");
        east.write("insert into shop.profiles values ('eve', 'Eve', 'Paris', 1.50, '{\"a\": 1}', true)");
        east.write(
                "insert into shop.carts (user_key, cart, best, tags, labels) values ('eve', 'c', 5, '{x,y}', '[\"l\", 1]')");
        for (TestRegion region : List.of(west, north)) {
            region.awaitCount("select count(*) from shop.carts", 3);
            region.awaitCount("select count(*) from shop.profiles", 1);
        }

        restart(List.of());
        countUp();
        deleteAndUpdate();
        writeColumns();
        var random = new Random(SEED);
        for (int step = 0; step < 150; step++) {
            all.get(random.nextInt(3)).write(Statements.any(random));
        }
        restart(all);
    }

    private void countUp() throws SQLException {
        for (TestRegion region : all) {
            for (int time = 0; time < 20; time++) {
                region.write("insert into shop.counts values ('bob', 3, 0.25) on conflict (user_key) do update"
                        + " set n = counts.n + 3, amount = counts.amount + 0.25");
            }
        }
    }

    private void deleteAndUpdate() throws SQLException {
        east.write("delete from shop.carts where user_key = 'carl' and cart = 'one'");
        west.write("update shop.carts set points = points + 5 where user_key = 'carl'");
        north.write("delete from shop.carts where user_key = 'carl' and cart = 'two'");
    }

    private void writeColumns() throws SQLException {
        east.write("update shop.profiles set name = 'Eva', flag = false where user_key = 'eve'");
        west.write("update shop.profiles set city = 'Rome' where user_key = 'eve'");
        north.write("update shop.profiles set score = 2.500 where user_key = 'eve'");
        east.write("update shop.carts set tags = array_append(tags, 'a\"b, c'), best = 3 where user_key = 'eve'");
        west.write(
                "update shop.carts set tags = array_remove(tags, 'x'), labels = '[1, {\"k\": [true]}]', best = 9 where user_key = 'eve'");
        north.write("update shop.carts set tags = '{x,y,NORTH}', best = 7 where user_key = 'eve'");
    }

    /** @param heard of each region's peers; the region itself goes on capturing */
    private void restart(List<TestRegion> heard) {
        for (TestRegion region : all) {
            region.stop();
            region.start(heard.isEmpty() ? List.of(region) : heard);
        }
        all.forEach(MultiWriterIT::awaitWell);
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    private static void awaitWell(TestRegion region) {
        Awaiting.await(
                region.id + " runs", 90, region::isWell, () -> region.path().problem());
    }

    @Test
    void aWriteInAnyRegionAppearsInTheOthers() throws Exception {
        east.write("insert into shop.notes values ('ann', 1, 'quote '' \\ é', '2026-01-01 00:00:00.5+02')");
        west.awaitRows("select body from shop.notes where user_key = 'ann'", "quote ' \\ é");
        west.write("update shop.notes set body = 'west' where user_key = 'ann'");
        north.awaitRows("select body from shop.notes where user_key = 'ann'", "west");
        north.write("delete from shop.notes where user_key = 'ann'");

        east.awaitCount("select count(*) from shop.notes where user_key = 'ann'", 0);
        west.awaitCount("select count(*) from shop.notes where user_key = 'ann'", 0);
        assertThat(east.store.ask("select count(*) from meridian.conflict where key ->> 'user_key' = 'ann'"))
                .as("each knew of the one before")
                .isEqualTo("0");
        awaitEqual();
    }

    @Test
    void whatWasWrittenWithLinksDownEndsEqualAndItsConflictsAreNoted() throws Exception {
        awaitEqual();
        for (String decision : List.of("OURS", "THEIRS", "MERGED")) {
            assertThat(all.stream()
                            .mapToLong(region -> conflicts(region, decision))
                            .sum())
                    .as(decision)
                    .isPositive();
        }
    }

    private static long conflicts(TestRegion region, String decision) {
        try {
            return Long.parseLong(
                    region.store.ask("select count(*) from meridian.conflict where decision = '" + decision + "'"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void countersAddUpAlsoWhereEachRegionBeganTheRow() {
        for (TestRegion region : all) {
            region.awaitRows("select n || ' ' || amount from shop.counts where user_key = 'bob'", "180 15.00");
        }
    }

    @Test
    void theLaterOfADeleteAndAnUpdateStands() {
        for (TestRegion region : all) {
            region.awaitRows(
                    "select string_agg(cart || points, ',' order by cart) from shop.carts where user_key = 'carl'",
                    "one15");
        }
    }

    @Test
    void eachColumnHasALastWriterAndSetsKeepWhatWasPutIn() {
        for (TestRegion region : all) {
            region.awaitRows(
                    "select concat_ws('|', name, city, score, raw, flag) from shop.profiles where user_key = 'eve'",
                    "Eva|Rome|2.500|{\"a\": 1}|f");
            region.awaitRows(
                    "select concat_ws('|', tags, labels, best) from shop.carts where user_key = 'eve'",
                    "{NORTH,\"a\\\"b, c\",y}|[1, {\"k\": [true]}]|9");
        }
    }

    @Test
    void aRowInsertedAfterItsDeleteBeginsAnewEverywhere() throws Exception {
        east.write("insert into shop.carts (user_key, cart, points, tags) values ('dora', 'c', 10, '{a,b}')");
        west.awaitCount("select count(*) from shop.carts where user_key = 'dora'", 1);
        west.write("delete from shop.carts where user_key = 'dora'");
        west.write("insert into shop.carts (user_key, cart, points, tags) values ('dora', 'c', 1, '{z}')");

        for (TestRegion region : all) {
            region.awaitRows("select points || tags::text from shop.carts where user_key = 'dora'", "1{z}");
        }
        awaitEqual();
    }

    @Test
    void whatOneRegionCannotTakeYetWaitsThereAndTheRestGoesOn() throws Exception {
        for (TestRegion region : List.of(east, west)) {
            region.store.superuser("alter table shop.notes add column mood text");
        }
        east.write("insert into shop.notes (user_key, id, mood) values ('gus', 1, 'well')");
        north.awaitCount("select count(*) from meridian.parked where waiting = 'REFUSED'", 1);
        String other = "select count(*) from shop.profiles where user_key = 'hal'";
        east.write("insert into shop.profiles (user_key) values ('hal')");
        north.awaitCount(other, 1);

        north.store.superuser("alter table shop.notes add column mood text");

        north.awaitRows("select mood from shop.notes where user_key = 'gus'", "well");
        awaitEqual();
    }

    @Test
    void aTableThatDoesNotKeepItsHistoryIsToldAndNothingIsCapturedMeanwhile() throws Exception {
        west.store.superuser("alter table shop.notes disable trigger zz_meridian_version");
        west.stop();
        west.start(all);
        Awaiting.await(
                "west tells",
                60,
                () -> west.path().problem().orElse("").contains("do not keep their history here: shop.notes"),
                () -> west.path().problem());

        west.store.superuser("alter table shop.notes enable trigger zz_meridian_version");

        awaitWell(west);
        awaitEqual();
    }

    @Test
    void withRestartsInBetweenNothingIsCountedTwiceOrLost() throws Exception {
        int times = 60;
        try (ExecutorService writers = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> running = new ArrayList<>();
            for (TestRegion region : all) {
                running.add(writers.submit(counting(region, times)));
            }
            for (TestRegion region : List.of(west, east)) {
                region.stop();
                region.start(all);
                awaitWell(region);
            }
            for (Future<Integer> each : running) {
                assertThat(each.get()).isEqualTo(times);
            }
        }

        awaitEqual();
        for (TestRegion region : all) {
            region.awaitRows(
                    "select string_agg(n::text, ',' order by user_key) from shop.counts where user_key like 'frank%'",
                    times + "," + times + "," + times);
        }
    }

    private static Callable<Integer> counting(TestRegion region, int times) {
        return () -> {
            int done = 0;
            while (done < times) {
                try {
                    region.write("insert into shop.counts values ('frank" + done % 3
                            + "', 1) on conflict (user_key) do update set n = counts.n + 1");
                    done++;
                } catch (SQLException e) {
                    if (!List.of("40P01", "25P04").contains(e.getSQLState())) {
                        throw e; // of these two nothing was executed: a deadlock with an applier, or a wait for it that
                        // was too long
                    }
                }
            }
            return done;
        };
    }

    private void awaitEqual() {
        Awaiting.await(
                "all regions hold the same (seed " + SEED + ")",
                60,
                () -> all.stream().map(MultiWriterIT::content).distinct().count() == 1,
                () -> all.stream()
                        .map(region -> region.id + " " + region.path().problem() + "\n" + content(region))
                        .collect(Collectors.joining("\n\n")));
    }

    /** Rows with all that is known of them, and tombstones. */
    private static String content(TestRegion region) {
        try {
            return region.store.ask("""
                    select string_agg(line, E'\\n' order by line collate "C") from (
                    select 'notes ' || t::text from shop.notes t union all select 'counts ' || t::text from shop.counts t
                    union all select 'profiles ' || t::text from shop.profiles t union all select 'carts ' || t::text from shop.carts t
                    union all select 'tombstone ' || t::text from meridian.tombstone t) l (line)""");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What an application might do next, on few keys. */
    private static final class Statements {
        static String any(Random random) {
            String user = "'u" + random.nextInt(3) + "'";
            int number = random.nextInt(50);
            return switch (random.nextInt(10)) {
                case 0, 1 ->
                    "insert into shop.notes values (" + user + ", 1, 'b" + number
                            + "', null) on conflict (user_key, id) do update set body = excluded.body";
                case 2 -> "delete from shop.notes where user_key = " + user;
                case 3 ->
                    "insert into shop.profiles (user_key, name) values (" + user + ", 'n" + number
                            + "') on conflict (user_key) do update set name = excluded.name";
                case 4 -> "update shop.profiles set city = 'c" + number + "' where user_key = " + user;
                case 5 -> "delete from shop." + (number % 2 == 0 ? "profiles" : "carts") + " where user_key = " + user;
                case 6 ->
                    "insert into shop.carts (user_key, cart, points, tags, best) values (" + user + ", 'c', " + number
                            + ", '{i" + number + "}', " + number
                            + ") on conflict (user_key, cart) do update set points = carts.points + excluded.points";
                case 7 ->
                    "update shop.carts set tags = array_append(tags, 't" + number % 7
                            + "'), points = points - 1, first_seen = timestamptz '2026-01-01' + " + number
                            + " * interval '1 hour' where user_key = " + user;
                case 8 ->
                    "update shop.carts set tags = tags[2:], best = " + number + ", note = 'n" + number
                            + "' where user_key = " + user;
                default ->
                    "update shop.carts set labels = labels || '[\"l" + number % 4 + "\"]', title = 't" + number
                            + "' where user_key = " + user;
            };
        }
    }
}
