package io.meridian.simulation;

import io.meridian.control.command.Command;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.simulation.agent.SimAgent;
import io.meridian.simulation.agent.Site;
import io.meridian.simulation.control.ControlLog;
import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.judge.Truth;
import io.meridian.simulation.router.SimEdge;
import io.meridian.simulation.router.SimRouter;
import io.meridian.simulation.rules.Rules;
import io.meridian.simulation.store.Gates;
import io.meridian.simulation.store.LogForm;
import io.meridian.simulation.store.SimStore;
import io.meridian.simulation.store.Topics;
import io.meridian.simulation.store.Writers;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Three whole regions, as far as the protocol sees them, and the hands that do {@link Step}s to them. */
final class World {
    static final int SHARDS = 8;
    static final int PARTITIONS = 2;
    /** The greatest rate at which a clock may be wrong. */
    static final double DRIFT = 0.005;

    private static final List<RegionId> REGIONS =
            List.of(RegionId.of("east"), RegionId.of("west"), RegionId.of("north"));
    private static final Plan.MoveLimits LIMITS =
            new Plan.MoveLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 4);

    /** What stands in one region. */
    record Region(
            RegionId id,
            ControlNode node,
            SimStore store,
            Gates gates,
            Writers writers,
            Topics topics,
            SimAgent agent,
            Machine agentMachine,
            SimRouter router,
            SimEdge edge) {}

    final Scheduler scheduler;
    final Links<RegionId> links;
    final Trace trace;
    final Truth truth = new Truth();
    final Rules rules;
    final ControlLog log;
    final SortedMap<RegionId, Region> regions = new TreeMap<>();
    private int keys;

    World(long seed, Rules rules, io.meridian.simulation.control.LogListener listener) {
        this.rules = rules;
        this.scheduler = new Scheduler(seed);
        this.links = new Links<>(scheduler);
        this.trace = new Trace(scheduler);
        this.log = new ControlLog(scheduler, links, rules, trace, listener);
        build();
        scheduler.after(500_000, this::declare);
    }

    private void build() {
        var nodes = new ArrayList<ControlNode>();
        var stores = new TreeMap<RegionId, SimStore>();
        var gates = new TreeMap<RegionId, Gates>();
        var writers = new TreeMap<RegionId, Writers>();
        var topics = new TreeMap<RegionId, Topics>();
        for (RegionId region : REGIONS) {
            nodes.add(new ControlNode(region, machine(region + "/node"), log, rules));
            Machine database = machine(region + "/store");
            var store = new SimStore(region, database, SHARDS, scheduler, rules, truth, trace);
            var gate = new Gates(database, scheduler, rules);
            stores.put(region, store);
            gates.put(region, gate);
            writers.put(region, new Writers(store, gate, scheduler, rules, trace));
            topics.put(region, new Topics(scheduler, PARTITIONS));
        }
        for (int number = 0; number < REGIONS.size(); number++) {
            RegionId region = REGIONS.get(number);
            var ownFirst = new ArrayList<ControlNode>();
            for (int other = 0; other < nodes.size(); other++) {
                ownFirst.add(nodes.get((number + other) % nodes.size()));
            }
            Machine agentMachine = machine(region + "/agent");
            var agent = new SimAgent(new Site(
                    region,
                    agentMachine,
                    of(stores, region),
                    of(gates, region),
                    ownFirst,
                    topics,
                    PARTITIONS,
                    SHARDS,
                    scheduler,
                    links,
                    rules,
                    trace));
            var router = new SimRouter(region, machine(region + "/router"), ownFirst, scheduler, links, rules, trace);
            var edge = new SimEdge(router, writers, zones(), scheduler, links);
            regions.put(
                    region,
                    new Region(
                            region,
                            nodes.get(number),
                            of(stores, region),
                            of(gates, region),
                            of(writers, region),
                            of(topics, region),
                            agent,
                            agentMachine,
                            router,
                            edge));
        }
    }

    private Machine machine(String name) {
        double rate = 1 + DRIFT * (2 * scheduler.random().fraction() - 1);
        return new Machine(
                scheduler, name, rate, 1_000_000_000L + scheduler.random().below(200_000));
    }

    private static <V> V of(SortedMap<RegionId, V> map, RegionId region) {
        V found = map.get(region);
        if (found == null) {
            throw new IllegalStateException("nothing in " + region);
        }
        return found;
    }

    Region region(String name) {
        return of(regions, RegionId.of(name));
    }

    static Topology topology() {
        var gateways = new ArrayList<Topology.Gateway>();
        REGIONS.forEach(from -> REGIONS.stream()
                .filter(to -> !to.equals(from))
                .forEach(to -> gateways.add(new Topology.Gateway(from, to, to + ":1"))));
        return new Topology(
                "world",
                SHARDS,
                REGIONS.stream()
                        .map(region -> new Topology.Region(region, region + "-city"))
                        .toList(),
                List.of(new Topology.StoreGroup("main", PARTITIONS)),
                zones().entrySet().stream()
                        .map(zone -> new Topology.Zone(zone.getKey(), zone.getValue(), 1, List.of("127.0.0.1:1")))
                        .toList(),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(LogForm.ACCOUNT),
                gateways);
    }

    private static SortedMap<ZoneId, RegionId> zones() {
        var zones = new TreeMap<ZoneId, RegionId>();
        REGIONS.forEach(region -> zones.put(ZoneId.of(region + "-1"), region));
        zones.put(ZoneId.of("east-2"), REGIONS.getFirst());
        return zones;
    }

    private Instant now() {
        return Instant.ofEpochSecond(1_000, scheduler.nowMicros() * 1_000);
    }

    private String nextKey() {
        return "key-" + ++keys;
    }

    private void declare() {
        log.submit(REGIONS.getFirst(), new Command.ApplyTopology("topology", now(), topology()), outcome -> {
            if (outcome instanceof io.meridian.simulation.control.Outcome.Unknown) {
                declare();
            }
        });
    }

    void perform(Step step) {
        trace.add("step", step.toString().strip());
        long micros = step.lastsMillis() * 1_000;
        switch (step.kind()) {
            case MOVE -> submit(new Command.StartMove(nextKey(), now(), step.where(), step.other(), LIMITS));
            case CANCEL -> {
                List<Run> active = log.committed().activeRuns();
                if (!active.isEmpty()) {
                    submit(new Command.CancelRun(
                            nextKey(), now(), active.getLast().id()));
                }
            }
            case CRASH_AGENT -> {
                Region region = region(step.where());
                if (region.agentMachine.up()) {
                    region.agent.crash(filesLost(step));
                    scheduler.after(micros, region.agent::restart);
                }
            }
            case CRASH_ROUTER -> {
                SimRouter router = region(step.where()).router;
                if (router.machine().up()) {
                    router.crash(filesLost(step));
                    scheduler.after(micros, router::restart);
                }
            }
            case CRASH_NODE -> {
                ControlNode node = region(step.where()).node;
                if (node.machine().up()) {
                    node.crash();
                    scheduler.after(micros, node::restart);
                }
            }
            case PAUSE_AGENT -> region(step.where()).agentMachine.pause(micros);
            case PAUSE_ROUTER -> region(step.where()).router.machine().pause(micros);
            case PAUSE_NODE -> region(step.where()).node.machine().pause(micros);
            case ISOLATE ->
                REGIONS.stream()
                        .filter(other -> !other.name().equals(step.where()))
                        .forEach(other -> links.down(RegionId.of(step.where()), other, micros));
            case CUT_LINK -> links.down(RegionId.of(step.where()), RegionId.of(step.other()), micros);
            case RESTART_STORE -> region(step.where()).gates.restart();
            case KAFKA_TROUBLE -> region(step.where()).topics.trouble(micros);
            case STORE_REFUSES -> region(step.where()).store.refuseFor(micros);
        }
    }

    static List<ShardId> shards(Step move) {
        return switch (ShardSet.read(move.where(), SHARDS)) {
            case ShardSet.Reading.Read read -> List.copyOf(read.shards());
            case ShardSet.Reading.Refused refused ->
                throw new IllegalStateException(refused.why().detail());
        };
    }

    private static int filesLost(Step step) {
        return step.other().isEmpty() ? 0 : Integer.parseInt(step.other());
    }

    /** A person asks some node; whoever gets no answer looks what became of it. */
    private void submit(Command command) {
        log.submit(REGIONS.get(scheduler.random().below(REGIONS.size())), command, _ -> {});
    }
}
