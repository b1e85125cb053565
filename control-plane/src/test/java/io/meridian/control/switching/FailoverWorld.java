package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.GatherRequest;
import io.meridian.wire.mapping.OwnershipMapper;
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
 * The real decisions with regions that die and come back, beside models of stores (as in model/m2 and m5): rows, copies that are frozen for a gather and
 * turned back to a base, leases that are good until they were counted out. One random step at a time; invariants after each.
 */
final class FailoverWorld {
    private static final int SHARDS = 4;
    private static final List<RegionId> REGIONS = List.of(FailoverLab.EAST, FailoverLab.WEST, FailoverLab.NORTH);
    private static final Plan.MoveLimits LIMITS = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 4);

    private final Random random;
    private final Map<RegionId, Store> stores = new TreeMap<>();
    private final Map<String, Ownership.Grant> granted = new HashMap<>();
    private final Set<ShardId> cut = new TreeSet<>();
    private final Set<String> walked = new TreeSet<>();
    private final List<Command> bag = new ArrayList<>();
    private ControlState state = ControlState.empty();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long lsn = 100;
    private int keys;

    private static final class Row {
        Epoch epoch = Epoch.NEVER;
        boolean open;
        Epoch owned = Epoch.NEVER;
        Optional<Position> closedAt = Optional.empty();
        Optional<Position> openedAt = Optional.empty();
    }

    private record Item(RegionId region, Epoch epoch, Position position, char kind) {
        Base.At at() {
            return new Base.At(region, epoch, position);
        }
    }

    /** @param limit what may still be applied of {@code epoch} and before it: up to here; empty: nothing */
    private record Mark(Epoch epoch, Optional<Base.At> limit) {}

    private static final class Store {
        final Map<ShardId, Row> rows = new HashMap<>();
        final Map<ShardId, List<Item>> copy = new HashMap<>();
        final Map<ShardId, Mark> marks = new HashMap<>();
        ControlState known = ControlState.empty();
        boolean alive = true;
        /** Of the lease that the store has; it is good until the control plane has counted it out. */
        long generation = 1;
    }

    FailoverWorld(long seed) {
        random = new Random(seed);
        REGIONS.forEach(region -> {
            var store = new Store();
            for (int shard = 0; shard < SHARDS; shard++) {
                store.rows.put(ShardId.of(shard), new Row());
                store.copy.put(ShardId.of(shard), new ArrayList<>());
            }
            stores.put(region, store);
        });
        var zones = REGIONS.stream()
                .map(region -> MoveLab.zone(region + "-1", region, 1))
                .toList();
        submit(new Command.ApplyTopology(
                "t",
                tick(),
                new io.meridian.topology.Topology(
                        "world",
                        SHARDS,
                        REGIONS.stream()
                                .map(region -> new io.meridian.topology.Topology.Region(region, "c"))
                                .toList(),
                        List.of(new io.meridian.topology.Topology.StoreGroup("main", 1)),
                        zones,
                        List.of(),
                        List.of(),
                        List.of())));
        REGIONS.forEach(this::observe);
        check();
    }

    private Instant tick() {
        now = now.plusMillis(1);
        return now;
    }

    void step() {
        RegionId region = REGIONS.get(random.nextInt(REGIONS.size()));
        ShardId shard = ShardId.of(random.nextInt(SHARDS));
        int what = random.nextInt(24);
        if (store(region).alive) {
            switch (what) {
                case 0, 1, 2 -> learn(region);
                case 3, 4 -> close(region, shard);
                case 5, 6 -> open(region, shard);
                case 7, 8 -> write(region, shard);
                case 9, 10, 11, 12 -> apply(region, shard);
                case 13, 14, 15 -> report(region);
                case 16 -> route(region);
                case 17, 18 -> gather(region);
                default -> {}
            }
        }
        switch (what) {
            case 19 -> disaster(region);
            case 20 -> people();
            case 0 -> hurry();
            case 21, 22 -> clock();
            case 23 -> {
                if (!bag.isEmpty()) {
                    submit(bag.get(random.nextInt(bag.size())));
                }
            }
            default -> {}
        }
        check();
    }

    /** Everybody is there and does what there is to do: every run ends, every region is in line and every shard has a writer. */
    void settle() {
        REGIONS.forEach(region -> store(region).alive = true);
        REGIONS.forEach(this::observe);
        for (int round = 0; round < 60; round++) {
            for (RegionId region : REGIONS) {
                everything(region);
                check();
            }
            if (round % 4 == 3) {
                for (Standing standing : Standing.of(state, tick())) {
                    standing.then()
                            .filter(then -> !(then instanceof Command.Lapse))
                            .ifPresent(this::submit);
                    check();
                }
                state.activeRuns().stream()
                        .filter(run -> Place.of(run.state()) == Place.GATHERING_STUCK)
                        .forEach(run -> submit(new Command.RetryRun("k" + ++keys, tick(), run.id(), true)));
            }
        }
        for (Run run : state.runs()) {
            assertThat(run.ended()).as("%s ended: %s", run.id(), run.state()).isTrue();
            assertThat(RunFacts.of(run))
                    .as("certificate of %s", run)
                    .hasValueSatisfying(facts ->
                            assertThat(Consistency.of(facts).contradictions()).isEmpty());
        }
        assertThat(state.losses().stores()).as("all are back: %s", picture()).isEmpty();
        for (ShardState shard : state.shards()) {
            Ownership.Grant grant = (Ownership.Grant) shard.ownership();
            Row row = row(grant.owner(), shard.shard());
            assertThat(row.open && row.epoch.equals(grant.epoch()) && mayWrite(grant.owner()))
                    .as("%s has a writer", shard)
                    .isTrue();
            List<Item> truth = copy(grant.owner(), shard.shard());
            for (RegionId region : REGIONS) {
                assertThat(copy(region, shard.shard()))
                        .as("copy in %s of %s", region, shard)
                        .isEqualTo(truth);
            }
        }
    }

    private String picture() {
        var text = new StringBuilder();
        for (int number = 0; number < SHARDS; number++) {
            ShardId shard = ShardId.of(number);
            text.append("\n").append(state.shard(shard));
            for (RegionId region : REGIONS) {
                text.append("\n  ")
                        .append(region)
                        .append(" row ")
                        .append(row(region, shard).epoch)
                        .append(row(region, shard).open ? " OPEN" : "")
                        .append(" mark ")
                        .append(store(region).marks.get(shard))
                        .append(": ");
                copy(region, shard)
                        .forEach(item -> text.append(item.region())
                                .append(item.epoch())
                                .append(item.kind())
                                .append(item.position().lsn())
                                .append(' '));
            }
        }
        granted.forEach(
                (key, grant) -> text.append("\n").append(key).append(" on ").append(grant.base()));
        state.losses()
                .stores()
                .forEach((store, loss) -> text.append("\n")
                        .append(store)
                        .append(" ")
                        .append(loss.verification())
                        .append(" ")
                        .append(loss.problem())
                        .append(" ")
                        .append(state.leases().get(store)));
        state.runningVerification().ifPresent(text::append);
        return text.toString();
    }

    private void everything(RegionId region) {
        learn(region);
        for (int number = 0; number < SHARDS; number++) {
            ShardId shard = ShardId.of(number);
            close(region, shard);
            for (int record = 0; record < 60; record++) {
                apply(region, shard);
            }
            open(region, shard);
        }
        gather(region);
        report(region);
        route(region);
    }

    private void check() {
        for (ShardState shard : state.shards()) {
            List<RegionId> writers = REGIONS.stream()
                    .filter(region -> row(region, shard.shard()).open && mayWrite(region))
                    .toList();
            assertThat(writers).as("writers of %s", shard).hasSizeLessThanOrEqualTo(1);
            if (shard.ownership() instanceof Ownership.Grant grant
                    && granted.putIfAbsent(shard.shard() + "/" + grant.epoch(), grant) == null) {
                newGrant(grant);
            }
            if (shard.ownership() instanceof Ownership.Withdrawal) {
                assertThat(shard.frozenBy())
                        .as("%s is withdrawn, so its requests wait", shard)
                        .isPresent();
            }
        }
    }

    /** Whoever is granted a shard has all up to the base and nothing behind it, and nobody who might still write is left. */
    private void newGrant(Ownership.Grant grant) {
        List<Item> copy = copy(grant.owner(), grant.shard());
        switch (grant.base()) {
            case Base.None _ -> assertThat(copy).as("%s", grant).isEmpty();
            case Base.At at -> {
                assertThat(copy).as("%s", grant).isNotEmpty();
                assertThat(copy.getLast().at()).as("%s", grant).isEqualTo(at);
                boolean close = copy.getLast().kind() == 'C';
                boolean lostMore = REGIONS.stream()
                        .flatMap(region -> copy(region, grant.shard()).stream())
                        .anyMatch(item -> !copy.contains(item));
                if (lostMore) {
                    assertThat(state.losses().unclean())
                            .as(
                                    "%s leaves something behind, CLOSE or not (%s), so orphans are looked out for",
                                    grant, close)
                            .contains(grant.shard());
                    cut.add(grant.shard());
                }
            }
        }
        for (RegionId region : REGIONS) {
            assertThat(row(region, grant.shard()).open && mayWrite(region))
                    .as("%s may still write when %s is made", region, grant)
                    .isFalse();
        }
    }

    private void submit(Command command) {
        if (Decider.decide(state, command) instanceof Decision.Accepted accepted) {
            ControlState each = state;
            for (Event event : accepted.events()) {
                ControlState after = EventApplier.apply(each, event);
                if (event instanceof Event.RunEntered entered) {
                    walked.add(Place.of(each.run(entered.run()).orElseThrow().state()) + " "
                            + Place.of(after.run(entered.run()).orElseThrow().state()));
                }
                each = after;
            }
            state = EventApplier.applyAll(state, accepted.events());
        }
    }

    Set<String> walked() {
        return walked;
    }

    int cuts() {
        return cut.size();
    }

    /** Good until it was counted out, and what it admitted may commit until survivors are asked. */
    private boolean mayWrite(RegionId region) {
        RegionLease lease = state.lease(region, "main").orElseThrow();
        boolean counted = lease.lease() == RegionLease.Lease.EXPIRED;
        boolean admitted = state.activeRuns().stream()
                .anyMatch(run -> run.state() instanceof SwitchState.Expiring
                        && run.failover().orElseThrow().region().equals(region));
        return store(region).generation == lease.generation() && (!counted || admitted);
    }

    private void learn(RegionId region) {
        store(region).known = state;
        RegionLease lease = state.lease(region, "main").orElseThrow();
        if (lease.lease() == RegionLease.Lease.ACTIVE && lease.generation() > store(region).generation) {
            // A renewal: every row is at the newest withdrawal first.
            for (int shard = 0; shard < SHARDS; shard++) {
                close(region, ShardId.of(shard));
            }
            store(region).generation = lease.generation();
        }
    }

    private void close(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        Ownership known = known(region, shard);
        if (known instanceof Ownership.Grant grant
                && grant.owner().equals(region)
                && row.open
                && row.owned.equals(grant.epoch())) {
            return;
        }
        long number = known.epoch().number();
        Epoch withdrawal = Epoch.of(number % 2 == 0 ? number : number - 1);
        if (!withdrawal.isAbove(row.epoch)) {
            return;
        }
        if (row.open) {
            row.closedAt = Optional.of(append(region, shard, row.owned, 'C').position());
            row.open = false;
        }
        row.epoch = withdrawal;
    }

    private void open(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        if (!(known(region, shard) instanceof Ownership.Grant grant)
                || !grant.owner().equals(region)
                || row.open
                || !grant.epoch().isAbove(row.epoch)
                || !at(copy(region, shard), grant.base())) {
            return;
        }
        row.open = true;
        row.epoch = grant.epoch();
        row.owned = grant.epoch();
        row.closedAt = Optional.empty();
        store(region).marks.remove(shard);
        row.openedAt = Optional.of(append(region, shard, grant.epoch(), 'O').position());
    }

    private static boolean at(List<Item> copy, Base base) {
        return switch (base) {
            case Base.None _ -> copy.isEmpty();
            case Base.At at -> !copy.isEmpty() && copy.getLast().at().equals(at);
        };
    }

    private void write(RegionId region, ShardId shard) {
        Row row = row(region, shard);
        if (row.open && mayWrite(region)) {
            append(region, shard, row.owned, 'W');
        }
    }

    private Item append(RegionId region, ShardId shard, Epoch epoch, char kind) {
        var item = new Item(region, epoch, new Position("inc", ++lsn, 0), kind);
        copy(region, shard).add(item);
        return item;
    }

    /** The next record of some copy that is there and that continues this one; or that another branch has. */
    private void apply(RegionId region, ShardId shard) {
        if (row(region, shard).open) {
            return;
        }
        List<Item> copy = copy(region, shard);
        for (RegionId source : REGIONS) {
            if (source.equals(region) || !store(source).alive) {
                continue;
            }
            List<Item> theirs = copy(source, shard);
            int known = copy.isEmpty() ? -1 : theirs.indexOf(copy.getLast());
            if ((known >= 0 || copy.isEmpty())
                    && known + 1 < theirs.size()
                    && applied(region, shard, theirs.get(known + 1))) {
                return;
            }
            if (followed(region, shard, theirs)) {
                return;
            }
        }
    }

    /** Goes over to the branch of an OPEN above what is here: what this copy has beside that branch is turned back, what it lacks comes next. */
    private boolean followed(RegionId region, ShardId shard, List<Item> theirs) {
        List<Item> copy = copy(region, shard);
        Epoch head = copy.isEmpty() ? Epoch.NEVER : copy.getLast().epoch();
        int open = 0;
        while (open < theirs.size()
                && !(theirs.get(open).kind() == 'O' && theirs.get(open).epoch().isAbove(head))) {
            open++;
        }
        if (open == theirs.size() || !within(region, shard, theirs.get(open))) {
            return false;
        }
        int common = 0;
        while (common < Math.min(copy.size(), open) && copy.get(common).equals(theirs.get(common))) {
            common++;
        }
        if (!theirs.subList(common, open).stream().allMatch(item -> within(region, shard, item))) {
            return false;
        }
        copy.subList(common, copy.size()).clear();
        return applied(region, shard, theirs.get(common));
    }

    private boolean applied(RegionId region, ShardId shard, Item item) {
        if (!within(region, shard, item)) {
            return false;
        }
        if (item.kind() == 'O') {
            Ownership.Grant grant = granted.get(shard + "/" + item.epoch());
            if (grant == null || !at(copy(region, shard), grant.base())) {
                return false;
            }
            Mark mark = store(region).marks.get(shard);
            if (mark != null && item.epoch().isAbove(mark.epoch())) {
                store(region).marks.remove(shard);
            }
        }
        copy(region, shard).add(item);
        return true;
    }

    /** Whether the mark of a gather lets it pass. */
    private boolean within(RegionId region, ShardId shard, Item item) {
        Mark mark = store(region).marks.get(shard);
        if (mark == null || item.epoch().isAbove(mark.epoch())) {
            return true;
        }
        Optional<Base.At> limit = limit(region, shard, mark);
        return limit.isPresent()
                && (limit.get().epoch().isAbove(item.epoch())
                        || (limit.get().epoch().equals(item.epoch())
                                && item.position().compareTo(limit.get().position()) <= 0));
    }

    private Optional<Base.At> limit(RegionId region, ShardId shard, Mark mark) {
        return known(region, shard) instanceof Ownership.Grant grant
                        && grant.epoch().isAbove(mark.epoch())
                ? grant.base() instanceof Base.At at ? Optional.of(at) : Optional.empty()
                : mark.limit();
    }

    private void gather(RegionId region) {
        ControlState known = store(region).known;
        if (known.shards().isEmpty()) {
            return;
        }
        List<GatherRequest> asked =
                new AgentViews(region, "main").view(Optional.empty(), known).getGathersList();
        var answers = new ArrayList<Command.GatherSeen>();
        for (GatherRequest request : asked) {
            ShardId shard = ShardId.of(request.getShard());
            Row row = row(region, shard);
            List<Item> copy = copy(region, shard);
            boolean own = request.getSource().equals(region.name());
            if (request.getDecided()) {
                Mark mark = store(region).marks.get(shard);
                if (mark != null && mark.epoch().number() == request.getEpoch()) {
                    store(region)
                            .marks
                            .put(
                                    shard,
                                    new Mark(
                                            mark.epoch(),
                                            request.hasCut()
                                                    ? Optional.of(OwnershipMapper.fromMessage(request.getCut()))
                                                    : Optional.empty()));
                }
                continue;
            }
            if (row.open || (own && (row.closedAt.isEmpty() || row.owned.number() != request.getEpoch()))) {
                continue;
            }
            if (!own) {
                Epoch withdrawal = Epoch.of(request.getWithdrawal());
                row.epoch = withdrawal.isAbove(row.epoch) ? withdrawal : row.epoch;
                Optional<Base.At> head = copy.isEmpty()
                        ? Optional.empty()
                        : Optional.of(copy.getLast().at());
                store(region).marks.put(shard, new Mark(Epoch.of(request.getEpoch()), head));
            }
            answers.add(new Command.GatherSeen(
                    request.getRun(),
                    request.getAttempt(),
                    shard,
                    copy.isEmpty()
                            ? Optional.empty()
                            : Optional.of(copy.getLast().at()),
                    !copy.isEmpty() && copy.getLast().kind() == 'C',
                    now.toEpochMilli() * 1000,
                    random.nextInt(30) == 0 ? "a whim" : ""));
        }
        if (!answers.isEmpty()) {
            deliver(new Command.ReportGather(tick(), region, "main", answers));
        }
    }

    private void report(RegionId region) {
        var rows = new ArrayList<Command.FenceSeen>();
        var heads = new ArrayList<Command.HeadSeen>();
        var tails = new ArrayList<Command.TailSeen>();
        var hashes = new ArrayList<Command.ShardHashed>();
        for (int number = 0; number < SHARDS; number++) {
            ShardId shard = ShardId.of(number);
            Row row = row(region, shard);
            rows.add(new Command.FenceSeen(shard, row.epoch, row.open, row.owned, row.closedAt, row.openedAt));
            List<Item> copy = copy(region, shard);
            if (!copy.isEmpty()) {
                heads.add(new Command.HeadSeen(
                        shard, copy.getLast().epoch(), copy.getLast().position()));
            }
            hashes.add(new Command.ShardHashed(shard, copy.size(), Integer.toHexString(copy.hashCode())));
        }
        new AgentViews(region, "main")
                .view(Optional.empty(), store(region).known)
                .getTailsList()
                .forEach(tail -> tails.add(new Command.TailSeen(
                        ShardId.of(tail.getShard()),
                        RegionId.of(tail.getSource()),
                        OwnershipMapper.fromMessage(tail.getClose()))));
        deliver(new Command.Report(tick(), region, rows, heads, List.of(), "main"));
        if (!tails.isEmpty()) {
            deliver(new Command.ReportTails(tick(), region, "main", tails));
        }
        state.runningVerification()
                .ifPresent(running -> submit(new Command.ReportVerification(
                        tick(), region, running.id(), running.round(), hashes, "", "main")));
    }

    private void route(RegionId region) {
        long revision = store(region).known.revision().number();
        deliver(new Command.Observe(
                tick(),
                List.of(),
                List.of(new RouterSession(
                        "r-" + region,
                        "s",
                        region,
                        "n",
                        true,
                        true,
                        Revision.of(revision),
                        List.of(new RouterSession.EnvoySeen("envoy", Revision.of(revision), "")),
                        0))));
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
                        store(region).alive,
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
        if (store(region).alive) {
            route(region);
        }
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

    private void disaster(RegionId region) {
        Store store = store(region);
        long dead = stores.values().stream().filter(each -> !each.alive).count();
        if (store.alive && dead < 2 && random.nextInt(6) == 0) {
            store.alive = false;
            observe(region);
        } else if (!store.alive && random.nextInt(3) == 0) {
            store.alive = true;
            observe(region);
        }
    }

    private void people() {
        RegionId region = REGIONS.get(random.nextInt(REGIONS.size()));
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                RegionId lost = REGIONS.stream()
                        .filter(each -> !store(each).alive)
                        .findFirst()
                        .orElse(region);
                failOver(lost, !store(lost).alive || random.nextInt(8) > 0 ? "" : "a whim");
            }
            case 2, 6, 7 -> {
                int first = random.nextInt(SHARDS);
                int last = first + random.nextInt(SHARDS - first);
                submit(new Command.StartMove("k" + ++keys, tick(), first + "-" + last, region + "-1", LIMITS));
            }
            case 3 -> {
                if (!state.runs().isEmpty()) {
                    submit(new Command.RetryRun(
                            "k" + ++keys, tick(), state.runs().getLast().id(), random.nextBoolean()));
                }
            }
            case 4, 5 -> severalTargets();
            default -> {
                if (!state.runs().isEmpty() && random.nextInt(4) == 0) {
                    submit(new Command.CancelRun(
                            "k" + ++keys, tick(), state.runs().getLast().id()));
                }
            }
        }
    }

    /** Just now, in the middle of a wave, somebody dies and is failed over at once. */
    private void hurry() {
        List<Run> inTheMiddle = state.activeRuns().stream()
                .filter(run -> Place.of(run.state()).side() != Place.Side.FREE)
                .filter(run -> !(run.state() instanceof SwitchState.Routed))
                .toList();
        long dead = stores.values().stream().filter(each -> !each.alive).count();
        if (inTheMiddle.isEmpty() || dead > 1 || random.nextInt(8) > 0) {
            return;
        }
        Run run = inTheMiddle.get(random.nextInt(inTheMiddle.size()));
        List<Plan.ShardMove> moves = run.presentWave().moves();
        RegionId lost =
                state.shard(moves.get(random.nextInt(moves.size())).shard()).region();
        if (store(lost).alive) {
            store(lost).alive = false;
            observe(lost);
        }
        failOver(lost, "");
    }

    private void severalTargets() {
        var targets = new TreeMap<ShardId, Plan.Target>();
        for (ShardState shard : state.shards()) {
            RegionId to = REGIONS.get(random.nextInt(REGIONS.size()));
            boolean free = state.activeRuns().stream()
                    .flatMap(run -> run.plan().moves())
                    .noneMatch(move -> move.shard().equals(shard.shard()));
            if (free && !to.equals(shard.region())) {
                targets.put(shard.shard(), new Plan.Target(io.meridian.topology.ZoneId.of(to + "-1"), to));
            }
        }
        if (!targets.isEmpty() && state.activeRuns().size() < 3) {
            Plan plan = WaveLayout.plan(state.shards(), targets, LIMITS, Plan.Purpose.none());
            String id = "mv-" + (state.runsMade() + 1);
            state = EventApplier.applyAll(state, List.of(new Event.RunPlanned(Run.planned(id, plan, tick()))));
            submit(new Command.Confirm(tick()));
        }
    }

    private void failOver(RegionId region, String force) {
        submit(new Command.StartFailover(
                "k" + ++keys,
                tick(),
                region,
                Optional.empty(),
                random.nextInt(5) == 0 ? new MaxLoss(Optional.empty(), Optional.of(1L)) : MaxLoss.none(),
                !force.isEmpty(),
                force,
                LIMITS,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3)));
    }

    /** Any clock that runs may be over; a lease's, too. */
    private void clock() {
        List<Command> due = Standing.of(state, tick()).stream()
                .flatMap(standing -> standing.then().stream())
                .filter(then -> !(then instanceof Command.Lapse))
                .toList();
        if (!due.isEmpty()) {
            Command over = due.get(random.nextInt(due.size()));
            boolean move = over instanceof Command.DeadlinePassed passed
                    && !FailoverDecider.ownPlace(state.run(passed.run()).orElseThrow());
            // Else no move would ever come to anything.
            if (!move || random.nextInt(12) == 0) {
                submit(over);
            }
        }
    }

    private Store store(RegionId region) {
        return java.util.Objects.requireNonNull(stores.get(region));
    }

    private Row row(RegionId region, ShardId shard) {
        return java.util.Objects.requireNonNull(store(region).rows.get(shard));
    }

    private List<Item> copy(RegionId region, ShardId shard) {
        return java.util.Objects.requireNonNull(store(region).copy.get(shard));
    }

    private Ownership known(RegionId region, ShardId shard) {
        ControlState known = store(region).known;
        return (known.shards().isEmpty() ? state : known).shard(shard).ownership();
    }
}
