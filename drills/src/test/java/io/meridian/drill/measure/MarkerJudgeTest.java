package io.meridian.drill.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.drill.measure.MarkerJudge.Judged;
import io.meridian.drill.measure.MarkerJudge.Stores;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MarkerJudgeTest {
    private static final Map<Integer, String> OWNERS = Map.of(1, "east", 2, "west");

    @Test
    void whatItsOwnerHasIsThere() {
        Judged judged =
                judge(Set.of(), Map.of("east", Map.of("d-1", 2), "west", Map.of("d-2", 2)), ok(1, "d-1"), ok(2, "d-2"));

        assertThat(judged).isEqualTo(new Judged(2, List.of(), List.of(), List.of(), 0));
    }

    @Test
    void whatOnlyAnotherRegionHasIsLost() {
        assertThat(judge(Set.of(), Map.of("west", Map.of("d-1", 2)), ok(1, "d-1"))
                        .lost())
                .containsExactly("d-1");
    }

    @Test
    void whatIsThereInPartIsLost() {
        assertThat(judge(Set.of(), Map.of("east", Map.of("d-1", 1)), ok(1, "d-1"))
                        .lost())
                .containsExactly("d-1");
    }

    @Test
    void whatIsShownAsAnOrphanIsNotLostSilently() {
        Judged judged = judge(Set.of("d-1"), Map.of(), ok(1, "d-1"), ok(1, "d-2"));

        assertThat(judged.orphans()).containsExactly("d-1");
        assertThat(judged.lost()).containsExactly("d-2");
    }

    @Test
    void whatTookEffectTwiceIsDoubledWhetherItWasAcknowledgedOrNot() {
        Judged judged = judge(Set.of(), Map.of("east", Map.of("d-1", 4, "d-2", 3)), ok(1, "d-1"), failed(1, "d-2"));

        assertThat(judged.doubled()).containsExactly("d-1", "d-2");
        assertThat(judged.unanswered()).isEqualTo(1);
    }

    @Test
    void whatWasNotAcknowledgedMayBeThereOrNot() {
        Judged judged = judge(Set.of(), Map.of("east", Map.of("d-1", 2)), failed(1, "d-1"), failed(1, "d-2"));

        assertThat(judged).isEqualTo(new Judged(0, List.of(), List.of(), List.of(), 2));
    }

    private static Judged judge(Set<String> orphans, Map<String, Map<String, Integer>> made, Probe... probes) {
        return MarkerJudge.judge(List.of(probes), new Stores(OWNERS, made, orphans));
    }

    private static Probe ok(int shard, String request) {
        return new Probe(shard, "east", request, false, 0, 1, true, "");
    }

    private static Probe failed(int shard, String request) {
        return new Probe(shard, "east", request, false, 0, 1, false, "503");
    }
}
