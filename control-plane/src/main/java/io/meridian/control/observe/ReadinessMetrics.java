package io.meridian.control.observe;

import io.meridian.control.drilling.Readiness;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** How ready drills have shown regions to be; it wears off while nothing happens, so it is reckoned when somebody looks. */
final class ReadinessMetrics implements StateWatch.Watching {
    private final StateSource source;
    private final Clock clock;
    private final MultiGauge ready;
    private List<Place> shown = List.of();

    private record Place(String region, String scenario) {}

    ReadinessMetrics(StateSource source, Clock clock, MeterRegistry registry) {
        this.source = source;
        this.clock = clock;
        ready = MultiGauge.builder("meridian_control_drill_readiness_ratio").register(registry);
    }

    @Override
    public void moved(ControlState before, ControlState after) {
        List<Place> places = places(after);
        if (!places.equals(shown)) {
            shown = places;
            ready.register(
                    places.stream()
                            .map(place -> MultiGauge.Row.of(
                                    Tags.of("region", place.region(), "scenario", place.scenario()),
                                    () -> score(place)))
                            .toList(),
                    true);
        }
    }

    private List<Place> places(ControlState state) {
        var places = new ArrayList<Place>();
        for (Readiness region : Readiness.of(state, clock.instant())) {
            region.scenarios()
                    .forEach(cell -> places.add(new Place(region.region().name(), cell.scenario())));
        }
        return places;
    }

    private double score(Place place) {
        return Readiness.of(source.current(), clock.instant()).stream()
                .filter(region -> region.region().name().equals(place.region()))
                .flatMap(region -> region.scenarios().stream())
                .filter(cell -> cell.scenario().equals(place.scenario()))
                .mapToDouble(cell -> cell.score() / 100.0)
                .findFirst()
                .orElse(Double.NaN);
    }
}
