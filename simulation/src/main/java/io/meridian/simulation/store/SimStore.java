package io.meridian.simulation.store;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.capture.CaptureStart;
import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.SurplusOfShard;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceState;
import io.meridian.agent.fence.OpeningRule;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.FrozenShards;
import io.meridian.agent.store.HeadBoard;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Truth;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A faithful model of the tables of {@code schema meridian}, of the application's table and of the log. The SQL itself cannot run here; each
 * statement that carries a rule has its counterpart, named in its comment, and where the rule is Java (opening, planning, classifying) it is the
 * agent's own. A method is one committed transaction: whatever it needs locked stays as it is until it returns. Transactions that take time are
 * {@link Writers}' and, for gates, {@link FenceSessions}'.
 */
public final class SimStore {
    /** How far one partition of one source was applied; {@code copyOffset} -1: nothing. */
    public record Progress(StreamPosition applied, long copyOffset) {
        public static final Progress NONE = new Progress(new StreamPosition.Beginning(), -1);
    }

    private record MarkerKey(ShardId shard, Epoch epoch, boolean close) implements Comparable<MarkerKey> {
        @Override
        public int compareTo(MarkerKey other) {
            int byShard = shard.compareTo(other.shard);
            int byEpoch = epoch.compareTo(other.epoch);
            return byShard != 0 ? byShard : byEpoch != 0 ? byEpoch : Boolean.compare(close, other.close);
        }
    }

    private static final long FIRST_LSN = 0x100;
    private static final Lineage NOTHING = Lineage.ofKnown(List.of());
    private static final int DECIDED_AT_ONCE = 20;

    private final RegionId region;
    private final Machine machine;
    private final Scheduler scheduler;
    private final Rules rules;
    private final Truth truth;
    private final Trace trace;
    private final String incarnation;
    private final SortedMap<ShardId, Fence> fences = new TreeMap<>();
    /** Ids of the writes and decisions that a copy is made of, in the order in which they took effect. */
    private final SortedMap<ShardId, List<Long>> applied = new TreeMap<>();

    /** The application's table: of each row the id of the write that it has. */
    private final SortedMap<ShardId, SortedMap<Integer, Long>> rows = new TreeMap<>();

    private final SortedMap<ShardId, Lineage> lineages = new TreeMap<>();
    /** The columns of {@code meridian.head} that freeze it; here they are durable, as those are. */
    private final FrozenShards frozen = new FrozenShards();

    private final OrphanTables orphans = new OrphanTables();
    private final SortedMap<ShardId, ShardHead.At> heads = new TreeMap<>();
    private final SortedMap<MarkerKey, Position> markers = new TreeMap<>();
    private final SortedMap<String, Progress> progress = new TreeMap<>();
    private final SortedMap<String, SortedMap<ShardId, List<SourceRecord>>> parked = new TreeMap<>();
    private long refusesUntilMicros;
    private final List<SourceTransaction> log = new ArrayList<>();
    private Lease lease = Lease.NONE;
    private long lsn = FIRST_LSN;
    private long written;
    private long fenceWrites;
    private Runnable onCommit = () -> {};

    public SimStore(
            RegionId region, Machine machine, int shards, Scheduler scheduler, Rules rules, Truth truth, Trace trace) {
        this.region = region;
        this.machine = machine;
        this.scheduler = scheduler;
        this.rules = rules;
        this.truth = truth;
        this.trace = trace;
        for (int number = 0; number < shards; number++) {
            fences.put(ShardId.of(number), Fence.FIRST);
            applied.put(ShardId.of(number), new ArrayList<>());
            rows.put(ShardId.of(number), new TreeMap<>());
        }
        this.incarnation = switch (CaptureStart.decide(found(Optional.empty(), FIRST_LSN, true))) {
            case CaptureStart.Decision.Begin begin -> begin.from().incarnation();
            case CaptureStart.Decision.Refuse refuse -> throw new IllegalStateException(refuse.reason());
        };
    }

    /** What capture finds at its start. */
    public CaptureStart.Found found(
            Optional<io.meridian.agent.capture.Checkpoint> checkpoint, long confirmedLsn, boolean topicEmpty) {
        var slot = new CaptureStart.Slot("meridian_main", confirmedLsn, Optional.empty());
        return new CaptureStart.Found(
                "sys-" + region, 1, "topic-" + region, Optional.of(slot), checkpoint, topicEmpty, !markers.isEmpty());
    }

