package io.meridian.agent.feed;

import io.meridian.topology.RegionId;
import io.meridian.topology.StoreLife;
import io.meridian.topology.StorePlace;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which database a view is for.
 *
 * @param lives of the group's stores that began anew; empty: the view does not speak of them
 * @param place of the store whose lease was renewed last; empty: the view does not speak of it
 */
public record StoreTold(Optional<Map<RegionId, StoreLife>> lives, Optional<StorePlace> place) {
    /** Of {@code region}'s store; empty: the view does not speak of lives. */
    public OptionalInt life(RegionId region) {
        return lives.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(
                        lives.get().getOrDefault(region, StoreLife.FIRST).number());
    }
}
