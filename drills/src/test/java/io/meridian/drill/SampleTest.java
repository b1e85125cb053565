package io.meridian.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static final Map<Integer, String> OWNERS = owners();

    private static Map<Integer, String> owners() {
        Map<Integer, String> owners = new HashMap<>();
        for (int shard = 0; shard < 90; shard++) {
            owners.put(shard, shard < 30 ? "east" : shard < 60 ? "west" : "north");
        }
        return owners;
    }

    @Test
    void halfIsOfThoseItIsAbout() {
        List<Integer> sample = Sample.of(OWNERS, Set.of("east"), 24);

        assertThat(sample).hasSize(24).doesNotHaveDuplicates();
        assertThat(sample.stream().filter(shard -> shard < 30)).hasSize(12);
        assertThat(sample.stream().filter(shard -> shard >= 60)).hasSizeBetween(5, 7);
    }

    @Test
    void whatOneSideLacksTheOtherGives() {
        assertThat(Sample.of(OWNERS, Set.of("east"), 80)).hasSize(80);
        assertThat(Sample.of(OWNERS, Set.of("nobody"), 24)).hasSize(24);
        assertThat(Sample.of(OWNERS, Set.of("east", "west", "north"), 24)).hasSize(24);
    }

    @Test
    void thereAreNoMoreThanThereAre() {
        assertThat(Sample.of(OWNERS, Set.of("east"), 1024)).hasSize(90);
    }
}
