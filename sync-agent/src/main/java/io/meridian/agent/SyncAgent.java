package io.meridian.agent;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.failsafe.FailsafeAuthority;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.DesiredStateCell;
import io.meridian.agent.feed.FeedClient;
import io.meridian.agent.feed.FeedServers;
import io.meridian.agent.feed.GrpcLeaseAuthority;
import io.meridian.agent.feed.LifeAsker;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.feed.ReportSignal;
import io.meridian.agent.feed.Reporter;
import io.meridian.agent.feed.StoreTold;
import io.meridian.agent.feed.ViewFile;
import io.meridian.agent.feed.peers.PeerClients;
import io.meridian.agent.feed.peers.PeerServer;
import io.meridian.agent.fence.FenceListener;
import io.meridian.agent.fence.FenceLoop;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FenceTable;
import io.meridian.agent.fence.FenceWriter;
import io.meridian.agent.fence.ShardHead;
import io.meridian.agent.hashing.SnapshotHasher;
import io.meridian.agent.hashing.TakenHashes;
import io.meridian.agent.lease.LeaseKeeper;
import io.meridian.agent.life.OwnLife;
import io.meridian.agent.orphan.Adjudicator;
import io.meridian.agent.server.ServerIdentity;
import io.meridian.agent.server.ServerWatch;
import io.meridian.agent.server.StoreHistory;
import io.meridian.agent.stream.DataPath;
import io.meridian.agent.stream.Head;
import io.meridian.agent.transport.CaptureWork;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreLife;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * The agent of one store group in one region. Views come in and wake the fence loop; what it commits, what capture and apply report and what is hashed
 * wakes the reporter: nothing on a move's way waits for a clock.
 *
 * <p>Stopping it is stopping: fences stay as they are, and the lease runs out by itself.
 */