    public static long firstLsn() {
        return FIRST_LSN;
    }

    public RegionId region() {
        return region;
    }

    public Machine machine() {
        return machine;
    }

    /** {@code clock_timestamp()}. */
    public long clockMicros() {
        return machine.clockMicros();
    }

    public Fence fence(ShardId shard) {
        return fences.getOrDefault(shard, Fence.FIRST);
    }

    /** Grows with every change of a fence. */
    public long fenceWrites() {
        return fenceWrites;
    }

    public Lease lease() {
        return lease;
    }

    /** How much of the shard's history is in here. */
    public int copied(ShardId shard) {
        return appliedOf(shard).size();
    }

    public List<Long> appliedOf(ShardId shard) {
        return applied.computeIfAbsent(shard, _ -> new ArrayList<>());
    }

    public SortedMap<Integer, Long> rowsOf(ShardId shard) {
        return rows.computeIfAbsent(shard, _ -> new TreeMap<>());
    }

    public Lineage lineage(ShardId shard) {
        return lineages.getOrDefault(shard, NOTHING);
    }

    public FrozenShards frozen() {
        return frozen;
    }

    public OrphanTables orphans() {
        return orphans;
    }

    public ShardHead head(ShardId shard) {
        ShardHead.At head = heads.get(shard);
        return head == null ? new ShardHead.None() : head;
    }

    public List<SourceTransaction> log() {
        return log;
    }

    public long endLsn() {
        return lsn;
    }

    // ---- the application's transactions; Writers says when

    /** {@code meridian.check_shard} would let a write through now. */
    public boolean admits(ShardId shard) {
        long now = clockMicros();
        return rules.refusal(fence(shard), lease, now, now).isEmpty();
    }

    /** How many of the application's transactions were committed in their time. */
    public long written() {
        return written;
    }

    /**
     * COMMIT of a transaction that wrote one row.
     *
     * @param seen how much of the shard it had read
     * @param late nothing ended it in time
     */
    long commitWrite(Writers.Request request, Epoch admittedIn, int seen, boolean late) {
        ShardId shard = request.shard();
        long id = truth.nextId();
        append(List.of(LogForm.write(
                request.userKey(), request.row(), id, rowsOf(shard).containsKey(request.row()))));
        truth.written(region, shard, admittedIn, lsn, id, request.row(), copied(shard), late);
        Violation.unless(
                seen >= truth.sizeAtOpening(shard, admittedIn),
                Invariant.NO_WRITE_ON_AN_OLD_READ,
                () -> region + " commits a write to shard " + shard + " by a transaction that had read " + seen
                        + " writes; the opening stands on " + truth.sizeAtOpening(shard, admittedIn));
        appliedOf(shard).add(id);
        rowsOf(shard).put(request.row(), id);
        if (rules.notesTouched()) {
            orphans.note(shard, request.row(), admittedIn);
        }
        written += late ? 0 : 1;
        return id;
    }

    /** The agent's heartbeat row. */
    public void heartbeat() {
        append(List.of(LogForm.heartbeat(clockMicros())));
    }

    /** @param wake told of each commit */
    public void onCommit(Runnable wake) {
        onCommit = wake;
    }

    private void append(List<SourceChange> changes) {
        lsn += 8 + scheduler.random().below(64);
        log.add(new SourceTransaction(lsn, clockMicros(), changes));
        onCommit.run();
    }

    // ---- fences

    /** Fences with what is known of their markers: {@code FenceTable.ROWS}. */
    public SortedMap<ShardId, FenceRow> fenceRows() {
        var all = new TreeMap<ShardId, FenceRow>();
        fences.forEach((shard, row) -> all.put(
                shard,
                new FenceRow(
                        shard,
                        row.epoch(),
                        row.state(),
                        row.owned(),
                        marker(shard, row.owned(), true),
                        marker(shard, row.owned(), false))));
        return all;
    }

    private Optional<Position> marker(ShardId shard, Epoch epoch, boolean close) {
        return Optional.ofNullable(markers.get(new MarkerKey(shard, epoch, close)));
    }

