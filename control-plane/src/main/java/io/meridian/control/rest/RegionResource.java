package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.STORE_NOT_GONE;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.ControlPlane;
import io.meridian.control.command.Command;
import io.meridian.control.failover.Loss;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How the regions are. What nobody has told is null. */
@Path("/api/v1/regions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "shards")
@RunOnVirtualThread
public class RegionResource {
    private final Api api;
    private final ControlPlane plane;
    private final Clock clock = Clock.systemUTC();

    public RegionResource(Api api, ControlPlane plane) {
        this.api = api;
        this.plane = plane;
    }

    /**
     * @param agent the only one; null: none was heard of, or there are several store groups
     * @param data {@code RECONCILED}, or {@code REJOINING}: then it owns nothing; nor does it while {@code UNSEEDED}: it is new, and has no copies of all yet
     * @param life how many databases, which follow each other, its stores have had at most: 1 unless it began anew
     * @param unfit how many shards' copies are not whole, so that it may not own them
     * @param returning null: nothing of it was lost
     */
    record RegionJson(
            String name,
            String city,
            RegionVoterJson voter,
            @Nullable AgentJson agent,
            List<AgentJson> agents,
            @Nullable RouterJson router,
            List<RegionZoneJson> zones,
            @Nullable RegionLeaseJson lease,
            @Nullable String data,
            int life,
            int unfit,
            @Nullable ReturningJson returning) {}

    /** @param state {@code ACTIVE}, {@code REVOKING} or {@code EXPIRED}; of several store groups the one that is worst off */
    record RegionLeaseJson(String state, long generation) {}

    /**
     * How far a region that was lost has come on its way back.
     *
     * @param shards that it owned
     * @param closed those of which it is known where it ended
     * @param aligned those whose copy there goes on in what followed
     * @param settled those without an orphan that waits for a decision, or may still come
     * @param problem why the comparison of all copies did not find them equal; null: it did not yet, or there is none
     */
    record ReturningJson(
            int shards,
            long closed,
            long aligned,
            long settled,
            @Nullable String problem) {}

    /** @param connected null: only the leader hears all voters, and this is not the leader */
    record RegionVoterJson(boolean leader, @Nullable Boolean connected) {}

    /** @param group of its store @param slot null: not told @param parkedShards of which changes wait */
    record AgentJson(
            String group,
            boolean connected,
            @Nullable String problem,
            @Nullable Long leaseRemainingMillis,
            Map<String, Long> lagMillis,
            List<StoppedJson> stopped,
            @Nullable SlotJson slot,
            int parkedShards) {}

    /**
     * @param state PostgreSQL's {@code wal_status}, or {@code missing}
     * @param retainedBytes of the store's log that it holds back
     * @param leftBytes until the store gives it up; null: it never does
     * @param pressure {@code NONE}, {@code HIGH} (heals when capture catches up) or {@code LOSING} (needs a person)
     */
    record SlotJson(
            String name,
            String state,
            long retainedBytes,
            @Nullable Long leftBytes,
            String pressure) {}

    record StoppedJson(int shard, String source, String reason) {}

    record RouterJson(boolean connected, @Nullable Long holdRevision, List<EnvoyJson> envoys) {}

    record EnvoyJson(
            String node, long ackedRevision, @Nullable String nack) {}

    /** @param kind {@code R}, {@code G} or {@code C}: only R zones have shards */
    record RegionZoneJson(String name, String kind, long shards) {}

    @GET
    @ApiOperation("How the regions are; what nobody has told is null")
    public List<RegionJson> listRegions() throws InterruptedException {
        ControlState state = api.read();
        return state.declared().stream()
                .flatMap(declared -> declared.topology().regions().stream()
                        .map(region -> region(state, declared.topology(), region)))
                .toList();
    }

    /** @param group of the store @param life that it is in from now on @param logLost nobody waits for what the log of the life before may still hold */
    record StoreLifeJson(String region, String group, int life, boolean logLost) {}

    private record Wish(String group, boolean logLost) {}

    /** Takes two persons. */
    @POST
    @Path("/{region}/begin-anew")
    @Consumes(MediaType.WILDCARD)
    @ApiOperation(
            value =
                    "Gives a store up whose database is gone for good, so that an empty one may follow it; asked once more with logLost, what is left of its log, too",
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {NO_TOPOLOGY, UNKNOWN_REGION, STORE_NOT_GONE, LIMIT_REACHED})
    public StoreLifeJson beginAnew(
            @PathParam("region") String region,
            @RequestBody(ref = "BeginAnew") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "beginning anew is {\"group\":\"main\",\"logLost\":false}, both of which may be left out",
                Set.of("group", "logLost"),
                RegionResource::read);
        String group = wish.group().isEmpty() ? onlyGroup(api.read()) : wish.group();
        var command = new Command.BeginAnew(options.key(), clock.instant(), RegionId.of(region), group, wish.logLost());
        Api.Came came = api.change(command, options);
        RegionLease lease = came.then().lease(command.region(), group).orElseThrow();
        return new StoreLifeJson(region, group, lease.life(), lease.logLost());
    }

    private static Wish read(JsonNode document, List<Problem.Fault> faults) {
        JsonNode group = document.path("group");
        JsonNode logLost = document.path("logLost");
        if (!group.isMissingNode() && !group.isTextual()) {
            faults.add(new Problem.Fault("/group", "a text, the name of the store group"));
        }
        if (!logLost.isMissingNode() && !logLost.isBoolean()) {
            faults.add(new Problem.Fault("/logLost", "true or false"));
        }
        return new Wish(group.asText(""), logLost.asBoolean());
    }

    private static String onlyGroup(ControlState state) {
        List<String> groups = state.declared().stream()
                .flatMap(declared -> declared.topology().storeGroups().stream())
                .map(Topology.StoreGroup::name)
                .toList();
        if (groups.size() > 1) {
            throw new RefusedException(ProblemType.INVALID_ARGUMENT, "which store group: " + String.join(", ", groups));
        }
        return groups.isEmpty() ? "" : groups.getFirst();
    }

    private RegionJson region(ControlState state, Topology topology, Topology.Region region) {
        List<AgentJson> agents = topology.storeGroups().stream()
                .flatMap(group -> state.agentOf(region.id(), group.name()).stream())
                .map(RegionResource::agent)
                .toList();
        Optional<RegionLease> worst = topology.storeGroups().stream()
                .flatMap(group -> state.lease(region.id(), group.name()).stream())
                .max(Comparator.comparing(RegionLease::lease).thenComparing(RegionLease::data));
        return new RegionJson(
                region.id().name(),
                region.city(),
                voter(region.id()),
                topology.storeGroups().size() == 1 && !agents.isEmpty() ? agents.getFirst() : null,
                agents,
                router(state.routersOf(region.id()).toList()),
                topology.zones().stream()
                        .filter(zone -> zone.region().equals(region.id()))
                        .map(zone -> zone(state, zone))
                        .toList(),
                worst.map(lease -> new RegionLeaseJson(lease.lease().name(), lease.generation()))
                        .orElse(null),
                worst.map(lease -> lease.data().name()).orElse(null),
                topology.storeGroups().stream()
                        .flatMap(group -> state.lease(region.id(), group.name()).stream())
                        .mapToInt(RegionLease::life)
                        .max()
                        .orElse(1),
                state.seedings().unfit(region.id()).size(),
                returning(state, region.id()));
    }

    private static @Nullable ReturningJson returning(ControlState state, RegionId region) {
        List<Loss> losses = state.losses().stores().entrySet().stream()
                .filter(each -> each.getKey().region().equals(region))
                .map(Map.Entry::getValue)
                .toList();
        if (losses.isEmpty()) {
            return null;
        }
        List<Loss.Cut> cuts =
                losses.stream().flatMap(loss -> loss.cuts().values().stream()).toList();
        String problem =
                losses.stream().map(Loss::problem).filter(why -> !why.isEmpty()).collect(Collectors.joining("; "));
        return new ReturningJson(
                cuts.size(),
                cuts.stream().filter(cut -> cut.closed().isPresent()).count(),
                cuts.stream().filter(Loss.Cut::aligned).count(),
                cuts.stream().filter(Loss.Cut::done).count(),
                problem.isEmpty() ? null : problem);
    }

    private RegionVoterJson voter(RegionId region) {
        String voter = plane.node().voterOf(region.name());
        boolean leads = plane.node().leader().equals(Optional.of(voter));
        return new RegionVoterJson(leads, plane.node().hears(voter).orElse(null));
    }

    private static AgentJson agent(AgentObservation agent) {
        var lags = new TreeMap<String, Long>();
        agent.lagMillis().forEach((source, millis) -> lags.put(source.name(), millis));
        return new AgentJson(
                agent.group(),
                agent.connected(),
                agent.problem().isEmpty() ? null : agent.problem(),
                agent.healthKnown() ? agent.leaseRemainingMillis() : null,
                lags,
                agent.stopped().stream()
                        .map(shard -> new StoppedJson(
                                shard.shard().number(), shard.source().name(), shard.reason()))
                        .toList(),
                agent.flow().slot().map(RegionResource::slot).orElse(null),
                agent.flow().parkedShards());
    }

    private static SlotJson slot(AgentObservation.Slot slot) {
        return new SlotJson(
                slot.name(),
                slot.state(),
                slot.retainedBytes(),
                slot.leftBytes().orElse(null),
                slot.pressure().name());
    }

    /** Several routers of one region are shown as the one that is furthest behind. */
    private static @Nullable RouterJson router(List<RouterSession> routers) {
        if (routers.isEmpty()) {
            return null;
        }
        RouterSession behind =
                routers.stream().min(Comparator.comparing(RouterSession::hold)).orElseThrow();
        return new RouterJson(
                routers.stream().allMatch(RouterSession::connected),
                behind.hold().number(),
                routers.stream()
                        .flatMap(router -> router.envoys().stream())
                        .map(envoy -> new EnvoyJson(
                                envoy.node(),
                                envoy.acked().number(),
                                envoy.nack().isEmpty() ? null : envoy.nack()))
                        .toList());
    }

    private static RegionZoneJson zone(ControlState state, Topology.Zone zone) {
        long shards = state.shards().stream()
                .filter(shard -> shard.zone().equals(zone.id()))
                .count();
        return new RegionZoneJson(zone.id().name(), zone.kind().name(), shards);
    }
}
