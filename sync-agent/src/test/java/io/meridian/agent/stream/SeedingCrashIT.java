package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIGKILL of either side in the middle of a seeding, again and again, wherever it stands then, while the owner's application writes. */
class SeedingCrashIT {
    private static final int SHARD = 5;
    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final long SEED = Long.getLong("seed", 20_261_127L);

    private TestRegion east;
    private TestRegion west;
    private List<TestRegion> all;

    @BeforeEach
    void twoRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        all = List.of(east, west);
        for (TestRegion region : all) {
            RowsOfShards.notesApart(region);
        }
        east.openFirst("true");
    }

    @AfterEach
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    void killedAnywhereItGoesOnOrFailsAndTheNextAttemptEndsEqual() throws Exception {
        Process[] processes = {DataPathProcess.start(east.config(all)), DataPathProcess.start(west.config(all))};
        List<String> users = IntStream.range(0, 6)
                .mapToObj(number -> DataPathIT.keyOf(SHARD, SHARD + 1, "crash" + number + "-"))
                .toList();
        for (String user : users) {
            east.write("insert into ledger.entries select '" + user
                    + "', i, 1, repeat(md5(i::text), 100) from generate_series(1, 1500) i");
        }
        west.awaitCount("select count(*) from ledger.entries", 9_000);
        var random = new Random(SEED);
        var writing = new AtomicBoolean(true);
        var run = new SeedingRun("sd-1", east, side(east), side(west), 1, List.of(SHARD));
        List<String> killedAt = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Long>> writers = new ArrayList<>();
            for (int writer = 0; writer < 2; writer++) {
                writers.add(threads.submit(new RowsOfShards(east, users, writer, writing)));
            }
            Future<?> beat = threads.submit(() -> {
                while (writing.get()) {
                    east.store.superuser("update meridian.heartbeat set at = clock_timestamp()");
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
                return null;
            });
            west.store.superuser("update meridian.head set broken = true where shard = " + SHARD);
            for (int kill = 0; kill < KILLS; kill++) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500 + random.nextInt(2_500));
                boolean whole = false;
                while (System.nanoTime() < until && !whole) {
                    whole = run.step();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
                int victim = random.nextInt(2);
                killedAt.add(all.get(victim).id + ": east " + phase(east) + ", west " + phase(west));
                processes[victim].destroyForcibly().waitFor();
                processes[victim] = DataPathProcess.start(all.get(victim).config(all));
                if (whole) {
                    break;
                }
            }

            run.toTheEnd();
            writing.set(false);
            for (Future<Long> writer : writers) {
                assertThat(writer.get()).isPositive();
            }
            beat.get();
        } finally {
            writing.set(false);
            System.out.printf("seed %d, killed at %s, failures %s%n", SEED, killedAt, run.failures);
        }

        for (String table : List.of("accounts", "entries")) {
            String content =
                    "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ledger." + table + " t";
            String owners = east.store.ask(content);
            Awaiting.await(
                    "west's " + table + " as east has them, seed " + SEED,
                    60,
                    () -> west.store.ask(content).equals(owners),
                    () -> killedAt + " " + run.failures + " " + west.store.ask("select count(*) from ledger." + table));
        }
        west.awaitCount("select count(*) from meridian.head where broken", 0);
        west.awaitCount("select count(*) from meridian.stopped", 0);
        west.awaitCount("select count(*) from meridian.head where not broken", TestStore.SHARDS);
        for (Process process : processes) {
            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .as("it ends by itself")
                    .isTrue();
        }
    }

    private static String phase(TestRegion region) throws Exception {
        return region.store.ask("select coalesce(max(phase || ' ' || rows), 'nothing') from meridian.seeding");
    }

    private SeedingRun.Side side(TestRegion region) {
        SeedFiles files = SeedFiles.of(region.config(all));
        return new SeedingRun.Side(region.id, files::ask, files::told);
    }
}
