package io.meridian.topology;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * When runs may start. Where none is declared for a region, always.
 *
 * @param days on which it begins, in UTC, Monday first
 * @param to exclusive; not after {@code from}: on the next day
 * @param regions that it is for; empty: for all
 */
public record MaintenanceWindow(List<DayOfWeek> days, LocalTime from, LocalTime to, List<RegionId> regions) {
    public MaintenanceWindow {
        days = List.copyOf(days);
        regions = List.copyOf(regions);
    }

    public boolean isFor(RegionId region) {
        return regions.isEmpty() || regions.contains(region);
    }

    public boolean open(Instant at) {
        OffsetDateTime utc = at.atOffset(ZoneOffset.UTC);
        LocalTime time = utc.toLocalTime();
        boolean begun = !time.isBefore(from);
        boolean ended = !time.isBefore(to);
        if (from.isBefore(to)) {
            return days.contains(utc.getDayOfWeek()) && begun && !ended;
        }
        return begun && days.contains(utc.getDayOfWeek())
                || !ended && days.contains(utc.minusDays(1).getDayOfWeek());
    }
}
