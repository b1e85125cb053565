package io.meridian.conflict.merge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HybridClockTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void itGoesOnWhenTheWallClockGoesBack() {
        var before = new HybridClock(0).tick(NOW);

        var after = before.tick(NOW - 3_600_000);

        assertThat(after.last()).isEqualTo(before.last() + 1);
    }

    @Test
    void whatIsWrittenAfterAnotherRegionsChangeWasSeenIsAboveIt() {
        var seen = new Version(Version.clock(NOW + 5_000) + 7, "west");

        var clock = new HybridClock(0).tick(NOW).saw(seen, NOW).tick(NOW);

        assertThat(new Version(clock.last(), "east").isAbove(seen)).isTrue();
    }

    @Test
    void aVersionFromFarAheadDragsTheClockAMinuteAndNoMore() {
        var broken = new Version(Version.clock(NOW + 86_400_000), "west");

        var clock = new HybridClock(0).saw(broken, NOW).tick(NOW);

        assertThat(new Version(clock.last(), "east").millis()).isEqualTo(NOW + HybridClock.AHEAD_AT_MOST_MILLIS);
    }

    @Test
    void theRowItselfIsStillWrittenAboveIt() {
        var broken = new Version(Version.clock(NOW + 86_400_000), "west");

        var clock = new HybridClock(0).tickAbove(broken, NOW);

        assertThat(new Version(clock.last(), "east").isAbove(broken)).isTrue();
    }

    @Test
    void theRegionBreaksTies() {
        assertThat(new Version(7, "west").isAbove(new Version(7, "east"))).isTrue();
    }
}