    /** {@code FenceWriter.close}: one transaction, whose commit is the markers. @return what was closed */
    public List<FencePlan.Close> close(Machine session, Collection<FencePlan.Close> wanted) {
        var written = new ArrayList<FencePlan.Close>();
        var changes = new ArrayList<SourceChange>();
        for (FencePlan.Close close : wanted) {
            Fence row = fence(close.shard());
            if (rules.closes(row, close)) {
                Fence closed = row.closed(close.epoch());
                put(close.shard(), closed);
                changes.add(LogForm.fence(close.shard(), closed, Optional.of(row.epoch())));
                written.add(close);
            }
        }
        publish(session, changes);
        for (FencePlan.Close close : written) {
            truth.closed(region, close.shard(), fence(close.shard()).owned(), new Position(incarnation, lsn, 0));
        }
        return written;
    }

    /** {@code FenceWriter.raise}. */
    public List<FencePlan.Raise> raise(Machine session, Collection<FencePlan.Raise> wanted) {
        var written = new ArrayList<FencePlan.Raise>();
        var changes = new ArrayList<SourceChange>();
        for (FencePlan.Raise raise : wanted) {
            Fence row = fence(raise.shard());
            if (!row.open() && raise.epoch().isAbove(row.epoch())) {
                Fence raised = row.raised(raise.epoch());
                put(raise.shard(), raised);
                changes.add(LogForm.fence(raise.shard(), raised, Optional.empty()));
                written.add(raise);
            }
        }
        publish(session, changes);
        return written;
    }

    /** {@code FenceWriter.open}: facts are read, and held still, in the transaction that opens. @return what was opened */
    public List<Ownership.Grant> open(Machine session, Collection<Ownership.Grant> wanted, long knownRevision) {
        var written = new ArrayList<Ownership.Grant>();
        var changes = new ArrayList<SourceChange>();
        for (Ownership.Grant grant : wanted) {
            if (rules.obstacle(grant, region, knownRevision, facts(grant)).isEmpty()) {
                Fence opened = Fence.opened(grant.epoch(), clockMicros(), grant.base());
                put(grant.shard(), opened);
                changes.add(LogForm.fence(grant.shard(), opened, Optional.empty()));
                written.add(grant);
                learn(grant);
            }
        }
        publish(session, changes);
        for (Ownership.Grant grant : written) {
            truth.opened(region, grant.shard(), grant.epoch(), grant.base(), lsn, appliedOf(grant.shard()));
            trace.add(region + "/store", "OPEN " + grant.shard() + " at epoch " + grant.epoch());
        }
        return written;
    }

    private OpeningRule.Facts facts(Ownership.Grant grant) {
        Fence row = fence(grant.shard());
        Optional<io.meridian.agent.fence.ShardHead> head = head(grant.shard()) instanceof ShardHead.At at
                ? Optional.of(new io.meridian.agent.fence.ShardHead(
                        grant.shard(), at.epoch(), at.region(), at.position(), at.closed()))
                : Optional.empty();
        Optional<Position> ownClose =
                grant.base() instanceof Base.At base ? marker(grant.shard(), base.epoch(), true) : Optional.empty();
        return new OpeningRule.Facts(
                row.state(),
                row.epoch(),
                head,
                ownClose,
                lease.grantsRevision(),
                headEnds(grant),
                orphans.isUnclean(grant.shard()),
                false);
    }

    /** {@code head_ends} of {@code FenceWriter.facts}. */
    private boolean headEnds(Ownership.Grant grant) {
        if (!(head(grant.shard()) instanceof ShardHead.At head)) {
            return false;
        }
        boolean turned = frozen.turnedFor(grant.shard())
                .filter(successor -> !successor.isAbove(grant.epoch()))
                .isPresent();
        boolean ends = frozen.mark(grant.shard())
                .filter(mark -> !head.epoch().isAbove(mark.epoch())
                        && mark.limit()
                                .map(limit -> limit.epoch().equals(head.epoch())
                                        && limit.lsn() == head.position().lsn())
                                .orElse(true))
                .isPresent();
        return turned || ends;
    }

    /** {@code LineageBoard.write}. */
    private void learn(Ownership.Grant grant) {
        Lineage known = lineage(grant.shard());
        lineages.put(grant.shard(), known.learned(grant));
    }

