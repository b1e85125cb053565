package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.UNKNOWN_SCENARIO;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.DrillDocument;
import io.meridian.control.drilling.DrillScenario;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What may be drilled. */
@Path("/api/v1/drills/scenarios")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "drills")
@RunOnVirtualThread
public class DrillScenarioResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public DrillScenarioResource(Api api) {
        this.api = api;
    }

    /**
     * @param version 1, and one more with every other text
     * @param sha256 of the text, hex
     * @param act {@code lose}, {@code evacuate} or {@code link}
     * @param about the region, or the link in words
     * @param anyRegion a drill of it may be about any region
     */
    record DrillScenarioJson(
            String name,
            int version,
            String sha256,
            String act,
            String about,
            List<String> regions,
            boolean anyRegion,
            String explanation,
            Instant registeredAt,
            String by) {
        static DrillScenarioJson of(DrillScenario scenario) {
            DrillDocument document = scenario.document();
            return new DrillScenarioJson(
                    document.name(),
                    scenario.version(),
                    scenario.sha256(),
                    document.act().name().toLowerCase(Locale.ROOT),
                    document.about(),
                    document.regions().stream().map(RegionId::name).toList(),
                    document.act().ofAnyRegion(),
                    document.explanation(),
                    scenario.at(),
                    scenario.by());
        }
    }

    record DrillScenariosJson(List<DrillScenarioJson> scenarios) {
        static DrillScenariosJson of(ControlState state) {
            return new DrillScenariosJson(state.drills().scenarios().values().stream()
                    .map(DrillScenarioJson::of)
                    .toList());
        }
    }

    /** @param document YAML, as it was registered */
    record WrittenScenarioJson(DrillScenarioJson scenario, String document) {
        static WrittenScenarioJson of(DrillScenario scenario) {
            return new WrittenScenarioJson(
                    DrillScenarioJson.of(scenario), scenario.document().text());
        }
    }

    @GET
    @ApiOperation("What may be drilled, by name")
    public DrillScenariosJson listDrillScenarios() throws InterruptedException {
        return DrillScenariosJson.of(api.read());
    }

    @GET
    @Path("/{name}")
    @ApiOperation(value = "A scenario as it is written", refuses = UNKNOWN_SCENARIO)
    public WrittenScenarioJson getDrillScenario(@PathParam("name") String name) throws InterruptedException {
        return WrittenScenarioJson.of(find(api.read(), name));
    }

    /** Another text is another version. A drill that waits for the one before is skipped. */
    @PUT
    @Path("/{name}")
    @ApiOperation(value = "Registers a scenario, or another text of one", refuses = LIMIT_REACHED)
    public WrittenScenarioJson putDrillScenario(
            @PathParam("name") String name,
            @RequestBody(ref = "DrillScenario") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        DrillDocument document =
                Documents.read(body, "a scenario is {\"document\":\"YAML\"}", Set.of("document"), (json, faults) -> {
                    DrillDocument read = ScenarioDocument.read(
                            Documents.text(json, "document", "a scenario's YAML", faults), faults);
                    if (faults.isEmpty() && !read.name().equals(name)) {
                        faults.add(new Problem.Fault(
                                "/document/name", "'" + read.name() + "' is not the name in the path, '" + name + "'"));
                    }
                    return read;
                });
        Api.Came came = api.change(new Command.RegisterScenario(options.key(), clock.instant(), document), options);
        return WrittenScenarioJson.of(find(came.then(), name));
    }

    @DELETE
    @Path("/{name}")
    @ApiOperation(
            value = "Takes a scenario out of the catalogue; what was drilled of it stays",
            refuses = UNKNOWN_SCENARIO)
    public DrillScenariosJson deleteDrillScenario(@PathParam("name") String name, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return DrillScenariosJson.of(
                api.change(new Command.RemoveScenario(options.key(), clock.instant(), name), options)
                        .then());
    }

    private static DrillScenario find(ControlState state, String name) {
        return Optional.ofNullable(state.drills().scenarios().get(name))
                .orElseThrow(() -> new RefusedException(
                        UNKNOWN_SCENARIO,
                        "there is no scenario '" + name + "'; there is "
                                + String.join(", ", state.drills().scenarios().keySet())));
    }
}
