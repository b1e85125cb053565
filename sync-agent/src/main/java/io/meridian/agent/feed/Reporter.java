package io.meridian.agent.feed;

import io.grpc.stub.ClientCallStreamObserver;
import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.FenceTable;
import io.meridian.agent.fence.ShardHead;
import io.meridian.agent.hashing.TakenHashes;
import io.meridian.agent.orphan.OrphanList;
import io.meridian.agent.orphan.RevisionDone;
import io.meridian.agent.parked.ParkedDecision;
import io.meridian.agent.parked.ParkedList;
import io.meridian.agent.repair.RepairDone;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.AgentReport;
import io.meridian.wire.RegionLife;
import io.meridian.wire.StoppedShard;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the control plane what is: reads again from the database what may have changed, and sends what the attached stream was not told yet. One
 * thread; woken by {@link ReportSignal}, and once a second by itself. A new stream is told everything.
 */
public final class Reporter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reporter.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** What nobody signalled is found within this: a row that was changed by hand, or by another agent of this store. */
    private static final Duration REREAD = Duration.ofSeconds(10);

    private static final Duration TELL_AGAIN = Duration.ofSeconds(10);

    /** @param instance new at each start of the process */
    public record Identity(RegionId region, String group, String instance) {}

    /** What was asked for and done, told again to every stream while it is asked for. */
    public record Carried(
            Supplier<List<RepairDone>> repairs,
            Supplier<List<ParkedDecision.Done>> parked,
            Supplier<List<RevisionDone>> revisions,
            Supplier<List<GatherAnswer>> gathered,
            Supplier<List<LossOrders.Tail>> tails,
            Supplier<List<SeedTold>> seedings) {}

    private final Identity identity;
    private final DataSource store;
    private final ReportSignal signal;
    private final Supplier<DesiredState> desired;
    private final Supplier<ReportFacts> facts;
    private final Carried carried;
    private final TakenHashes hashes;
    private final Consumer<Collection<DesiredState.Awaited>> reached;
    private final Thread thread;

    private final AtomicReference<@Nullable ClientCallStreamObserver<AgentReport>> attached = new AtomicReference<>();

    // What the stream `told` was told: owned by the reporter's thread.
    private @Nullable ClientCallStreamObserver<AgentReport> told;
    private final Map<ShardId, FenceRow> toldFences = new HashMap<>();
    private final Map<ShardId, ShardHead> toldHeads = new HashMap<>();
    private long toldHashes;
    private long toldVerifications;
    private long rereadNanos;
    private long factsNanos;
    private long toldNanos = System.nanoTime() - TELL_AGAIN.toNanos();
    private long leaseRemainingMillis = -1;
    private volatile boolean running = true;

    /** @param reached told, on the reporter's thread, of awaited closes that are in; may be told again; must return at once */
    public Reporter(
            Identity identity,
            DataSource store,
            ReportSignal signal,
            Supplier<DesiredState> desired,
            Supplier<ReportFacts> facts,
            Carried carried,
            TakenHashes hashes,
            Consumer<Collection<DesiredState.Awaited>> reached) {
        this.identity = identity;
        this.store = store;
        this.signal = signal;
        this.desired = desired;
        this.facts = facts;
        this.carried = carried;
        this.hashes = hashes;
        this.reached = reached;
        this.thread = Thread.ofPlatform().daemon().name("report").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** From the stream's thread, whenever it takes messages. */
    void attach(ClientCallStreamObserver<AgentReport> stream) {
        if (attached.getAndSet(stream) != stream) {
            signal.other();
        }
    }

    void detach(@Nullable ClientCallStreamObserver<AgentReport> stream) {
        attached.compareAndSet(stream, null);
    }

    private void run() {
        Set<ShardId> fences = new HashSet<>();
        Set<ShardId> heads = new HashSet<>();
        while (running) {
            try {
                ReportSignal.Raised raised = signal.take(TICK);
                fences.addAll(raised.fences());
                heads.addAll(raised.heads());
                ClientCallStreamObserver<AgentReport> stream = attached.get();
                if (stream == null || !stream.isReady()) {
                    continue; // Everything is told anew once there is a stream that takes it.
                }
                report(stream, fences, heads, raised.nothing());
                fences.clear();
                heads.clear();
            } catch (InterruptedException e) {
                return;
            } catch (SQLException e) {
                told = null; // What this report took up was not told: the next one is complete.
                storeFailed(e);
            } catch (IllegalStateException e) {
                told = null;
                LOG.debugf("stream ended while reporting problem=%s", e.getMessage());
            } catch (RuntimeException e) {
                told = null;
                LOG.error("report failed", e);
            }
        }
    }

    private void storeFailed(SQLException failure) {
        if (running && System.nanoTime() - toldNanos > TELL_AGAIN.toNanos()) {
            toldNanos = System.nanoTime();
            // The pool's own words are how long it tried.
            LOG.warnf(
                    "report delayed, the store does not answer problem=%s",
                    (failure.getCause() == null ? failure : failure.getCause()).getMessage());
        }
    }

    private void report(
            ClientCallStreamObserver<AgentReport> stream, Set<ShardId> fences, Set<ShardId> heads, boolean tick)
            throws SQLException {
        AgentReport.Builder report = AgentReport.newBuilder();
        boolean first = stream != told;
        if (first) {
            forget();
            report.setRegion(identity.region().name())
                    .setGroup(identity.group())
                    .setInstance(identity.instance())
                    .setComplete(true);
        }
        long now = System.nanoTime();
        DesiredState state = desired.get();
        report.setKnownRevision(state.revision());
        boolean everything = first || now - rereadNanos > REREAD.toNanos();
        try (Connection connection = store.getConnection()) {
            if (everything) {
                rereadNanos = now;
                add(report, FenceTable.all(connection));
            } else if (!fences.isEmpty()) {
                add(report, FenceTable.of(connection, fences));
            }
            addHeads(connection, report, state, everything ? Set.of() : heads, everything);
            if (first || tick || now - factsNanos > TICK.toNanos()) {
                factsNanos = now;
                addFacts(connection, report, state);
            }
        }
        carried.repairs().get().stream().map(ReportMapper::toMessage).forEach(report::addRepairs);
        carried.parked().get().stream().map(ReportMapper::toMessage).forEach(report::addParkedOrders);
        carried.revisions().get().stream().map(RevisionMapper::toMessage).forEach(report::addRevisions);
        carried.gathered().get().stream().map(LossMapper::toMessage).forEach(report::addGathered);
        carried.tails().get().stream().map(LossMapper::toMessage).forEach(report::addTails);
        carried.seedings().get().stream().map(SeedMapper::toMessage).forEach(report::addSeedings);
        TakenHashes.Since taken = hashes.since(toldHashes, toldVerifications);
        taken.hashes().stream().map(ReportMapper::toMessage).forEach(report::addHashes);
        taken.verifications().stream().map(ReportMapper::toMessage).forEach(report::addVerifications);
        stream.onNext(report.build());
        told = stream;
        toldHashes = taken.hashesEver();
        toldVerifications = taken.verificationsEver();
    }

    private void forget() {
        toldFences.clear();
        toldHeads.clear();
        toldHashes = 0;
        toldVerifications = 0;
    }

    private void add(AgentReport.Builder report, Map<ShardId, FenceRow> rows) {
        rows.values().stream()
                .sorted((one, other) -> one.shard().compareTo(other.shard()))
                .forEach(row -> {
                    if (!row.equals(toldFences.put(row.shard(), row))) {
                        report.addFences(ReportMapper.toMessage(row));
                    }
                });
    }

    /** Heads of awaited shards only: the others move with every write. */
    private void addHeads(
            Connection connection, AgentReport.Builder report, DesiredState state, Set<ShardId> signalled, boolean all)
            throws SQLException {
        List<DesiredState.Awaited> awaited = state.awaited().stream()
                .filter(one -> all || signalled.contains(one.shard()))
                .toList();
        if (awaited.isEmpty()) {
            return;
        }
        Map<ShardId, ShardHead> heads = FenceTable.heads(
                connection, awaited.stream().map(DesiredState.Awaited::shard).collect(Collectors.toSet()));
        reached.accept(awaited.stream()
                .filter(one -> {
                    ShardHead head = heads.get(one.shard());
                    return head != null && head.isAt(one.close());
                })
                .toList());
        heads.values().forEach(head -> {
            if (!head.equals(toldHeads.put(head.shard(), head))) {
                report.addHeads(ReportMapper.toMessage(head));
            }
        });
    }

    private void addFacts(Connection connection, AgentReport.Builder report, DesiredState state) throws SQLException {
        List<WorstShards.Item> alone = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "select greatest(0, extract(epoch from least(valid_until, clock_timestamp() + interval '1 day') - clock_timestamp()) * 1000)::bigint from meridian.lease where valid_until > clock_timestamp()")) {
                leaseRemainingMillis = row.next() ? row.getLong(1) : 0;
            }
            try (ResultSet row = statement.executeQuery("""
                    select shard, source, reason, greatest(0, extract(epoch from clock_timestamp() - at) * 1000)::bigint as millis
                    from meridian.stopped order by shard
                    """)) {
                while (row.next()) {
                    alone.add(new WorstShards.Item(
                            ShardId.of(row.getInt(1)),
                            RegionId.of(row.getString(2)),
                            row.getLong("millis"),
                            WorstShards.Kind.STOPPED,
                            row.getString(3)));
                    report.addStopped(StoppedShard.newBuilder()
                            .setShard(row.getInt(1))
                            .setSource(row.getString(2))
                            .setReason(row.getString(3)));
                }
            }
        }
        ParkedList parked = ParkedList.read(connection);
        report.setParkedShards(parked.count());
        parked.oldest().stream().map(ReportMapper::toMessage).forEach(report::addParked);
        parked.oldest().stream().map(ReportMapper::waiting).forEach(alone::add);
        OrphanList orphans = OrphanList.read(connection);
        report.setOpenOrphans(orphans.open());
        orphans.newest().stream().map(ReportMapper::toMessage).forEach(report::addOrphans);
        ReportFacts known = facts.get();
        known.lags().stream().map(ReportMapper::toMessage).forEach(report::addLags);
        known.lags().stream().flatMap(lag -> ReportMapper.heard(lag).stream()).forEach(report::addHeard);
        WorstShards.of(state, identity.region(), known.lags(), alone).stream()
                .map(ReportMapper::toMessage)
                .forEach(report::addShardLags);
        known.slot().map(ReportMapper::toMessage).ifPresent(report::setSlot);
        known.lives()
                .forEach((region, life) -> report.addLives(
                        RegionLife.newBuilder().setRegion(region.name()).setLife(life)));
        report.setHealth(ReportMapper.toMessage(known, leaseRemainingMillis));
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
