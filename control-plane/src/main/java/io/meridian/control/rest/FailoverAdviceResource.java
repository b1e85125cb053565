package io.meridian.control.rest;

import io.meridian.control.automatic.Advice;
import io.meridian.control.automatic.AutomaticFailovers;
import io.meridian.control.automatic.Hold;
import io.meridian.control.automatic.Holds;
import io.meridian.control.automatic.Sight;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.failover.Exposure;
import io.meridian.control.failover.Exposures;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Event;
import io.meridian.topology.Topology;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Regions that look lost to the others, and what follows if nobody does anything. */
@Path("/api/v1/failover-advice")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "safety")
@RunOnVirtualThread
public class FailoverAdviceResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public FailoverAdviceResource(Api api) {
        this.api = api;
    }

    /** @param tripped null: automatic failover has not tripped @param regions that look lost */
    record FailoverAdviceJson(@Nullable TrippedJson tripped, List<AdviceJson> regions) {}

    /** No failover is started by itself until somebody acknowledges. */
    record TrippedJson(Instant since, String why) {}

    /**
     * @param policy of the topology: {@code recommend} or {@code auto}
     * @param since when it has looked lost
     * @param holds why nothing is done by itself; none: it is about to begin
     * @param maxLoss of the policy; null: any
     * @param exposure what would be lost, as known now
     * @param plan what would be done; null: it would be refused, and one of {@code holds} says why
     */
    record AdviceJson(
            String region,
            String policy,
            Instant since,
            List<SightJson> seen,
            List<HoldJson> holds,
            @Nullable String maxLoss,
            ExposureJson exposure,
            @Nullable RunJson plan) {}

    /** @param from a region @param sees {@code SILENT}, {@code ANSWERS} or {@code BLIND}: it cannot tell */
    record SightJson(String from, String sees, String says) {
        static SightJson of(Sight sight) {
            return new SightJson(sight.from().name(), sight.kind().name(), sight.says());
        }
    }

    record HoldJson(String name, String says) {
        static HoldJson of(Hold hold) {
            return new HoldJson(hold.name().name(), hold.says());
        }
    }

    @GET
    @ApiOperation("Which regions look lost, from where, what would be done, and what holds it")
    public FailoverAdviceJson getFailoverAdvice() throws InterruptedException {
        return json(api.read());
    }

    @POST
    @Path("acknowledge")
    @ApiOperation("Says that a person has looked at why automatic failover tripped: it may go on")
    public FailoverAdviceJson acknowledgeFailovers(@BeanParam ChangeOptions options) throws InterruptedException {
        return json(api.change(new Command.AcknowledgeFailovers(options.key(), clock.instant()), options)
                .then());
    }

    private FailoverAdviceJson json(ControlState state) {
        AutomaticFailovers automatic = state.automatic();
        return new FailoverAdviceJson(
                automatic
                        .tripped()
                        .map(tripped -> new TrippedJson(tripped.since(), tripped.why()))
                        .orElse(null),
                state.declared()
                        .map(DeclaredTopology::topology)
                        .map(topology -> automatic.advices().values().stream()
                                .filter(advice ->
                                        topology.region(advice.region()).isPresent())
                                .map(advice -> json(state, topology, advice))
                                .toList())
                        .orElse(List.of()));
    }

    private AdviceJson json(ControlState state, Topology topology, Advice advice) {
        Instant now = clock.instant();
        var policy = topology.region(advice.region()).orElseThrow().failover();
        Exposure exposure = Exposures.now(state, topology, advice.region());
        return new AdviceJson(
                advice.region().name(),
                policy.mode().name().toLowerCase(Locale.ROOT),
                advice.since(),
                advice.sights().stream().map(SightJson::of).toList(),
                Holds.of(state, topology, advice, now).stream()
                        .map(HoldJson::of)
                        .toList(),
                policy.maxLoss().bounds() ? policy.maxLoss().text() : null,
                ExposureJson.of(exposure),
                plan(state, advice, exposure));
    }

    /** By the same code as the failover itself. */
    private static @Nullable RunJson plan(ControlState state, Advice advice, Exposure exposure) {
        return switch (FailoverDecider.start(state, advice.would())) {
            case Decider.Answer.No _ -> null;
            case Decider.Answer.Yes yes ->
                yes.events().stream()
                        .filter(Event.RunPlanned.class::isInstance)
                        .map(Event.RunPlanned.class::cast)
                        .map(planned -> RunJson.unstarted(planned.run(), exposure))
                        .findFirst()
                        .orElse(null);
        };
    }
}
