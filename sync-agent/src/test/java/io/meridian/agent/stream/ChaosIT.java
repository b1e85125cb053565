package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.link.LinkState;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two regions that write, and whatever can be killed or cut is, at random instants, one after the other. In the end all that was acknowledged is in both
 * regions, once. {@code -Dmeridian.chaos.seconds=S -Dmeridian.chaos.faults=N -Dmeridian.chaos.seed=N}: each fault once, and then as long
 * as both allow.
 */
class ChaosIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("meridian.chaos.seconds", 20));
    private static final int FAULTS = Integer.getInteger("meridian.chaos.faults", Integer.MAX_VALUE);
    private static final long SEED = Long.getLong("meridian.chaos.seed", 1);
    private static final long PATIENCE_SECONDS = 180;

    private enum Fault {
        KILL_KAFKA,
        KILL_POSTGRES,
        KILL_AGENT,
        LINK_DOWN,
        LINK_STALLED,
        LINK_FAR_AND_LOSSY
    }

    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private final List<Process> agents = new ArrayList<>();
    private List<TestRegion> all = List.of();

    @BeforeEach
    void twoRegionsBehindLinks() throws Exception {
        TestRegion east = TestRegion.createBehindLink("east");
        TestRegion west = TestRegion.createBehindLink("west");
        all = List.of(east, west);
        east.openFirst("shard < 32");
        west.openFirst("shard >= 32");
        for (TestRegion region : all) {
            region.store.superuser("""
                    create table public.twice (user_key text, id bigint);
                    create function public.note_twice() returns trigger language plpgsql as
                        $$ begin insert into public.twice values (new.user_key, new.id); return null; end $$;
                    create trigger note_twice after update on ledger.entries for each row execute function public.note_twice();
                    alter table ledger.entries enable replica trigger note_twice;
                    grant insert on public.twice to meridian_agent;
                    """);
        }
        for (TestRegion region : all) {
            agents.add(DataPathProcess.start(region.config(all)));
        }
    }

    @AfterEach
    void end() {
        agents.forEach(Process::destroyForcibly);
        all.forEach(TestRegion::close);
    }

    @Test
    void whateverIsKilledOrCutNothingAcknowledgedIsLostOrDoubled() throws Exception {
        var random = new SplittableRandom(SEED);
        var writing = new AtomicBoolean(true);
        SeededWriter.Written inEast;
        SeededWriter.Written inWest;
        int faults = 0;
        try (ExecutorService load = Executors.newFixedThreadPool(2)) {
            Future<SeededWriter.Written> east = load.submit(new SeededWriter(all.getFirst(), 0, 0, writing));
            Future<SeededWriter.Written> west = load.submit(new SeededWriter(all.getLast(), 32, 1L << 40, writing));
            try {
                long end = System.nanoTime() + LENGTH.toNanos();
                List<Fault> each = new ArrayList<>(List.of(Fault.values())); // once in any case, then as it comes
                while (!each.isEmpty() || (System.nanoTime() < end && faults < FAULTS)) {
                    pause(random.nextInt(200, 1_500));
                    Fault fault = each.isEmpty()
                            ? Fault.values()[random.nextInt(Fault.values().length)]
                            : each.remove(random.nextInt(each.size()));
                    inflict(fault, random.nextInt(2), random.nextInt(50, 2_500));
                    done.merge(fault, 1, Integer::sum);
                    faults++;
                }
            } finally {
                writing.set(false);
            }
            inEast = east.get(60, TimeUnit.SECONDS);
            inWest = west.get(60, TimeUnit.SECONDS);
        }

        judge(inEast, inWest);
        System.out.printf(
                "%d faults %s, seed %d: %d and %d rows acknowledged, %d and %d unknown; all there once%n",
                faults,
                done,
                SEED,
                inEast.acknowledged().size(),
                inWest.acknowledged().size(),
                inEast.unknown().size(),
                inWest.unknown().size());
    }

    private void inflict(Fault fault, int whom, int millis) throws IOException, InterruptedException {
        TestRegion region = all.get(whom);
        switch (fault) {
            case KILL_KAFKA -> {
                region.kafka.kill();
                pause(millis);
                region.kafka.restart();
            }
            case KILL_POSTGRES -> {
                region.store.server().kill();
                pause(millis);
                region.store.server().restart();
            }
            case KILL_AGENT -> {
                agents.get(whom).destroyForcibly().waitFor();
                pause(millis);
                agents.set(whom, DataPathProcess.start(region.config(all)));
            }
            case LINK_DOWN -> linkFor(region, LinkState.DOWN, millis);
            case LINK_STALLED -> linkFor(region, LinkState.STALLED, millis);
            case LINK_FAR_AND_LOSSY ->
                linkFor(region, new LinkState(LinkState.Passage.UP, Duration.ofMillis(20), 1), millis);
        }
    }

    private static void linkFor(TestRegion region, LinkState state, int millis) throws IOException {
        region.link().set(state);
        pause(millis);
        region.link().set(LinkState.UP);
    }

    /** The time itself is the fault: nothing is waited for. */
    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private void judge(SeededWriter.Written inEast, SeededWriter.Written inWest) throws Exception {
        String again = "to repeat: -Dmeridian.chaos.seed=" + SEED + " -Dmeridian.chaos.seconds=" + LENGTH.toSeconds();
        String count = "select count(*) from ledger.entries";
        Awaiting.await(
                "both regions have the same entries; " + again,
                PATIENCE_SECONDS,
                () -> ids(all.getFirst()).equals(ids(all.getLast())),
                () -> all.getFirst().store.ask(count) + " and "
                        + all.getLast().store.ask(count));
        Set<Long> acknowledged = new TreeSet<>(inEast.acknowledged());
        acknowledged.addAll(inWest.acknowledged());
        Set<Long> known = new TreeSet<>(acknowledged);
        known.addAll(inEast.unknown());
        known.addAll(inWest.unknown());
        for (TestRegion region : all) {
            Set<Long> there = ids(region);
            assertThat(there).as("in " + region.id + "; " + again).containsAll(acknowledged);
            assertThat(known)
                    .as("nothing was invented in " + region.id + "; " + again)
                    .containsAll(there);
            assertThat(region.store.ask("select sum(balance) from ledger.accounts"))
                    .as("accounts of " + region.id + " count their entries once; " + again)
                    .isEqualTo(Integer.toString(there.size()));
            assertThat(region.store.ask("select count(*) from public.twice"))
                    .as("applied twice in " + region.id + "; " + again)
                    .isEqualTo("0");
            assertThat(region.store.ask("select count(*) from meridian.stopped"))
                    .isEqualTo("0");
        }
        assertThat(all.getFirst().hashes()).as(again).isEqualTo(all.getLast().hashes());
    }

    private static Set<Long> ids(TestRegion region) throws SQLException {
        Set<Long> ids = new TreeSet<>();
        try (Connection connection = region.store.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id from ledger.entries")) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }
}
