package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The real decisions, and small models of everything else (as in model/m10): stores with fence rows and copies, agents that know an old or the
 * newest state, routers, and a bag of reports that arrive late, twice and in any order. One random step at a time; invariants after each.
 */
final class World {
    private static final int SHARDS = 4;
    private static final List<RegionId> REGIONS =
            List.of(RegionId.of("east"), RegionId.of("west"), RegionId.of("north"));
    private static final Plan.MoveLimits LIMITS = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 2);

    private final Random random;
    private final Map<RegionId, Store> stores = new TreeMap<>();
    private final List<Command> bag = new ArrayList<>();
    private final List<ControlState> history = new ArrayList<>();
    private final Map<String, Ownership.Grant> granted = new HashMap<>();
    private final Set<String> walked = new TreeSet<>();
    private ControlState state = ControlState.empty();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long lsn = 100;
    private int keys;

    /** What one region's database holds of one shard. */
    private static final class Row {
        Epoch epoch = Epoch.NEVER;
        boolean open;
        Epoch owned = Epoch.NEVER;
        Optional<Position> closedAt = Optional.empty();
        Optional<Position> openedAt = Optional.empty();
    }

    private record Item(Epoch epoch, Position position, char kind) {}

    private static final class Store {
        final Map<ShardId, Row> rows = new HashMap<>();
        /** Own stream per shard, in order. */
        final Map<ShardId, List<Item>> stream = new HashMap<>();
        /** What this region's copy of each shard consists of, own records too. */
        final Map<ShardId, List<Item>> copy = new HashMap<>();

        ControlState known = ControlState.empty();
        long routerKnows;
    }

    World(long seed) {
        random = new Random(seed);
        REGIONS.forEach(region -> stores.put(region, new Store()));
        for (Store store : stores.values()) {
            for (int shard = 0; shard < SHARDS; shard++) {
                store.rows.put(ShardId.of(shard), new Row());
                store.stream.put(ShardId.of(shard), new ArrayList<>());
                store.copy.put(ShardId.of(shard), new ArrayList<>());
            }
        }
        submit(new Command.ApplyTopology("t", tick(), topology()));
        REGIONS.forEach(this::observe);
    }

    private static Topology topology() {
        var zones = new ArrayList<Topology.Zone>();
        REGIONS.forEach(
                region -> zones.add(new Topology.Zone(ZoneId.of(region + "-1"), region, 1, List.of("127.0.0.1:1"))));
        zones.add(new Topology.Zone(ZoneId.of("east-2"), REGIONS.getFirst(), 0, List.of("127.0.0.1:1")));
        return new Topology(
                "world",
                SHARDS,
                REGIONS.stream().map(region -> new Topology.Region(region, "c")).toList(),
                List.of(new Topology.StoreGroup("main", 1)),
                zones,
                List.of(),
                List.of(),
                List.of());
    }

    private Instant tick() {
        now = now.plusMillis(1);
        return now;
    }

    void step() {
        RegionId region = REGIONS.get(random.nextInt(REGIONS.size()));
        ShardId shard = ShardId.of(random.nextInt(SHARDS));
        switch (random.nextInt(16)) {
            case 0 -> learn(region, random.nextInt(4) == 0);
            case 1, 2 -> close(region, shard);
            case 3, 4 -> open(region, shard);
            case 5 -> write(region, shard);
            case 6, 7, 8 -> apply(region, shard);
            case 9, 10 -> report(region);
            case 11 -> route(region);
            case 12 -> late();
            case 13 -> operator(random.nextInt(5));
            case 14 -> learn(region, false);
            default -> clock();
        }
        check();
    }

    /** No more faults and nobody who changes his mind: every run has to end and every shard to be writable. */
    void settle() {
        letGo();
        for (int round = 0; round < 60; round++) {
            for (RegionId region : REGIONS) {
                learn(region, false);
                for (int number = 0; number < SHARDS; number++) {
                    ShardId shard = ShardId.of(number);
                    close(region, shard);
                    for (int record = 0; record < 40; record++) {
                        apply(region, shard);
                    }
                    open(region, shard);
                }
                report(region);
                route(region);
                check();
            }
        }
        patience();
        for (Run run : state.runs()) {
            assertThat(run.ended()).as("%s ended: %s", run.id(), run.state()).isTrue();
            assertThat(RunFacts.of(run))
                    .as("certificate of %s", run)
                    .hasValueSatisfying(facts ->
                            assertThat(Consistency.of(facts).contradictions()).isEmpty());
        }
        for (ShardState shard : state.shards()) {
            Ownership.Grant grant = (Ownership.Grant) shard.ownership();
            Row row = row(grant.owner(), shard.shard());
            assertThat(row.open && row.epoch.equals(grant.epoch()))
                    .as("%s has a writer", shard)
                    .isTrue();
            List<Item> truth = copy(grant.owner(), shard.shard());
            for (RegionId region : REGIONS) {
                assertThat(copy(region, shard.shard()))
                        .as("copy in %s of %s", region, shard)
                        .isEqualTo(truth);
            }
            long written = REGIONS.stream()
                    .flatMap(region -> stream(region, shard.shard()).stream())
                    .filter(item -> item.kind() == 'W')
                    .count();
            assertThat(truth.stream().filter(item -> item.kind() == 'W').count())
                    .as("acknowledged writes of %s in the lineage", shard)
                    .isEqualTo(written);
        }
    }

    private void patience() {
        for (int round = 0; round < 8; round++) {
            clockOf(SwitchTable.Deadline.PATIENCE);
            clockOf(SwitchTable.Deadline.LIMIT);
            REGIONS.forEach(region -> {
                learn(region, false);
                for (int shard = 0; shard < SHARDS; shard++) {
                    close(region, ShardId.of(shard));
                    for (int record = 0; record < 40; record++) {
                        apply(region, ShardId.of(shard));
                    }
                    open(region, ShardId.of(shard));
                }
                report(region);
                route(region);
            });
            check();
        }
    }

    private void check() {
        for (ShardState shard : state.shards()) {
            long writers = REGIONS.stream()
                    .filter(region -> row(region, shard.shard()).open)
                    .count();
            assertThat(writers).as("writers of %s", shard).isLessThanOrEqualTo(1);
            if (shard.ownership() instanceof Ownership.Withdrawal) {
                assertThat(shard.frozenBy())
                        .as("%s is withdrawn, so its requests wait", shard)
                        .isPresent();
            }
            if (shard.ownership() instanceof Ownership.Grant grant) {
                Ownership.Grant same = granted.putIfAbsent(shard.shard() + "/" + grant.epoch(), grant);
                assertThat(same == null || same.equals(grant))
                        .as("one grant per epoch: %s", grant)
                        .isTrue();
                checkBase(grant);
                if (shard.frozenBy().isEmpty() && grant.epoch().isAbove(Epoch.FIRST)) {
                    Row row = row(grant.owner(), shard.shard());
                    assertThat(row.open && row.epoch.equals(grant.epoch()))
                            .as("%s is released, so its owner is open", shard)
                            .isTrue();
                }
            }
        }
    }

    /** The base of an owned epoch is the CLOSE that stands in the stream of the epoch it names, and nothing of that epoch lies behind it. */
    private void checkBase(Ownership.Grant grant) {
        if (grant.base() instanceof Base.At at) {
            List<Item> epoch = stream(at.region(), grant.shard()).stream()
                    .filter(item -> item.epoch().equals(at.epoch()))
                    .toList();
            assertThat(epoch.getLast()).isEqualTo(new Item(at.epoch(), at.position(), 'C'));
        } else {
            assertThat(REGIONS.stream()
                            .flatMap(region -> stream(region, grant.shard()).stream())
                            .noneMatch(item -> grant.epoch().isAbove(item.epoch())))
                    .as("a grant on no base after records: %s", grant)
                    .isTrue();
        }
    }

    private void submit(Command command) {
        if (Decider.decide(state, command) instanceof Decision.Accepted accepted) {
            ControlState before = state;
            ControlState each = state;
            for (Event event : accepted.events()) {
                ControlState after = EventApplier.apply(each, event);
                if (event instanceof Event.RunEntered entered) {
                    walked.add(place(each, entered) + " " + place(after, entered));
                }
                each = after;
            }
            state = EventApplier.applyAll(state, accepted.events());
            if (state != before) {
                history.add(state);
            }
        }
    }

    private static Place place(ControlState in, Event.RunEntered entered) {
        return Place.of(in.run(entered.run()).orElseThrow().state());
    }

    /** The rows of the table that were taken, each {@code FROM TO}. */
    Set<String> walked() {
        return walked;
    }

    /** Agents are level-triggered, but may work by an old picture: a lagging node, a restart from disk. */
    private void learn(RegionId region, boolean old) {
        store(region).known = old ? history.get(random.nextInt(history.size())) : state;
    }

    private void close(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        long known = known(region, shard).epoch().number();
        Epoch withdrawal = Epoch.of(known % 2 == 0 ? known : known - 1);
        if (!withdrawal.isAbove(row.epoch)) {
            return;
        }
        if (row.open) {
            Item close = append(region, shard, row.owned, 'C');
            row.open = false;
            row.closedAt = Optional.of(close.position());
        }
        row.epoch = withdrawal;
    }

    private void open(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        if (!(known(region, shard) instanceof Ownership.Grant grant)
                || !grant.owner().equals(region)
                || row.open
                || !grant.epoch().isAbove(row.epoch)) {
            return;
        }
        List<Item> copy = copy(region, shard);
        boolean baseIn = switch (grant.base()) {
            case Base.None _ -> copy.isEmpty();
            case Base.At at -> !copy.isEmpty() && copy.getLast().position().equals(at.position());
        };
        if (!baseIn) {
            return;
        }
        row.open = true;
        row.epoch = grant.epoch();
        row.owned = grant.epoch();
        row.closedAt = Optional.empty();
        row.openedAt = Optional.of(append(region, shard, grant.epoch(), 'O').position());
    }

    private void write(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        if (row.open) {
            append(region, shard, row.owned, 'W');
        }
    }

    private Item append(RegionId region, ShardId shard, Epoch epoch, char kind) {
        var item = new Item(epoch, new Position(region.name(), ++lsn, 0), kind);
        stream(region, shard).add(item);
        copy(region, shard).add(item);
        return item;
    }

    /** The next record that some other region has and that continues this copy. */
    private void apply(RegionId region, ShardId shard) {
        List<Item> copy = copy(region, shard);
        for (RegionId source : REGIONS) {
            if (source.equals(region)) {
                continue;
            }
            List<Item> stream = stream(source, shard);
            for (int at = 0; at < stream.size(); at++) {
                Item item = stream.get(at);
                boolean next = item.kind() == 'O'
                        ? copy.isEmpty()
                                || (copy.getLast().kind() == 'C'
                                        && item.epoch().isAbove(copy.getLast().epoch()))
                        : !copy.isEmpty() && at > 0 && copy.getLast().equals(stream.get(at - 1));
                if (next && continues(copy, item, shard)) {
                    copy.add(item);
                    return;
                }
            }
        }
    }

    private boolean continues(List<Item> copy, Item item, ShardId shard) {
        if (item.kind() != 'O') {
            return true;
        }
        Ownership.Grant grant = granted.get(shard + "/" + item.epoch());
        return grant != null
                && switch (grant.base()) {
                    case Base.None _ -> copy.isEmpty();
                    case Base.At at ->
                        !copy.isEmpty() && copy.getLast().position().equals(at.position());
                };
    }

    private void report(RegionId region) {
        var rows = new ArrayList<Command.FenceSeen>();
        var heads = new ArrayList<Command.HeadSeen>();
        for (int number = 0; number < SHARDS; number++) {
            ShardId shard = ShardId.of(number);
            Row row = row(region, shard);
            boolean captured = random.nextInt(4) > 0;
            rows.add(new Command.FenceSeen(
                    shard,
                    row.epoch,
                    row.open,
                    row.owned,
                    captured ? row.closedAt : Optional.empty(),
                    captured ? row.openedAt : Optional.empty()));
            List<Item> copy = copy(region, shard);
            if (!copy.isEmpty()) {
                heads.add(new Command.HeadSeen(
                        shard, copy.getLast().epoch(), copy.getLast().position()));
            }
        }
        deliver(new Command.Report(tick(), region, rows, heads, List.of()));
    }

    private void route(RegionId region) {
        Store store = store(region);
        store.routerKnows = Math.max(store.routerKnows, store.known.revision().number());
        var envoys = List.of(new RouterSession.EnvoySeen("envoy", Revision.of(store.routerKnows), ""));
        deliver(new Command.Observe(
                tick(),
                List.of(),
                List.of(new RouterSession(
                        "r-" + region, "s", region, "n", true, true, Revision.of(store.routerKnows), envoys, 0))));
    }

    private void observe(RegionId region) {
        var lags = new TreeMap<RegionId, Long>();
        REGIONS.forEach(source -> lags.put(source, 1L));
        submit(new Command.Observe(
                tick(),
                List.of(new AgentObservation(
                        region,
                        "main",
                        "s",
                        "n",
                        true,
                        true,
                        true,
                        true,
                        "",
                        9000,
                        lags,
                        List.of(),
                        0,
                        new AgentObservation.Measures(true, lags, Optional.of(0L)))),
                List.of()));
        route(region);
    }

    /** Now, later, or both. */
    private void deliver(Command report) {
        int fate = random.nextInt(4);
        if (fate != 0) {
            submit(report);
        }
        if (fate <= 1) {
            bag.add(report);
        }
    }

    private void late() {
        if (!bag.isEmpty()) {
            submit(bag.get(random.nextInt(bag.size())));
        }
    }

    private void operator(int whim) {
        if (whim >= 3) {
            handle(random.nextInt(12));
        } else if (whim == 0 && random.nextInt(4) == 0 && !state.runs().isEmpty()) {
            submit(new Command.CancelRun(
                    "k" + ++keys, tick(), state.runs().getLast().id()));
        } else if (whim == 3) {
            severalTargets();
        } else if (whim <= 2) {
            int first = random.nextInt(SHARDS);
            int last = first + random.nextInt(SHARDS - first);
            int target = random.nextInt(REGIONS.size() + 1);
            String to = target == REGIONS.size() ? "east-2" : REGIONS.get(target) + "-1";
            submit(new Command.StartMove("k" + ++keys, tick(), first + "-" + last, to, LIMITS));
        }
    }

    /** A run of the kind that evacuations and rebalances make: each shard has its own target. */
    private void severalTargets() {
        var targets = new TreeMap<ShardId, Plan.Target>();
        for (ShardState shard : state.shards()) {
            RegionId to = REGIONS.get(random.nextInt(REGIONS.size()));
            boolean free = state.activeRuns().stream()
                    .flatMap(run -> run.plan().moves())
                    .noneMatch(move -> move.shard().equals(shard.shard()));
            if (free && !to.equals(shard.region())) {
                targets.put(shard.shard(), new Plan.Target(ZoneId.of(to + "-1"), to));
            }
        }
        if (!targets.isEmpty()) {
            String id = "mv-" + (state.runsMade() + 1);
            Plan plan = WaveLayout.plan(state.shards(), targets, LIMITS, Plan.Purpose.none());
            state = EventApplier.applyAll(state, List.of(new Event.RunPlanned(Run.planned(id, plan, tick()))));
            submit(new Command.Confirm(tick()));
        }
    }

    /** Pauses, brakes and whatever else people do to runs under way. */
    private void handle(int whim) {
        String run = state.runs().isEmpty()
                ? "mv-0"
                : state.runs().get(random.nextInt(state.runs().size())).id();
        switch (whim) {
            case 0 -> submit(new Command.PauseRun("k" + ++keys, tick(), run));
            case 1, 2, 3 -> submit(new Command.ResumeRun("k" + ++keys, tick(), run));
            case 4, 5 -> submit(new Command.RetryRun("k" + ++keys, tick(), run));
            case 6 -> submit(new Command.Brake("k" + ++keys, tick(), "a whim"));
            default -> submit(new Command.ReleaseBrake("k" + ++keys, tick()));
        }
    }

    /** Whoever paused or braked lets go. */
    private void letGo() {
        submit(new Command.ReleaseBrake("k" + ++keys, tick()));
        state.activeRuns().forEach(run -> submit(new Command.ResumeRun("k" + ++keys, tick(), run.id())));
    }

    private void clock() {
        if (random.nextInt(40) == 0) {
            clockOf(random.nextBoolean() ? SwitchTable.Deadline.PATIENCE : SwitchTable.Deadline.LIMIT);
        }
    }

    private void clockOf(SwitchTable.Deadline deadline) {
        for (Run run : state.activeRuns()) {
            submit(new Command.DeadlinePassed(tick(), run.id(), run.state().name(), run.wave(), deadline));
        }
    }

    private Store store(RegionId region) {
        Store store = stores.get(region);
        if (store == null) {
            throw new IllegalStateException("no store of " + region);
        }
        return store;
    }

    private Row row(RegionId region, ShardId shard) {
        Row row = store(region).rows.get(shard);
        if (row == null) {
            throw new IllegalStateException("no row of " + shard);
        }
        return row;
    }

    private List<Item> copy(RegionId region, ShardId shard) {
        List<Item> copy = store(region).copy.get(shard);
        if (copy == null) {
            throw new IllegalStateException("no copy of " + shard);
        }
        return copy;
    }

    private List<Item> stream(RegionId region, ShardId shard) {
        List<Item> stream = store(region).stream.get(shard);
        if (stream == null) {
            throw new IllegalStateException("no stream of " + shard);
        }
        return stream;
    }

    private Ownership known(RegionId region, ShardId shard) {
        ControlState known = store(region).known;
        return (known.shards().isEmpty() ? state : known).shard(shard).ownership();
    }

    String ended() {
        long done = state.runs().stream()
                .filter(run -> run.state() instanceof SwitchState.Done)
                .count();
        return state.runs().size() + " runs, " + done + " done";
    }
}
