package io.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the regions are. */
@Command(name = "regions", description = "Shows the regions: control plane, agent, lease, lag, router, Envoys, zones.")
final class RegionsCommand implements Callable<Integer> {
    private static final String UNKNOWN = "?";

    @Mixin
    private final ApiOptions options = new ApiOptions();

    @Option(names = "--json", description = "The control plane's answer.")
    private boolean json;

    private final Surroundings around;

    RegionsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var api = options.connect(around)) {
            JsonNode answer = api.get("/regions");
            var console = new Console(around);
            if (json) {
                console.json(answer);
            } else {
                print(console, Documents.listOf(answer, Region[].class));
            }
            return ExitCode.DONE.number();
        }
    }

    private static void print(Console console, List<Region> regions) {
        List<List<String>> rows =
                regions.stream().flatMap(region -> rows(region).stream()).toList();
        console.table(List.of("REGION", "CITY", "VOTER", "AGENT", "LEASE", "LAG", "ROUTER", "ENVOYS", "ZONES"), rows);
        regions.forEach(region -> troubles(region).forEach(trouble -> console.line(console.bad("! ") + trouble)));
    }

    /** One per agent; what belongs to the region stands in the first only. */
    private static List<List<String>> rows(Region region) {
        List<Region.@Nullable Agent> agents = region.eachAgent();
        List<List<String>> rows = new ArrayList<>();
        for (Region.@Nullable Agent agent : agents) {
            boolean first = rows.isEmpty();
            String group = agents.size() > 1 && agent != null && agent.group() != null ? agent.group() + " " : "";
            rows.add(List.of(
                    first ? region.name() : "",
                    first ? Objects.requireNonNullElse(region.city(), UNKNOWN) : "",
                    first ? voter(region.voter()) : "",
                    group + connected(agent == null ? null : agent.connected()),
                    lease(agent),
                    lag(agent),
                    first
                            ? connected(
                                    region.router() == null
                                            ? null
                                            : region.router().connected())
                            : "",
                    first ? envoys(region.router()) : "",
                    first ? zones(region) : ""));
        }
        return rows;
    }

    private static String envoys(Region.@Nullable Router router) {
        return router == null ? UNKNOWN : Integer.toString(router.envoys().size());
    }

    private static String voter(Region.@Nullable Voter voter) {
        if (voter == null) {
            return UNKNOWN;
        }
        return Boolean.TRUE.equals(voter.leader()) ? "leader" : connected(voter.connected());
    }

    private static String connected(@Nullable Boolean connected) {
        return connected == null ? UNKNOWN : connected ? "connected" : "gone";
    }

    private static String lease(Region.@Nullable Agent agent) {
        return agent == null || agent.leaseRemainingMillis() == null
                ? UNKNOWN
                : RunReport.time(agent.leaseRemainingMillis());
    }

    private static String lag(Region.@Nullable Agent agent) {
        Map<String, @Nullable Long> lags = agent == null ? null : agent.lagMillis();
        if (lags == null || lags.isEmpty()) {
            return UNKNOWN;
        }
        return new TreeMap<>(lags)
                .entrySet().stream()
                        .map(lag -> lag.getKey() + " "
                                + (lag.getValue() == null || lag.getValue() < 0
                                        ? UNKNOWN
                                        : RunReport.time(lag.getValue())))
                        .collect(Collectors.joining(", "));
    }

    private static String zones(Region region) {
        return region.zones().stream()
                .map(zone -> zone.name() + " " + (zone.sharded() ? zone.shards() : zone.kind()))
                .collect(Collectors.joining(", "));
    }

    private static String rejoining(Region region) {
        Region.@Nullable Returning returning = region.returning();
        String told = region.name() + " was lost and owns nothing until it has rejoined";
        if (returning == null) {
            return told;
        }
        String problem = returning.problem() == null || returning.problem().isEmpty() ? "" : ": " + returning.problem();
        return told + ": of " + returning.shards() + " shards " + returning.closed() + " closed there, "
                + returning.aligned() + " aligned, " + returning.settled() + " settled" + problem;
    }

    private static List<String> troubles(Region region) {
        List<String> troubles = new ArrayList<>();
        if ("REJOINING".equals(region.data())) {
            troubles.add(rejoining(region));
        }
        if (region.unseeded()) {
            troubles.add(region.name() + " is new and owns nothing before it has copies of all shards ("
                    + region.unfitShards() + " are missing): ./meridian region bootstrap " + region.name());
        } else if (region.unfitShards() > 0) {
            troubles.add(region.name() + " has no whole copies of " + region.unfitShards()
                    + " shards and cannot come to own them: ./meridian seedings, ./meridian seed");
        }
        for (Region.@Nullable Agent agent : region.eachAgent()) {
            if (agent == null) {
                continue;
            }
            String problem = agent.problem();
            if (problem != null && !problem.isEmpty()) {
                String group = region.agent() == null ? " of group " + agent.group() : "";
                troubles.add(region.name() + "'s agent" + group + ": " + problem);
            }
            Region.@Nullable Slot slot = agent.slot();
            if (slot != null && "HIGH".equals(slot.pressure())) {
                troubles.add(region.name() + "'s slot " + slot.name() + " holds back " + slot.retainedBytes()
                        + " bytes of the store's log"
                        + (slot.leftBytes() == null ? "" : ", and is given up after " + slot.leftBytes() + " more"));
            }
            agent.stopped()
                    .forEach(stopped -> troubles.add(region.name() + " applies nothing more of shard " + stopped.shard()
                            + " from " + stopped.source() + ": " + stopped.reason()));
        }
        if (region.router() != null) {
            for (Region.Envoy envoy : region.router().envoys()) {
                if (envoy.nack() != null && !envoy.nack().isEmpty()) {
                    troubles.add(envoy.node() + " refused its routes: " + envoy.nack());
                }
            }
        }
        return troubles;
    }
}