    /** {@code FenceWriter.noteUnclean}: a transaction of its own, before the opening. */
    public void noteUnclean(Collection<Ownership.Grant> wanted, Set<ShardId> unclean) {
        wanted.stream()
                .filter(grant -> unclean.contains(grant.shard()))
                .forEach(grant -> orphans.mark(Map.of(grant.shard(), grant.epoch())));
    }

    private void put(ShardId shard, Fence next) {
        Fence before = fence(shard);
        Violation.unless(
                next.epoch().isAbove(before.epoch()),
                Invariant.FENCE_MONOTONE,
                () -> region + "'s fence of shard " + shard + " goes from epoch " + before.epoch() + " to "
                        + next.epoch());
        fences.put(shard, next);
        fenceWrites++;
        if (before.state() == FenceState.OPEN) {
            trace.add(region + "/store", "CLOSE " + shard + " of epoch " + before.epoch() + " at " + next.epoch());
        }
    }

    private void publish(Machine session, List<SourceChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        long lag = rules.markerLagMicros(scheduler.random());
        if (lag == 0) {
            append(changes);
        } else {
            scheduler.after(lag, session.bound(() -> append(changes)));
        }
    }

    // ---- lease

    /** {@code LeaseRow.write}. @return what stands in the way */
    public Optional<String> renew(
            Collection<Ownership> known, long generation, long revision, long d0Micros, long durationMicros) {
        if (lease.generation() > generation) {
            return Optional.of("the store's generation is " + lease.generation());
        }
        if (lease.issuedMicros() >= d0Micros) {
            return Optional.of("a lease issued later stands already");
        }
        List<ShardId> behind = rules.fencesBehind(known, fences);
        if (!behind.isEmpty()) {
            return Optional.of(behind + " are below their newest withdrawal");
        }
        long validUntil = rules.leaseEndMicros(d0Micros, clockMicros(), durationMicros);
        lease = new Lease(generation, Math.max(lease.grantsRevision(), revision), d0Micros, validUntil);
        return Optional.empty();
    }

    // ---- what replication remembers

    /** {@code MarkerWriter.write}: marker rows and the store's own heads move together. */
    public void markers(Position position, Collection<Marker> captured) {
        for (Marker marker : captured) {
            boolean close = marker instanceof Marker.Close;
            markers.putIfAbsent(new MarkerKey(marker.shard(), marker.epoch(), close), position);
            head(marker.shard(), new ShardHead.At(marker.epoch(), region, position, close));
        }
    }

    /** {@code HeadRows.WRITE}. @return whether it moved */
    private boolean head(ShardId shard, ShardHead.At next) {
        if (!mayBecome(shard, next)) {
            return false;
        }
        heads.put(shard, next);
        frozen.passed(Map.of(shard, next));
        return true;
    }

    public Progress progress(RegionId source, int partition) {
        return progress.getOrDefault(source + "/" + partition, Progress.NONE);
    }

    /** A record, or a shard's share of one, and what is to become of it here. */
    public record Effect(SourceRecord record, RecordPlanner.Plan.Apply plan) {}

    /** {@code OvertakenException}: a head was frozen, turned back, or moved on by another source's applier since this was planned. */
    private boolean overtaken(Collection<Effect> effects) {
        return effects.stream()
                .flatMap(effect -> effect.plan().heads().entrySet().stream())
                .anyMatch(head -> !mayBecome(head.getKey(), head.getValue()));
    }

    private boolean mayBecome(ShardId shard, ShardHead.At next) {
        ShardHead.At now = heads.get(shard);
        return (now == null || HeadBoard.follows(now, next)) && !rules.frozen(frozen, shard, next);
    }

    /**
     * {@code GroupWriter.write}: rows, heads and progress, or nothing.
     *
     * @return false: progress is not where the applier left it, so another one is at work; or heads were frozen meanwhile
     */
    public boolean apply(
            RegionId source,
            int partition,
            Progress from,
            Progress to,
            Collection<Effect> effects,
            Map<ShardId, List<SourceRecord>> parks) {
        if (!progress(source, partition).equals(from) || overtaken(effects)) {
            return false;
        }
        effects.forEach(effect -> {
            Violation.unless(
                    effect.plan().stops().isEmpty(),
                    Invariant.NO_STREAM_STOPS,
                    () -> region + " stops what comes from " + source + ": "
                            + effect.plan().stops());
            takeEffect(effect);
        });
        parks.forEach((shard, shares) -> parked(source, partition)
                .computeIfAbsent(shard, _ -> new ArrayList<>())
                .addAll(shares));
        if (rules.progressMovesAtOnce()) {
            progress.put(source + "/" + partition, to);
        } else {
            scheduler.after(scheduler.delay(100, 5_000), () -> progress.put(source + "/" + partition, to));
        }
        return true;
    }

