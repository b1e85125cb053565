package io.meridian.simulation;

import io.meridian.control.command.Command;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.simulation.agent.SimAgent;
import io.meridian.simulation.agent.Site;
import io.meridian.simulation.control.ControlLog;
import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.control.Outcome;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Three or five whole regions, as far as the protocol sees them, and the hands that do {@link Step}s to them. */
final class World {
    static final int SHARDS = 8;
    static final int PARTITIONS = 2;
    /** The greatest rate at which a clock may be wrong. */
    static final double DRIFT = 0.005;

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

    private final List<RegionId> members;
    final Scheduler scheduler;
    final Links<RegionId> links;
    final Trace trace;
    final Truth truth = new Truth();
    final Rules rules;
    final ControlLog log;
    final SortedMap<RegionId, Region> regions = new TreeMap<>();
    private int keys;

    World(History history, Rules rules, io.meridian.simulation.control.LogListener listener) {
        this.rules = rules;
        this.members =
                History.regions(history.seed()).stream().map(RegionId::of).toList();
        this.scheduler = new Scheduler(history.seed());
        this.links = new Links<>(scheduler);
        this.trace = new Trace(scheduler);
        this.log = new ControlLog(scheduler, links, rules, trace, listener);
        build();
        scheduler.after(500_000, this::declare);
        if (History.losesRegions(history.seed())) {
            operate();
        }
    }

    private void build() {
        var nodes = new ArrayList<ControlNode>();
        var stores = new TreeMap<RegionId, SimStore>();
        var gates = new TreeMap<RegionId, Gates>();
        var writers = new TreeMap<RegionId, Writers>();
        var topics = new TreeMap<RegionId, Topics>();
        for (RegionId region : members) {
            nodes.add(new ControlNode(region, machine(region + "/node"), log, rules));
            Machine database = machine(region + "/store");
            var store = new SimStore(region, database, SHARDS, scheduler, rules, truth, trace);
            var gate = new Gates(database, scheduler, rules);
            stores.put(region, store);
            gates.put(region, gate);
            writers.put(region, new Writers(store, gate, scheduler, rules, trace));
            topics.put(region, new Topics(scheduler, PARTITIONS));
        }
        for (int number = 0; number < members.size(); number++) {
            RegionId region = members.get(number);
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

    Topology topology() {
        var gateways = new ArrayList<Topology.Gateway>();
        members.forEach(from -> members.stream()
                .filter(to -> !to.equals(from))
                .forEach(to -> gateways.add(new Topology.Gateway(from, to, to + ":1"))));
        return new Topology(
                "world",
                SHARDS,
                members.stream()
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

    private SortedMap<ZoneId, RegionId> zones() {
        var zones = new TreeMap<ZoneId, RegionId>();
        members.forEach(region -> zones.put(ZoneId.of(region + "-1"), region));
        zones.put(ZoneId.of("east-2"), members.getFirst());
        return zones;
    }

    private Instant now() {
        return Instant.ofEpochSecond(1_000, scheduler.nowMicros() * 1_000);
    }

    private String nextKey() {
        return "key-" + ++keys;
    }

    private void declare() {
        log.submit(members.getFirst(), new Command.ApplyTopology("topology", now(), topology()), outcome -> {
            if (outcome instanceof Outcome.Unknown) {
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
                    scheduler.after(micros, () -> restartAgent(region));
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
                members.stream()
                        .filter(other -> !other.name().equals(step.where()))
                        .forEach(other -> links.down(RegionId.of(step.where()), other, micros));
            case CUT_LINK -> links.down(RegionId.of(step.where()), RegionId.of(step.other()), micros);
            case RESTART_STORE -> {
                if (region(step.where()).store.machine().up()) {
                    region(step.where()).gates.restart();
                }
            }
            case KAFKA_TROUBLE -> region(step.where()).topics.trouble(micros);
            case STORE_REFUSES -> region(step.where()).store.refuseFor(micros);
            case LOSE_REGION -> lose(region(step.where()), micros);
            case FAILOVER -> failOver(step, scheduler.nowMicros() + micros);
        }
    }

    /** Everything of it stands still, its Kafka out of reach; what was committed and sent is there when it comes back. */
    private void lose(Region region, long micros) {
        members.stream()
                .filter(other -> !other.equals(region.id))
                .forEach(other -> links.down(region.id, other, micros));
        if (region.agentMachine.up()) {
            region.agent.crash(0);
            scheduler.after(micros, () -> restartAgent(region));
        }
        if (region.router.machine().up()) {
            region.router.crash(0);
            scheduler.after(micros, region.router::restart);
        }
        if (region.node.machine().up()) {
            region.node.crash();
            scheduler.after(micros, region.node::restart);
        }
        if (region.store.machine().up()) {
            region.gates.restart();
            region.store.machine().crash();
            scheduler.after(micros, () -> region.store.machine().start());
        }
    }

    /** Without its database it does nothing. */
    private void restartAgent(Region region) {
        if (region.store.machine().up()) {
            region.agent.restart();
        } else {
            scheduler.after(ASK_AGAIN_MICROS, () -> restartAgent(region));
        }
    }

    private static final long ASK_AGAIN_MICROS = 700_000;

    /** Until it is under way, or the person gives up. */
    private void failOver(Step step, long untilMicros) {
        RegionId lost = RegionId.of(step.where());
        var command = new Command.StartFailover(
                nextKey(),
                now(),
                lost,
                Optional.empty(),
                MaxLoss.none(),
                !step.other().isEmpty(),
                step.other().isEmpty() ? "" : "a person said so",
                LIMITS,
                ControlNode.LEASE,
                Duration.ofNanos(Writers.TRANSACTION_LIMIT_MICROS * 1_000));
        List<RegionId> others =
                members.stream().filter(other -> !other.equals(lost)).toList();
        log.submit(others.get(scheduler.random().below(others.size())), command, outcome -> {
            if (!(outcome instanceof Outcome.Committed) && scheduler.nowMicros() < untilMicros) {
                if (outcome instanceof Outcome.Refused refused) {
                    trace.add("person", "no failover: " + refused.why().detail());
                }
                scheduler.after(ASK_AGAIN_MICROS, () -> failOver(step, untilMicros));
            }
        });
    }

    private static final Duration OPERATOR_LOOKS = Duration.ofSeconds(5);

    /** A person who retries what needs somebody. */
    private void operate() {
        for (Run run : log.committed().activeRuns()) {
            if (run.state() instanceof SwitchState.NeedsOperator) {
                submit(new Command.RetryRun(nextKey(), now(), run.id(), false));
            }
        }
        scheduler.after(OPERATOR_LOOKS.toNanos() / 1_000, this::operate);
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
        log.submit(members.get(scheduler.random().below(members.size())), command, _ -> {});
    }
}
