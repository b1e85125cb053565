package io.meridian.control.assignment.planning;

import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the planner knows of a zone.
 *
 * @param weight its part of the balance; a zone of weight 0 is left empty when another one can take the shards
 * @param capacity in shards; empty: as many as there are
 * @param accepts shards of any zone; else only those of the zones that it is a backup of, and those that it has
 * @param backups the best first
 */
public record ZoneFacts(
        ZoneId id,
        RegionId region,
        String city,
        int weight,
        OptionalInt capacity,
        boolean accepts,
        List<ZoneId> backups) {
    public ZoneFacts {
        backups = List.copyOf(backups);
    }

    /** How far {@code other} is from this zone as a place for its shards, 0 the best: backups in order, then region, city, anywhere. */
    int rank(ZoneFacts other) {
        int backup = backups.indexOf(other.id());
        if (backup >= 0) {
            return backup;
        }
        if (other.region().equals(region)) {
            return backups.size();
        }
        return backups.size() + (other.city().equals(city) ? 1 : 2);
    }
}
