package io.meridian.agent;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.stream.DataPath;
import io.meridian.agent.stream.Lag;
import io.meridian.agent.stream.SlotState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs the data path as the topology says: starts it with the first view that names tables, and anew when tables or partitions change. */
final class DataPathRunner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DataPathRunner.class);

    private final AgentSettings settings;
    private final DataPath.Listener listener;
    private final LossView losses;
    private final SeedView seedings;
    private final LinkedBlockingQueue<DesiredState> views = new LinkedBlockingQueue<>();
    private final Thread thread;
    private DataPath.@Nullable Config config;
    private volatile @Nullable DataPath path;

    DataPathRunner(AgentSettings settings, DataPath.Listener listener, LossView losses, SeedView seedings) {
        this.settings = settings;
        this.listener = listener;
        this.losses = losses;
        this.seedings = seedings;
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
                running.problem(),
                running.lags().stream().map(DataPathRunner::lag).toList(),
                running.slot().map(this::slot));
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
            while (true) {
                DesiredState state = newest();
                DataPath.Config wanted = config(state);
                if (state.shardCount() > 0 && !state.tables().isEmpty() && !wanted.equals(config)) {
                    restart(wanted);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DesiredState newest() throws InterruptedException {
        DesiredState state = views.take();
        for (DesiredState next = views.poll(); next != null; next = views.poll()) {
            state = next;
        }
        return state;
    }

    private void restart(DataPath.Config wanted) {
        stop();
        config = wanted;
        path = DataPath.start(wanted, listener, losses, seedings);
        LOG.infof(
                "data path started tables=%d partitions=%d peers=%s",
                wanted.tables().size(), wanted.partitions(), wanted.peers().keySet());
    }

    private DataPath.Config config(DesiredState state) {
        return new DataPath.Config(
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
