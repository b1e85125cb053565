package io.meridian.topology;

import java.util.Optional;

/**
 * What must hold of the state that a switch leads to. Not declared: anything may.
 *
 * @param minRegionsWithCapacity how many regions at least must serve shards afterwards
 * @param neverAllZonesOfCity afterwards every city that has zones must have one that serves shards
 */
public record SafetyRules(Optional<Integer> minRegionsWithCapacity, boolean neverAllZonesOfCity) {
    public static final SafetyRules NONE = new SafetyRules(Optional.empty(), false);
}
