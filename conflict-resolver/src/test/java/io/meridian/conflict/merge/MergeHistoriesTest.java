package io.meridian.conflict.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.conflict.merge.Histories.Collecting;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 10,000 histories, in hundreds. A failure names the history: its number is the seed. */
class MergeHistoriesTest {
    private static final int IN_ONE = 100;

    static IntStream hundreds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("hundreds")
    void whateverTheOrderAndTheNumberOfTimesAllRegionsEndEqual(int hundred) {
        for (long seed = (long) hundred * IN_ONE; seed < (hundred + 1L) * IN_ONE; seed++) {
            Histories.End end = play(seed, RowMerge::join, Collecting.NEVER);

            assertThat(end.agree()).as("seed %d: %s", seed, end.regions()).isTrue();
            RowState inOrder = Histories.inOrder(rule(seed), end.changes());
            assertThat(Histories.inOrder(rule(seed), Histories.reversed(end.changes())))
                    .as("seed %d", seed)
                    .isEqualTo(inOrder);
            assertThat(end.regions().getFirst().shown().isPresent())
                    .as("seed %d: by the last change", seed)
                    .isEqualTo(inOrder.alive());
        }
    }

    @ParameterizedTest
    @MethodSource("hundreds")
    void tombstonesMayGoBelowTheLowestWatermarkOfAllRegions(int hundred) {
        for (long seed = (long) hundred * IN_ONE; seed < (hundred + 1L) * IN_ONE; seed++) {
            Histories.End end = play(seed, RowMerge::join, Collecting.BELOW_THE_LOWEST_WATERMARK);

            assertThat(end.agree()).as("seed %d: %s", seed, end.regions()).isTrue();
        }
    }

    @Test
    void tombstonesThatGoAboveItLetRegionsDiverge() {
        long diverged = LongStream.range(0, 1_000)
                .filter(seed -> !play(seed, RowMerge::join, Collecting.AS_SOON_AS_IT_LIKES)
                        .agree())
                .count();

        assertThat(diverged).isGreaterThan(10);
    }

    @Test
    void whereNothingIsDeletedACounterIsTheSumOfAllThatWasAdded() {
        for (long seed = 0; seed < 2_000; seed++) {
            Histories.End end =
                    Histories.play(seed, 3 + (int) (seed % 3), Rules.MIXED, RowMerge::join, Collecting.NEVER);
            if (end.deleted()) {
                continue;
            }
            var last = new TreeMap<String, BigDecimal>();
            end.changes()
                    .forEach(change -> change.contributions()
                            .getOrDefault("n", new TreeMap<>())
                            .forEach((region, part) -> {
                                if (region.equals(change.version().region())) {
                                    last.put(region, new BigDecimal(part.value().orElseThrow()));
                                }
                            }));
            BigDecimal all = last.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);

            assertThat(end.regions()
                            .getFirst()
                            .shown()
                            .orElseThrow()
                            .values()
                            .getOrDefault("n", Optional.empty())
                            .orElseThrow())
                    .as("seed %d", seed)
                    .isEqualTo(all.setScale(Math.max(0, all.scale())).toPlainString());
        }
    }

    /** Each a rule that somebody might think good enough. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "the one that arrives wins",
                "clocks alone decide",
                "a delete always wins",
                "counters keep the later sum",
                "sets are united whole",
                "floors are forgotten"
            })
    void aBrokenRuleIsSeen(String flaw) {
        assertThat(LongStream.range(0, 3_000).anyMatch(seed -> !converges(seed, Mutants.of(flaw))))
                .as(flaw)
                .isTrue();
    }

    private static boolean converges(long seed, Histories.Join join) {
        Histories.End end = play(seed, join, Collecting.BELOW_THE_LOWEST_WATERMARK);
        return end.agree();
    }

    private static Histories.End play(long seed, Histories.Join join, Collecting collecting) {
        return Histories.play(seed, 3 + (int) (seed % 3), rule(seed), join, collecting);
    }

    private static TableRule rule(long seed) {
        return Rules.ALL.get((int) (seed / 3 % Rules.ALL.size()));
    }
}