    /** {@code meridian.parked}: shares that wait, each shard's in the order in which they came. */
    public SortedMap<ShardId, List<SourceRecord>> parked(RegionId source, int partition) {
        return parked.computeIfAbsent(source + "/" + partition, _ -> new TreeMap<>());
    }

    /** {@code GroupWriter.release}: the share takes effect and is parked no more. @return false: it does not, or not by this */
    public boolean release(RegionId source, int partition, ShardId shard, Effect effect) {
        List<SourceRecord> shares = parked(source, partition).getOrDefault(shard, List.of());
        if (!shares.contains(effect.record()) || overtaken(List.of(effect))) {
            return false;
        }
        shares.remove(effect.record());
        if (shares.isEmpty()) {
            parked(source, partition).remove(shard);
        }
        takeEffect(effect);
        return true;
    }

    private void takeEffect(Effect effect) {
        RecordPlanner.Plan.Apply plan = effect.plan();
        var decided = new TreeSet<ShardId>();
        plan.strays().decisions().forEach(decision -> decided.add(decision.shard()));
        for (RowChange change : plan.rows()) {
            if (!decided.contains(change.shard())) {
                long id = LogForm.id(change);
                took(change.shard(), epoch(effect.record(), change.shard()), id);
            }
            rowsOf(change.shard()).put(LogForm.row(change), LogForm.id(change));
        }
        for (Decision decision : plan.strays().decisions()) {
            took(decision.shard(), epoch(effect.record(), decision.shard()), decisionId(decision));
        }
        remember(effect, decided);
        plan.heads()
                .forEach((shard, head) -> Violation.unless(
                        head(shard, head),
                        Invariant.FENCE_MONOTONE,
                        () -> region + "'s head of shard " + shard + " is further than " + head));
        plan.opened()
                .forEach(one -> truth.entered(
                        region,
                        one.grant().shard(),
                        one.grant().epoch(),
                        appliedOf(one.grant().shard())));
    }

    private static Epoch epoch(SourceRecord record, ShardId shard) {
        Epoch epoch = record.epochs().get(shard);
        if (epoch == null) {
            throw new IllegalStateException("a record without the epoch of its shard " + shard + ": " + record);
        }
        return epoch;
    }

    private void took(ShardId shard, Epoch epoch, long id) {
        truth.applied(region, shard, epoch, id, copied(shard));
        appliedOf(shard).add(id);
    }

    /** {@code LineageWriter.write}. */
    private void remember(Effect effect, Set<ShardId> decided) {
        RecordPlanner.Plan.Apply plan = effect.plan();
        orphans.reopen(plan.strays().reopened());
        if (rules.keepsOrphans()) {
            orphans.store(plan.strays().found(), false);
        }
        orphans.store(plan.strays().told(), true);
        orphans.decided(plan.strays().decisions(), effect.record().epochs());
        for (RecordPlanner.Opened one : plan.opened()) {
            learn(one.grant());
            if (one.onCut()) {
                orphans.mark(Map.of(one.grant().shard(), one.grant().epoch()));
            }
            for (Base.At base : lineage(one.grant().shard()).chain(one.grant().epoch())) {
                orphans.dropInLineage(one.grant().shard(), base);
            }
        }
        for (RowChange change : plan.rows()) {
            if (!decided.contains(change.shard()) && rules.notesTouched()) {
                orphans.note(change.shard(), LogForm.row(change), epoch(effect.record(), change.shard()));
            }
        }
    }

    // ---- a region was lost

