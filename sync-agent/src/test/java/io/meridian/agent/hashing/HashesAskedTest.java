package io.meridian.agent.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import org.junit.jupiter.api.Test;

class HashesAskedTest {
    private final HashesAsked asked = new HashesAsked();

    @Test
    void askedAgainAndAgainItIsBegunOnce() {
        assertThat(asked.begin(wanted(1))).isTrue();
        assertThat(asked.begin(wanted(1))).isFalse();
        assertThat(asked.isBegun(wanted(1))).isTrue();
        assertThat(asked.begin(wanted(3))).isTrue();
    }

    @Test
    void whatFailedIsTriedAgainButNotForEver() {
        for (int attempt = 0; attempt < HashesAsked.TRIES; attempt++) {
            assertThat(asked.begin(wanted(1))).isTrue();
            asked.failed(wanted(1));
        }

        assertThat(asked.begin(wanted(1))).isFalse();
        assertThat(asked.isBegun(wanted(1))).isFalse();
    }

    private static HashesAsked.Wanted wanted(long epoch) {
        return new HashesAsked.Wanted("mv-1", HashTaken.Moment.BEFORE, ShardId.of(5), Epoch.of(epoch));
    }
}
