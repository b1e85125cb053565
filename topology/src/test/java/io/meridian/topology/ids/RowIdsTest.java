package io.meridian.topology.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowIdsTest {
    private static final Instant START = Instant.parse("2026-11-26T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Storage storage = new Storage();
    private Instant now = START;

    private static final class Storage implements RowIds.HighWater {
        private long stored = -1;
        private int stores;

        @Override
        public long load() {
            return stored;
        }

        @Override
        public void store(long millis) {
            stored = millis;
            stores++;
        }
    }

    static List<IdVectors.Vector> vectors() {
        return IdVectors.load();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void anIdSaysWhatItsVectorSays(IdVectors.Vector vector) {
        RowId read = RowId.of(vector.id());

        assertThat(read.at()).isEqualTo(vector.at());
        assertThat(read.number()).isEqualTo(vector.number());
        assertThat(read.count()).isEqualTo(vector.count());
        assertThat(read.id()).isEqualTo(vector.id());
    }

    @Test
    void aMillisecondThatIsFullGoesOnInTheNext() {
        RowIds ids = ids();

        long last = -1;
        for (int made = 0; made < 10_000; made++) {
            long id = ids.next();
            assertThat(id).isGreaterThan(last);
            last = id;
        }

        assertThat(RowId.of(last).at()).isEqualTo(START.plusMillis(2));
    }

    @Test
    void aClockThatIsALittleBehindChangesNothing() {
        RowIds ids = ids();
        long before = ids.next();
        now = START.minus(PATIENCE);

        assertThat(ids.next()).isEqualTo(before + 1);
    }

    @Test
    void aClockThatIsFarBehindIsRefusedUntilItIsRight() {
        RowIds ids = ids();
        long before = ids.next();
        now = START.minus(PATIENCE).minusMillis(1);

        assertThatThrownBy(ids::next)
                .isInstanceOf(RowIds.ClockBehindException.class)
                .hasMessageContaining("10001 ms behind");
        now = START.plusMillis(5);
        assertThat(ids.next()).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noIdIsMadeTwiceWhateverTheClockDoesAndHoweverOftenTheProcessDies(long seed) {
        Random random = new Random(seed);
        Set<Long> made = new HashSet<>();
        RowIds ids = ids();
        long last = -1;

        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(50)) {
                case 0 -> now = now.plusMillis(random.nextInt(3000) - 2000);
                case 1 -> now = now.plusMillis(1);
                case 2 -> ids = ids();
                default -> {
                    try {
                        long id = ids.next();
                        assertThat(made.add(id))
                                .as("seed %d, step %d", seed, step)
                                .isTrue();
                        assertThat(id).isGreaterThan(last);
                        last = id;
                    } catch (RowIds.ClockBehindException _) {
                        now = now.plusSeconds(1);
                    }
                }
            }
        }

        assertThat(made).hasSizeGreaterThan(1000);
    }

    @Test
    void storageIsAskedOnceASecondAndNotForEveryId() {
        RowIds ids = ids();
        for (int milli = 0; milli < 1000; milli++) {
            now = START.plusMillis(milli);
            ids.next();
        }

        assertThat(storage.stores).isEqualTo(1);
    }

    @Test
    void manyThreadsNeverGetTheSame() throws Exception {
        RowIds ids = ids();
        Callable<List<Long>> thousand = () -> {
            List<Long> mine = new ArrayList<>();
            for (int made = 0; made < 1000; made++) {
                mine.add(ids.next());
            }
            return mine;
        };
        Set<Long> all = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<List<Long>> one : threads.invokeAll(List.of(thousand, thousand, thousand, thousand))) {
                all.addAll(one.get());
            }
        }

        assertThat(all).hasSize(4000);
    }

    private RowIds ids() {
        return new RowIds(3, () -> now, PATIENCE, storage);
    }
}