    /** {@code Gatherer.answer}: fences raised, heads marked and read, in one transaction under the gates. @return for those that can be answered */
    public List<GatherAnswer> gather(Machine session, Collection<LossOrders.Gather> wanted) {
        raise(
                session,
                wanted.stream()
                        .map(gather -> new FencePlan.Raise(gather.shard(), gather.withdrawal()))
                        .toList());
        var answers = new ArrayList<GatherAnswer>();
        for (LossOrders.Gather gather : wanted) {
            if (answerable(gather) && freeze(gather)) {
                ShardHead head = head(gather.shard());
                answers.add(new GatherAnswer(
                        gather.run(),
                        gather.attempt(),
                        gather.shard(),
                        head instanceof ShardHead.At at
                                ? new Base.At(at.region(), at.epoch(), at.position())
                                : new Base.None(),
                        head instanceof ShardHead.At at && at.closed(),
                        0,
                        ""));
            }
        }
        return answers;
    }

    /** {@code FrozenHeads.answerable}. */
    private boolean answerable(LossOrders.Gather gather) {
        Fence row = fence(gather.shard());
        if (row.open() || gather.withdrawal().isAbove(row.epoch())) {
            return false;
        }
        return !gather.source().equals(region)
                || gather.epoch().isAbove(row.owned())
                || (head(gather.shard()) instanceof ShardHead.At at
                        && at.epoch().equals(gather.epoch())
                        && at.closed());
    }

    /** {@code FrozenHeads.freeze}. */
    private boolean freeze(LossOrders.Gather gather) {
        ShardId shard = gather.shard();
        if (head(shard) instanceof ShardHead.At at && at.epoch().isAbove(gather.epoch())) {
            return false;
        }
        Optional<FrozenShards.Mark> known = frozen.mark(shard);
        boolean sameRun = known.filter(mark ->
                        mark.epoch().equals(gather.epoch()) && mark.run().equals(gather.run()))
                .isPresent();
        boolean beyond = known.filter(
                        mark -> mark.epoch().isAbove(gather.epoch()) || (sameRun && mark.attempt() > gather.attempt()))
                .isPresent();
        if (beyond) {
            return false;
        }
        boolean same = sameRun
                && known.filter(mark -> mark.attempt() == gather.attempt()).isPresent();
        if (rules.gatherFreezes()) {
            frozen.mark(
                    shard,
                    new FrozenShards.Mark(
                            gather.run(),
                            gather.attempt(),
                            gather.epoch(),
                            same ? known.flatMap(FrozenShards.Mark::limit) : Optional.empty()));
        }
        return true;
    }

    /** {@code FrozenHeads.limit}: only where the mark is still the one that the limit was decided for. */
    public void limit(Map<ShardId, FrozenShards.Mark> limits) {
        limits.forEach((shard, mark) -> {
            boolean still = frozen.mark(shard)
                    .filter(known -> known.run().equals(mark.run())
                            && known.attempt() == mark.attempt()
                            && known.epoch().equals(mark.epoch()))
                    .isPresent();
            if (still) {
                frozen.mark(shard, mark);
            }
        });
    }

    /** {@code Aligner.turnBack}: orphans stored, decisions reopened, the head at the base, in one transaction. @return whether it was done */
    public boolean turnBack(SurplusOfShard surplus) {
        ShardId shard = surplus.shard;
        long cutEpoch = frozen.mark(shard)
                .flatMap(FrozenShards.Mark::limit)
                .map(limit -> limit.epoch().number())
                .orElse(0L);
        boolean held = frozen.mark(shard)
                        .filter(mark -> !surplus.successor.isAbove(mark.epoch()))
                        .isPresent()
                && cutEpoch < surplus.successor.number();
        if (!head(shard).equals(surplus.from) || held) {
            return false;
        }
        orphans.reopen(surplus.reopened());
        if (rules.keepsOrphans()) {
            orphans.store(surplus.orphans(), false);
        }
        heads.put(shard, new ShardHead.At(surplus.base.epoch(), surplus.base.region(), surplus.base.position(), false));
        frozen.turn(shard, surplus.successor);
        List<Long> all = appliedOf(shard);
        int kept = Math.min(all.size(), truth.upTo(shard, surplus.base).size());
        List<Long> above = List.copyOf(all.subList(kept, all.size()));
        all.subList(kept, all.size()).clear();
        truth.turned(region, shard, surplus.base, all, above, orphans.ids(shard));
        trace.add(region + "/store", "shard " + shard + " turned back to " + surplus.base + ", taken back: " + above);
        return true;
    }

    /** {@code Teller.tell}. */
    public void tell() {
        List<Orphan> untold = orphans.untold();
        if (!untold.isEmpty() && rules.tellsOrphans()) {
            append(untold.stream().map(LogForm::told).toList());
            orphans.told(untold);
        }
    }

