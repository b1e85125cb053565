package io.meridian.control.rest;

import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.Readiness;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How ready drills have shown regions to be. */
@Path("/api/v1/readiness")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "drills")
@RunOnVirtualThread
public class ReadinessResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public ReadinessResource(Api api) {
        this.api = api;
    }

    /**
     * @param wholeDays for which a pass counts whole
     * @param goneDays after which it counts nothing
     * @param regions in the topology's order
     */
    record ReadinessJson(Instant asOf, long wholeDays, long goneDays, List<RegionReadinessJson> regions) {}

    /** @param score 0 to 100, the mean of all scenarios; null: no scenario is registered that is about it */
    record RegionReadinessJson(String region, @Nullable Integer score, List<ScenarioReadinessJson> scenarios) {
        static RegionReadinessJson of(Readiness readiness) {
            return new RegionReadinessJson(
                    readiness.region().name(),
                    readiness.score().isPresent() ? (Integer) readiness.score().getAsInt() : null,
                    readiness.scenarios().stream()
                            .map(ScenarioReadinessJson::of)
                            .toList());
        }
    }

    /** @param score 0 to 100 @param drill the newest about the region, which decides; null: there was none @param why the score is what it is, in words */
    record ScenarioReadinessJson(
            String scenario,
            int score,
            @Nullable String drill,
            @Nullable String state,
            @Nullable Instant endedAt,
            String why) {
        static ScenarioReadinessJson of(Readiness.Cell cell) {
            return new ScenarioReadinessJson(
                    cell.scenario(),
                    cell.score(),
                    cell.drill().map(Drill::id).orElse(null),
                    cell.drill().map(Drill::state).map(Drill.State::name).orElse(null),
                    cell.drill().flatMap(Drill::ending).map(Drill.Ending::at).orElse(null),
                    cell.why());
        }
    }

    @GET
    @ApiOperation("How well the newest drills have shown that each region bears what scenarios do to it")
    public ReadinessJson getReadiness() throws InterruptedException {
        Instant now = clock.instant();
        return new ReadinessJson(
                now,
                Readiness.WHOLE.toDays(),
                Readiness.GONE.toDays(),
                Readiness.of(api.read(), now).stream()
                        .map(RegionReadinessJson::of)
                        .toList());
    }
}
