package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIGKILL in the middle of a load, on either side, again and again. */
class DataPathCrashIT {
    private static final int KILLS = 4;

    private TestRegion east;
    private TestRegion west;
    private List<TestRegion> all;

    @BeforeEach
    void twoRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        all = List.of(east, west);
        east.openFirst("shard < 32");
        west.openFirst("shard >= 32");
        for (TestRegion region : all) {
            // Fires for what is applied only. Entries are inserted once and never changed: an update is one applied
            // twice.
            region.store.superuser("""
                    create table public.twice (user_key text, id bigint);
                    create function public.note_twice() returns trigger language plpgsql as
                        $$ begin insert into public.twice values (new.user_key, new.id); return null; end $$;
                    create trigger note_twice after update on ledger.entries for each row execute function public.note_twice();
                    alter table ledger.entries enable replica trigger note_twice;
                    grant insert on public.twice to meridian_agent;
                    """);
        }
    }

    @AfterEach
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    void killedInTheMiddleOfALoadNothingIsLostDoubledOrLooping() throws Exception {
        var writing = new AtomicBoolean(true);
        Process[] processes = {
            DataPathProcess.start(east.config(all)), DataPathProcess.start(west.config(all)),
        };
        long written;
        try (ExecutorService load = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> writers =
                    List.of(load.submit(writer(east, 0, writing)), load.submit(writer(west, 32, writing)));
            for (int kill = 0; kill < KILLS; kill++) {
                awaitProgress();
                int victim = kill % 2;
                processes[victim].destroyForcibly().waitFor();
                processes[victim] = DataPathProcess.start(all.get(victim).config(all));
            }
            awaitProgress();
            writing.set(false);
            written = writers.get(0).get() + writers.get(1).get();
        }

        for (TestRegion region : all) {
            region.awaitCount("select count(*) from ledger.entries", written);
            region.awaitCount("select sum(balance) from ledger.accounts", written);
        }
        for (TestRegion region : all) {
            assertThat(region.store.ask("select count(*) from public.twice"))
                    .as("applied twice in " + region.id)
                    .isEqualTo("0");
            assertThat(region.store.ask("select count(*) from meridian.stopped"))
                    .isEqualTo("0");
        }
        assertThat(east.hashes()).isEqualTo(west.hashes());
        assertThat(east.shardsWrittenInOwnTopic()).allMatch(shard -> shard < 32);
        assertThat(west.shardsWrittenInOwnTopic()).allMatch(shard -> shard >= 32);
        for (Process process : processes) {
            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .as("it ends by itself")
                    .isTrue();
        }
        System.out.printf("%d writes over %d kills%n", written, KILLS);
    }

    /** Something new of each region is in the other one, so that the next kill hits a running data path. */
    private void awaitProgress() throws Exception {
        long eastHas = Long.parseLong(east.store.ask("select coalesce(max(lsn - '0/0'), 0) from meridian.progress"));
        long westHas = Long.parseLong(west.store.ask("select coalesce(max(lsn - '0/0'), 0) from meridian.progress"));
        for (TestRegion region : all) {
            long had = region == east ? eastHas : westHas;
            Awaiting.await(
                    region.id + " applies again",
                    60,
                    () -> Long.parseLong(
                                    region.store.ask("select coalesce(max(lsn - '0/0'), 0) from meridian.progress"))
                            > had + 20_000,
                    () -> region.store.ask("select max(lsn) from meridian.progress"));
        }
    }

    /** Transactions of a few rows over several shards, a few hundred a second. @return how many were acknowledged */
    private static Callable<Long> writer(TestRegion region, int fromShard, AtomicBoolean writing) {
        List<String> keys = IntStream.range(0, 8)
                .mapToObj(shard -> DataPathIT.keyOf(fromShard + shard, fromShard + shard + 1, "crash"))
                .toList();
        var next = new AtomicLong();
        return () -> {
            long acknowledged = 0;
            try (Connection application = region.store.application();
                    var account = application.prepareStatement(
                            "insert into ledger.accounts values (?, 'main', 1) on conflict (user_key, account) do update set balance = accounts.balance + 1");
                    var entry = application.prepareStatement("insert into ledger.entries values (?, ?, 1, 'x')")) {
                application.setAutoCommit(false);
                while (writing.get()) {
                    for (int row = 0; row < 3; row++) {
                        String key = keys.get((int) (next.get() % keys.size()));
                        account.setString(1, key);
                        account.execute();
                        entry.setString(1, key);
                        entry.setLong(2, next.getAndIncrement());
                        entry.execute();
                    }
                    application.commit();
                    acknowledged += 3;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                }
            }
            return acknowledged;
        };
    }
}