    /** {@code Adjudication.decide}, behind the gate. */
    public void decide(ShardId shard) {
        if (!admits(shard)) {
            return;
        }
        Epoch epoch = fence(shard).epoch();
        var changes = new ArrayList<SourceChange>();
        var made = new ArrayList<Orphan>();
        var decisions = new ArrayList<Decision>();
        for (Orphan orphan : orphans.open(shard).stream().limit(DECIDED_AT_ONCE).toList()) {
            Position position = orphan.origin().position();
            switch (rules.standing(
                    lineage(shard), orphan.epoch(), new Position(position.incarnation(), position.lsn(), 0), epoch)) {
                case Lineage.Standing.History _ -> orphans.drop(orphan.origin());
                case Lineage.Standing.Outside _ -> {
                    Decision decision = decided(orphan);
                    if (decision.verdict() == Decision.Verdict.SALVAGED) {
                        rowsOf(shard).put(LogForm.row(orphan.change()), LogForm.id(orphan.change()));
                    }
                    orphans.decided(List.of(decision), Map.of(shard, epoch));
                    made.add(orphan);
                    decisions.add(decision);
                    changes.add(LogForm.told(decision));
                }
                case Lineage.Standing.Unknown _ -> {
                    return;
                }
            }
        }
        for (Orphan orphan : made) {
            int row = LogForm.row(orphan.change());
            Long id = rowsOf(shard).get(row);
            if (id != null && rules.tellsImages()) {
                changes.add(LogForm.image(LogForm.userKey(orphan.change()), row, id));
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        append(changes);
        var told = new ArrayList<Truth.Written>();
        for (int index = 0; index < made.size(); index++) {
            told.add(written(epoch, made.get(index), decisions.get(index)));
        }
        truth.decided(region, shard, epoch, lsn, copied(shard), told);
        told.forEach(one -> appliedOf(shard).add(one.id()));
    }

    private Decision decided(Orphan orphan) {
        ShardId shard = orphan.origin().shard();
        boolean touched = orphans.touched(shard, LogForm.row(orphan.change()))
                .filter(by -> by.isAbove(orphan.epoch()))
                .isPresent();
        boolean untouched = rules.untouched(orphans.isUnclean(shard), touched);
        return new Decision(
                orphan.origin(),
                untouched ? Decision.Verdict.SALVAGED : Decision.Verdict.REJECTED,
                DECISION + truth.nextId(),
                "");
    }

    /** By which the judge knows a decision. */
    private static final String DECISION = "decision ";

    private static long decisionId(Decision decision) {
        return Long.parseLong(decision.reason().substring(DECISION.length()));
    }

    private Truth.Written written(Epoch epoch, Orphan orphan, Decision decision) {
        long id = LogForm.id(orphan.change());
        trace.add(
                region + "/store",
                "write " + id + " of epoch " + orphan.epoch() + " is " + decision.verdict() + " in epoch " + epoch);
        return new Truth.Written(
                decisionId(decision),
                epoch,
                region,
                lsn,
                decision.verdict() == Decision.Verdict.SALVAGED ? LogForm.row(orphan.change()) : -1,
                id,
                new Truth.Written.Rank(
                        orphan.epoch(), orphan.origin().position().lsn()));
    }

    /** {@code Settling.settled}. */
    public boolean isSettled(LossOrders.Tail tail, int partition) {
        return progress(tail.source(), partition).applied() instanceof StreamPosition.At at
                && at.position().incarnation().equals(tail.close().incarnation())
                && at.position().lsn() >= tail.close().lsn()
                && !parked(tail.source(), partition).containsKey(tail.shard())
                && !orphans.undecided().contains(tail.shard());
    }

    /** {@code Settling.clean}. */
    public void clean(Set<ShardId> stillUnclean, Map<ShardId, Epoch> granted) {
        orphans.clear(stillUnclean, granted);
    }

    /** As with a constraint that only this store has: rows of every other shard are not taken for so long. */
    public void refuseFor(long micros) {
        refusesUntilMicros = clockMicros() + micros;
    }

    public boolean refuses(ShardId shard) {
        return shard.number() % 2 == 0 && clockMicros() < refusesUntilMicros;
    }
}
