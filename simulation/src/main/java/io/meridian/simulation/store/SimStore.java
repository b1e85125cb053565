package io.meridian.simulation.store;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.capture.CaptureStart;
import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceState;
import io.meridian.agent.fence.OpeningRule;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
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
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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

    private final RegionId region;
    private final Machine machine;
    private final Scheduler scheduler;
    private final Rules rules;
    private final Truth truth;
    private final Trace trace;
    private final String incarnation;
    private final SortedMap<ShardId, Fence> fences = new TreeMap<>();
    private final SortedMap<ShardId, List<Long>> rows = new TreeMap<>();
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
            rows.put(ShardId.of(number), new ArrayList<>());
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

    public int copied(ShardId shard) {
        return rowsOf(shard).size();
    }

    public List<Long> rowsOf(ShardId shard) {
        return rows.computeIfAbsent(shard, _ -> new ArrayList<>());
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

    /** How many of the application's transactions were committed. */
    public long written() {
        return written;
    }

    /** COMMIT of a transaction that wrote one row. @param seen how much of the shard it had read */
    long commitWrite(ShardId shard, String userKey, Epoch admittedIn, int seen) {
        long id = truth.nextId();
        append(List.of(LogForm.write(userKey, id)));
        truth.written(region, shard, admittedIn, lsn, id, copied(shard));
        Violation.unless(
                seen >= truth.sizeAtOpening(shard),
                Invariant.NO_WRITE_ON_AN_OLD_READ,
                () -> region + " commits a write to shard " + shard + " by a transaction that had read " + seen
                        + " writes; the opening stands on " + truth.sizeAtOpening(shard));
        rowsOf(shard).add(id);
        written++;
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
            }
        }
        publish(session, changes);
        for (Ownership.Grant grant : written) {
            truth.opened(region, grant.shard(), grant.epoch(), lsn, copied(grant.shard()));
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
        return new OpeningRule.Facts(row.state(), row.epoch(), head, ownClose, lease.grantsRevision());
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
        ShardHead.At now = heads.get(shard);
        if (now != null && !HeadBoard.follows(now, next)) {
            return false;
        }
        heads.put(shard, next);
        return true;
    }

    public Progress progress(RegionId source, int partition) {
        return progress.getOrDefault(source + "/" + partition, Progress.NONE);
    }

    /**
     * {@code GroupWriter.write}: rows, heads and progress, or nothing.
     *
     * @return false: progress is not where the applier left it, so another one is at work
     */
    public boolean apply(
            RegionId source,
            int partition,
            Progress from,
            Progress to,
            Collection<RowChange> changes,
            Map<ShardId, ShardHead.At> moved,
            Collection<RecordPlanner.Stop> stops,
            Map<ShardId, List<SourceRecord>> parks) {
        if (!progress(source, partition).equals(from)) {
            return false;
        }
        Violation.unless(
                stops.isEmpty(),
                Invariant.NO_STREAM_STOPS,
                () -> region + " stops what comes from " + source + ": " + stops);
        takeEffect(changes, moved);
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

    /** {@code GroupWriter.release}: the share takes effect and is parked no more. @return false: somebody else released it */
    public boolean release(
            RegionId source,
            int partition,
            ShardId shard,
            SourceRecord share,
            Collection<RowChange> changes,
            Map<ShardId, ShardHead.At> moved) {
        List<SourceRecord> shares = parked(source, partition).getOrDefault(shard, List.of());
        if (!shares.contains(share)) {
            return false;
        }
        shares.remove(share);
        if (shares.isEmpty()) {
            parked(source, partition).remove(shard);
        }
        takeEffect(changes, moved);
        return true;
    }

    private void takeEffect(Collection<RowChange> changes, Map<ShardId, ShardHead.At> moved) {
        for (RowChange change : changes) {
            long id = LogForm.id(change);
            truth.applied(region, change.shard(), id, copied(change.shard()));
            rowsOf(change.shard()).add(id);
        }
        moved.forEach((shard, head) -> Violation.unless(
                head(shard, head),
                Invariant.FENCE_MONOTONE,
                () -> region + "'s head of shard " + shard + " is further than " + head));
    }

    /** As with a constraint that only this store has: rows of every other shard are not taken for so long. */
    public void refuseFor(long micros) {
        refusesUntilMicros = clockMicros() + micros;
    }

    public boolean refuses(ShardId shard) {
        return shard.number() % 2 == 0 && clockMicros() < refusesUntilMicros;
    }
}
