package io.meridian.agent;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.life.Succession;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.stream.DataPath;
import io.meridian.agent.stream.Lag;
import io.meridian.agent.stream.SlotState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs the data path as the topology says: starts it with the first view that names tables, and anew when tables or partitions change. */
final class DataPathRunner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DataPathRunner.class);
    /** Whether a region's next log may be gone over to is looked at this often. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final AgentSettings settings;
    private final DataPath.Listener listener;
    private final LossView losses;
    private final SeedView seedings;
    private final Succession succession;
    private final LinkedBlockingQueue<DesiredState> views = new LinkedBlockingQueue<>();
    private final Thread thread;
    private DataPath.@Nullable Config config;
    private volatile @Nullable DataPath path;
    /** Whose logs are applied. */
    private volatile Map<RegionId, Integer> lives = Map.of();

    DataPathRunner(AgentSettings settings, DataPath.Listener listener, LossView losses, SeedView seedings) {
        this.settings = settings;
        this.listener = listener;
        this.losses = losses;
        this.seedings = seedings;
        this.succession = new Succession(
                settings.region(), settings.store().access(), settings.kafkaBootstrap(), settings.kafkaPeers());
        this.thread = Thread.ofPlatform().daemon().name("data-path").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void changed(DesiredState state) {
        views.add(state);
    }

    ReportFacts facts() {
        DataPath running = path;
        if (running == null) {
            return new ReportFacts(false, false, Optional.of("no topology was heard yet"), List.of());
        }
        return new ReportFacts(
                running.capturing(),
                running.applying(),
                running.problem().or(succession::problem),
                running.lags().stream().map(DataPathRunner::lag).toList(),
                running.slot().map(this::slot),
                lives);
    }

    private static ReportFacts.Lag lag(Lag lag) {
        return new ReportFacts.Lag(
                lag.source(),
                lag.millis(),
                lag.recordsBehind(),
                lag.rowsBehind(),
                lag.bytesBehind(),
                lag.silentMillis(),
                lag.partitionMillis());
    }

    /** A person decided something of what waits of the shard from {@code source}. */
    void lookAgain(RegionId source, ShardId shard) {
        DataPath running = path;
        if (running != null) {
            running.lookAgain(source, shard);
        }
    }

    void lossesChanged() {
        DataPath running = path;
        if (running != null) {
            running.lossesChanged();
        }
    }

    List<GatherAnswer> gathered() {
        DataPath running = path;
        return running == null ? List.of() : running.gathered();
    }

    List<LossOrders.Tail> settledTails() {
        DataPath running = path;
        return running == null ? List.of() : running.settledTails();
    }

    List<SeedTold> seedings() {
        DataPath running = path;
        return running == null ? List.of() : running.seedings();
    }

    private ReportFacts.Slot slot(SlotState slot) {
        return new ReportFacts.Slot(
                slot.slot(),
                slot.state(),
                slot.retainedBytes(),
                slot.leftBytes(),
                switch (slot.pressure(settings.outages().retainedWarnBytes())) {
                    case NONE -> ReportFacts.Pressure.NONE;
                    case HIGH -> ReportFacts.Pressure.HIGH;
                    case LOSING -> ReportFacts.Pressure.LOSING;
                });
    }

    private void run() {
        try {
            DesiredState state = newest(views.take());
            while (true) {
                try {
                    follow(state);
                } catch (SQLException e) {
                    LOG.warnf("the data path waits for the store problem=%s", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("the data path failed by a defect, and is started anew", e);
                }
                DesiredState next = views.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                state = newest(next == null ? state : next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(DesiredState state) throws SQLException {
        if (state.shardCount() == 0 || state.tables().isEmpty()) {
            return;
        }
        DataPath.Config present = config;
        if (present == null) {
            restart(config(state, succession.atFirst(state.lives())));
            return;
        }
        DataPath.Config wanted = config(state, present.lives());
        if (!wanted.equals(present)) {
            restart(wanted);
        }
        Optional<Succession.Next> next = succession.ready(state.lives(), wanted.topics());
        if (next.isPresent()) {
            stop();
            config = null; // whatever fails from here on, it is started anew
            succession.goOver(next.get(), wanted.topics());
            restart(config(state, succession.lives()));
        }
    }

    private DesiredState newest(DesiredState first) {
        DesiredState state = first;
        for (DesiredState next = views.poll(); next != null; next = views.poll()) {
            state = next;
        }
        return state;
    }

    private void restart(DataPath.Config wanted) {
        stop();
        config = wanted;
        lives = wanted.lives();
        path = DataPath.start(wanted, listener, losses, seedings);
        LOG.infof(
                "data path started tables=%d partitions=%d peers=%s lives=%s",
                wanted.tables().size(), wanted.partitions(), wanted.peers().keySet(), wanted.lives());
    }

    private DataPath.Config config(DesiredState state, Map<RegionId, Integer> lives) {
        var first = new DataPath.Config(
                settings.region(),
                settings.group(),
                settings.store().url(),
                settings.store().user(),
                settings.store().password(),
                settings.slot(),
                "meridian_" + settings.group(),
                settings.captureSource(),
                settings.kafkaBootstrap(),
                settings.kafkaPeers(),
                state.shardCount(),
                state.partitions(),
                state.tables(),
                settings.data().resolve("staging-" + settings.group()),
                settings.outages());
        return first.in(lives);
    }

    private void stop() {
        DataPath running = path;
        path = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop();
    }
}