public final class SyncAgent implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SyncAgent.class);
    /** Four connections for each of closing, raising and opening, and some for reading; they are opened as they are needed. */
    private static final int FENCE_CONNECTIONS = 10;
    /**
     * A snapshot that is being taken when its shard may be opened: milliseconds. A store that is slower costs the move that much; without the snapshot, the
     * certificate would lack its proof.
     */
    private static final Duration SNAPSHOT_PATIENCE = Duration.ofMillis(500);

    private final AgentSettings settings;
    private final HikariDataSource store;
    private final HikariDataSource snapshots;
    private final FeedServers servers;
    private final ViewFile file;
    private final DesiredStateCell desired;
    private final FenceWriter writer;
    private final FenceLoop fences;
    private final LeaseKeeper lease;
    private final ReportSignal signal = new ReportSignal();
    private final TakenHashes taken = new TakenHashes();
    private final SnapshotHasher hasher;
    private final AskedOnce askedOnce;
    private final Adjudicator adjudicator;
    private final Reporter reporter;
    private final FeedClient feed;
    private final DataPathRunner dataPath;
    private final FailsafeAuthority failsafe;
    private final PeerServer peers;
    private final Heartbeat heartbeat;
    private final StoreHistory history;
    private final OwnLife life;
    private final ServerWatch storeServers;
    private final Runnable leaving = this::leaveOldPrimary;
    private final Thread starting;
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private volatile Optional<String> waitingFor = Optional.of("starting");
    private final ExecutorService fileWriter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("view-file").factory());
    private final AtomicReference<DesiredState> unsaved = new AtomicReference<>(DesiredState.NOTHING);

    public SyncAgent(AgentSettings settings) {
        this.settings = settings;
        Reporter.Identity identity = new Reporter.Identity(
                settings.region(), settings.group(), UUID.randomUUID().toString());
        // Before any session: from now on none is given of another database than the one that is remembered.
        this.history = new StoreHistory(
                settings.store().servers(),
                () -> settings.store().access().openReplication("meridian store history"),
                settings.standby(),
                settings.slot(),
                settings.data(),
                settings.group());
        this.store = settings.store().pool("meridian-fence", FENCE_CONNECTIONS);
        this.snapshots = settings.store().snapshots(SnapshotHasher.SNAPSHOTS_HELD + 3);
        this.servers = new FeedServers(settings.feedServers());
        this.file = new ViewFile(settings.data(), settings.group());
        this.desired = new DesiredStateCell(file.load(), this::viewChanged);
        this.life = new OwnLife(
                settings.region(), new LifeAsker(servers, settings.region(), settings.group())::ask, history);
        this.storeServers = new ServerWatch(
                store, settings.store().servers(), settings.store().looking(), settings.standby(), settings.slot());
        this.writer = new FenceWriter(settings.region(), store, history);
        Told told = new Told();
        this.hasher = new SnapshotHasher(snapshots, this::shardedTables, taken, signal::other);
        this.fences = new FenceLoop(settings.region(), store, this::desired, writer, told, this::beforeOpening);
        this.dataPath =
                new DataPathRunner(settings, told, new Losses(), () -> desired().seedings());
        this.askedOnce = new AskedOnce(settings, store, this::desired, dataPath::lookAgain, signal::other);
        this.adjudicator = new Adjudicator(
                settings.store()::orphans,
                settings.transactionLimit(),
                () -> desired().tables());
        this.reporter = new Reporter(
                identity,
                store,
                signal,
                this::desired,
                this::facts,
                new Reporter.Carried(
                        askedOnce::repaired,
                        askedOnce::decided,
                        askedOnce::revised,
                        dataPath::gathered,
                        dataPath::settledTails,
                        dataPath::seedings),
                taken,
                this::reached);
        this.feed = new FeedClient(servers, settings.group(), desired, reporter, this::admits);
        this.failsafe = new FailsafeAuthority(
                settings.region(),
                settings.group(),
                new GrpcLeaseAuthority(servers, identity, settings.renewEvery(), history::durable, life::number),
                new PeerClients(settings.peers()),
                this::desired,
                store);
        this.peers = peerServer();
        this.lease = new LeaseKeeper(
                settings.region(),
                settings.store(),
                desired,
                writer,
                failsafe,
                settings.renewEvery(),
                told,
                feed::leave,
                history);
        this.heartbeat = new Heartbeat(store);
        this.starting = Thread.ofPlatform().daemon().name("starting").unstarted(this::startOnceStoreIsThere);
        LOG.infof(
                "agent starting region=%s group=%s instance=%s known_revision=%d",
                identity.region(),
                identity.group(),
                identity.instance(),
                desired.get().revision());
    }

    private PeerServer peerServer() {
        try {
            return new PeerServer(
                    settings.region(),
                    settings.group(),
                    settings.peerPort(),
                    settings.transactionLimit(),
                    this::desired,
                    store,
                    history);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "other regions' agents cannot be listened to on 127.0.0.1:" + settings.peerPort(), e);
        }
    }

    /** Where other regions' agents ask. */
    public int peerPort() {
        return peers.port();
    }

    /** Leases are by the promises of the other regions: no control-plane node answers. */
    public boolean byPromises() {
        return failsafe.byPromises();
    }

    /** Returns at once; what is not there yet is waited for. */
    public void start() {
        starting.start();
    }

    private void startOnceStoreIsThere() {
        try {
            StoreGate.await(
                    store, settings.group(), settings.transactionLimit(), life, why -> waitingFor = Optional.of(why));
            waitingFor = Optional.empty();
        } catch (InterruptedException e) {
            return;
        }
        if (desired().lives().getOrDefault(settings.region(), StoreLife.FIRST).number() != life.number()) {
            desired.forget(); // grants of another life: what this one owns has to be heard
        }
        // Before anybody tells which database this is: sessions of another one are left then.
        settings.store().servers().onRaised(leaving);
        // First: it asks for what CLOSE left, and that is gone once the next owner's writes are applied.
        fences.start();
        dataPath.changed(desired());
        dataPath.start();
        askedOnce.start();
        adjudicator.start();
        reporter.start();
        feed.start();
        lease.start();
        heartbeat.start();
        storeServers.start();
        LOG.infof("agent started region=%s group=%s", settings.region(), settings.group());
    }

    /** What a later life should hold is nothing for this one's database, and no more is to be done in that. */
    private boolean admits(StoreTold view) {
        OptionalInt told = view.life(settings.region());
        if (told.isPresent() && life.overtaken(told.getAsInt())) {
            if (givenUp.compareAndSet(false, true)) {
                LOG.errorf("agent stops working problem=%s", life.problem().orElse(""));
                Thread.ofPlatform().daemon().name("given-up").start(this::stopWriting);
            }
            return false;
        }
        // A node that lags may still tell of the database before.
        if (told.orElse(1) == life.number()) {
            view.place().ifPresent(history::told);
        }
        return true;
    }

    private void stopWriting() {
        lease.close();
        failsafe.close();
        fences.close();
        adjudicator.close();
        dataPath.close();
    }

    /** Of the lease last written here. Negative: it ran out that long ago. */
    public Duration leaseRemaining() {
        return lease.remaining();
    }

    public LeaseKeeper lease() {
        return lease;
    }

    public FeedClient feed() {
        return feed;
    }

    public DesiredState desired() {
        return desired.get();
    }

    /** Rows that every region may write at any time are no part of what a move hands over, so no two snapshots of them need to be equal. */
    private List<Topology.Table> shardedTables() {
        return desired().tables().stream().filter(Topology.Table::sharded).toList();
    }

    /** Shards that were granted to this store and are not open yet. */
    public int shardsWaiting() {
        return fences.waiting();
    }

    public ReportFacts facts() {
        ReportFacts facts = dataPath.facts();
        Optional<String> problem = waitingFor
                .or(life::problem)
                .or(feed::refusal)
                .or(history::problem)
                .or(facts::problem)
                .or(lease::problem)
                .or(storeServers::problem)
                .or(adjudicator::problem);
        return facts.with(problem);
    }

    /** Shards that apply nothing more until a person looks at them. */
    public int shardsStopped() {
        return heartbeat.shardsStopped();
    }

    public AgentSettings settings() {
        return settings;
    }

    /** On the feed's thread. */
    private void viewChanged(DesiredState before, DesiredState after) {
        fences.changed(after.changedSince(before));
        if (!after.awaited().equals(before.awaited())) {
            signal.heads(
                    after.awaited().stream().map(DesiredState.Awaited::shard).toList());
        }
        after.verification()
                .filter(wanted -> !before.verification().equals(Optional.of(wanted)))
                .ifPresent(hasher::verify);
        askedOnce.changed(before, after);
        if (!after.losses().equals(before.losses()) || after.shards() != before.shards()) {
            dataPath.lossesChanged();
        }
        if (!after.sameButForRevision(before)) {
            dataPath.changed(after);
            save(after);
        }
    }

    /** Sessions of the old primary do not break while it is up. */
    private void leaveOldPrimary() {
        for (HikariDataSource pool : List.of(store, snapshots)) {
            HikariPoolMXBean sessions = pool.getHikariPoolMXBean();
            if (sessions != null) {
                sessions.softEvictConnections();
            }
        }
    }

    /** The newest state only; those between are of no use to a restart. */
    private void save(DesiredState state) {
        if (unsaved.getAndSet(state) == DesiredState.NOTHING) {
            try {
                fileWriter.execute(() -> file.save(unsaved.getAndSet(DesiredState.NOTHING)));
            } catch (RejectedExecutionException e) {
                LOG.debug("stopping: the last view stays unsaved");
            }
        }
    }

    private void reached(Collection<DesiredState.Awaited> awaited) {
        hasher.after(awaited.stream()
                .filter(one -> !one.close().region().equals(settings.region()))
                .map(SyncAgent::reached)
                .toList());
    }

    private static SnapshotHasher.Reached reached(DesiredState.Awaited awaited) {
        return new SnapshotHasher.Reached(awaited.run(), awaited.shard(), awaited.close());
    }

    /** After a restart the reporter may not have told yet of closes that are in: the content must be seen before the first write all the same. */
    private void beforeOpening(Collection<ShardId> shards) throws SQLException, InterruptedException {
        List<DesiredState.Awaited> unseen = desired().awaited().stream()
                .filter(one -> shards.contains(one.shard()) && !hasher.isBegun(reached(one)))
                .toList();
        if (!unseen.isEmpty()) {
            try (Connection connection = store.getConnection()) {
                Map<ShardId, ShardHead> heads = FenceTable.heads(
                        connection,
                        unseen.stream().map(DesiredState.Awaited::shard).toList());
                reached(unseen.stream()
                        .filter(one -> heads.containsKey(one.shard())
                                && heads.get(one.shard()).isAt(one.close()))
                        .toList());
            }
        }
        hasher.settle(shards, SNAPSHOT_PATIENCE);
    }

    private void before(Collection<FencePlan.Close> closed) {
        hasher.before(closed.stream()
                .map(one -> new SnapshotHasher.Closed(one.run(), one.shard(), one.closes()))
                .toList());
    }

    private final class Losses implements LossView {
        @Override
        public LossOrders orders() {
            return desired().losses();
        }

        @Override
        public Optional<Ownership> ownership(ShardId shard) {
            return Optional.ofNullable(desired().shards().get(shard));
        }
    }

    /** What was committed, captured and applied, to whom it matters. */
    private final class Told implements FenceListener, DataPath.Listener {
        @Override
        public void closed(Collection<FencePlan.Close> closed) {
            before(closed);
            signal.fences(closed.stream().map(FencePlan.Close::shard).toList());
        }

        @Override
        public void stayClosed(Collection<FencePlan.Close> closed) {
            before(closed);
        }

        @Override
        public void raised(Collection<FencePlan.Raise> raised) {
            signal.fences(raised.stream().map(FencePlan.Raise::shard).toList());
        }

        @Override
        public void opened(Collection<Ownership.Grant> opened) {
            signal.fences(opened.stream().map(Ownership.Grant::shard).toList());
        }

        @Override
        public void markerCaptured(ShardId shard, Epoch epoch, boolean close, Position position) {
            signal.fences(List.of(shard));
            fences.advanced(List.of(shard));
        }

        @Override
        public void headsAdvanced(RegionId source, Map<ShardId, Head> heads) {
            Set<ShardId> awaited = desired().awaitedShards();
            List<ShardId> matter =
                    heads.keySet().stream().filter(awaited::contains).toList();
            if (!matter.isEmpty()) {
                signal.heads(matter);
            }
            fences.advanced(heads.keySet());
        }

        @Override
        public void shardStopped(ShardId shard, RegionId source, String reason) {
            LOG.errorf("shard stopped, it applies nothing more shard=%s source=%s problem=%s", shard, source, reason);
            signal.other();
        }

        @Override
        public CaptureWork.Watcher capture() {
            return new CaptureWork.Watcher() {
                @Override
                public void begins(ServerIdentity server) {
                    history.captureBegins(server).ifPresent(lacks -> {
                        throw new StreamStoppedException("capture does not begin: " + lacks);
                    });
                }

                @Override
                public void sent(ServerIdentity server, long lsn) {
                    history.sent(server, lsn);
                }

                @Override
                public void lacks(ServerIdentity server, String reason) {
                    history.lacks(server, reason);
                    signal.other();
                }
            };
        }

        @Override
        public void lossesAnswered() {
            signal.other();
        }

        @Override
        public void seedingsAnswered() {
            signal.other();
        }
    }

    @Override
    public void close() {
        starting.interrupt();
        lease.close();
        failsafe.close();
        peers.close();
        feed.close();
        fences.close();
        settings.store().servers().forget(leaving);
        storeServers.close();
        heartbeat.close();
        askedOnce.close();
        adjudicator.close();
        reporter.close();
        dataPath.close();
        hasher.close();
        writer.close();
        servers.close();
        fileWriter.shutdown();
        snapshots.close();
        store.close();
        settings.store().servers().expectAny();
        LOG.infof("agent stopped region=%s group=%s", settings.region(), settings.group());
    }
}
