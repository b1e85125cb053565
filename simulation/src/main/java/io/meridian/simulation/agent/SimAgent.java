package io.meridian.simulation.agent;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.hashing.VerificationTaken;
import io.meridian.conflict.Verdict;
import io.meridian.simulation.control.Call;
import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.feed.AgentStream;
import io.meridian.simulation.store.SimStore;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One region's agent. A crash loses everything but what is in the store, in Kafka and in the file with the last view, which may be an old one. */
public final class SimAgent {
    private static final long SILENCE_MICROS = 6_000_000;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Site site;
    private final Servers servers;
    private static final int FILES_KEPT = 30;

    /** What the file held, oldest first: the newest saving may have failed, or the file comes from a backup. */
    private final List<DesiredState> files = new ArrayList<>(List.of(DesiredState.NOTHING));

    private DesiredState file = DesiredState.NOTHING;
    private Life life;

    public SimAgent(Site site) {
        this.site = site;
        this.servers = new Servers(site.nodes());
        site.topics()
                .forEach((region, topics) -> topics.onChanges(() -> {
                    if (region.equals(site.here())) {
                        return;
                    }
                    site.links().send(region, site.here(), site.machine().bound(() -> life.pullMore(region)));
                }));
        this.life = new Life();
        life.start();
    }

    /** @param filesLost so many of the newest savings of the last view are lost */
    public void crash(int filesLost) {
        site.machine().crash();
        life.broke();
        file = files.get(Math.max(0, files.size() - 1 - filesLost));
        site.log("crashed");
    }

    public void restart() {
        site.machine().start();
        life = new Life();
        life.start();
        site.log("starts again, knowing revision " + file.revision());
    }

    // ---- for its parts

    DesiredState desired() {
        return life.desired;
    }

    Servers servers() {
        return servers;
    }

    ReportSteps reporter() {
        return life.reporter;
    }

    Hashes hashes() {
        return life.hashes;
    }

    Optional<FencePlan.Close> intended(ShardId shard) {
        return life.fences.intended(shard);
    }

    Optional<Position> lastCaptured() {
        return life.capture.lastCaptured();
    }

    void markersCaptured(Collection<ShardId> shards) {
        life.reporter.fences(shards);
        life.fences.advanced(shards);
        life.appliers.forEach(ApplySteps::wake);
    }

    void headsAdvanced(Collection<ShardId> shards) {
        life.reporter.wake();
        life.fences.advanced(shards);
        life.appliers.forEach(ApplySteps::wake);
    }

    /** Marks changed, a head was turned back, records were rescued. */
    void looksAgain() {
        life.appliers.forEach(ApplySteps::wake);
    }

    /** {@code ParkedRelease.waitsFor}: whoever can bring what an OPEN waits for is told. */
    void waitsFor(ShardId shard, Verdict verdict, Epoch opening) {
        if (verdict instanceof Verdict.Surplus surplus) {
            life.aligner.wanted(shard, surplus, opening);
        } else if (verdict instanceof Verdict.AwaitsBase awaits) {
            life.rescue.awaited(shard, awaits.base());
        }
    }

    List<GatherAnswer> gathered() {
        return life.gatherer.gathered();
    }

    List<LossOrders.Tail> settled() {
        return life.settling.settled();
    }

    Optional<VerificationTaken> verified() {
        return life.verifying.taken();
    }

    void say(AgentStream.Report report) {
        life.say(report);
    }

    void leave() {
        life.leave();
    }

    ReportFacts facts() {
        var lags = new ArrayList<ReportFacts.Lag>();
        for (RegionId source : site.topics().keySet()) {
            if (!source.equals(site.here())) {
                lags.add(new ReportFacts.Lag(source, lag(source), 0));
            }
        }
        return new ReportFacts(true, true, life.lease.problem(), lags);
    }

    private OptionalLong lag(RegionId source) {
        long oldest = Long.MAX_VALUE;
        for (ApplySteps applier : life.appliersOf(source)) {
            if (applier.heartbeatMicros().isEmpty()) {
                return OptionalLong.empty();
            }
            oldest = Math.min(oldest, applier.heartbeatMicros().getAsLong());
        }
        return OptionalLong.of(Math.max(0, site.store().clockMicros() - oldest) / 1_000);
    }

    /** Between a start and a crash. */
    private final class Life {
        private final Hashes hashes = new Hashes(site, SimAgent.this);
        private final ReportSteps reporter = new ReportSteps(site, SimAgent.this);
        private final FenceSteps fences = new FenceSteps(site, SimAgent.this);
        private final LeaseSteps lease = new LeaseSteps(site, SimAgent.this, fences);
        private final CaptureSteps capture = new CaptureSteps(site, SimAgent.this);
        private final List<PullSteps> pullers = new ArrayList<>();
        private final GatherSteps gatherer = new GatherSteps(site, SimAgent.this);
        private final AlignSteps aligner = new AlignSteps(site, SimAgent.this);
        private final RescueSteps rescue = new RescueSteps(site, SimAgent.this, pullers);
        private final OrphanSteps orphans = new OrphanSteps(site);
        private final SettleSteps settling = new SettleSteps(site, SimAgent.this);
        private final VerifySteps verifying = new VerifySteps(site, SimAgent.this);
        private final List<RegionId> sources = new ArrayList<>();
        private final List<ApplySteps> appliers = new ArrayList<>();
        private DesiredState desired = file;
        private Optional<Attached> attached = Optional.empty();
        private boolean saving;

        Life() {
            for (RegionId source : site.topics().keySet()) {
                if (source.equals(site.here())) {
                    continue;
                }
                var puller =
                        new PullSteps(site, source, () -> appliersOf(source).forEach(ApplySteps::wake));
                for (int partition = 0; partition < site.partitions(); partition++) {
                    appliers.add(new ApplySteps(site, SimAgent.this, source, partition, puller));
                }
                sources.add(source);
                pullers.add(puller);
            }
        }

        List<ApplySteps> appliersOf(RegionId source) {
            int first = sources.indexOf(source) * site.partitions();
            return appliers.subList(first, first + site.partitions());
        }

        void start() {
            SimStore store = site.store();
            store.onCommit(site.machine().bound(capture::wake));
            capture.start();
            appliers.forEach(ApplySteps::start);
            pullers.forEach(PullSteps::start);
            fences.start();
            gatherer.start();
            rescue.start();
            orphans.start();
            settling.start();
            reporter.start();
            attach();
            lease.attempt();
            site.machine().every(HEARTBEAT, store::heartbeat);
            site.machine().every(LOOK, this::look);
        }

        void pullMore(RegionId source) {
            pullers.get(sources.indexOf(source)).wake();
        }

        // ---- its stream

        private void attach() {
            var now = new Attached(servers.current());
            attached = Optional.of(now);
            AgentStream.Report first = reporter.report(true);
            now.call.begin(
                    now.node.machine(),
                    () -> now.end = Optional.of(now.node.attachAgent(site.here(), now.call, first)));
        }

        private final class Attached {
            private final ControlNode node;
            private final Call<DesiredState.View> call;
            private Optional<ControlNode.AgentEnd> end = Optional.empty();
            private long heardMicros = site.machine().clockMicros();

            Attached(ControlNode node) {
                this.node = node;
                this.call = new Call<>(
                        site.scheduler(),
                        site.links(),
                        site.here(),
                        node.region(),
                        site.machine(),
                        view -> heard(this, view),
                        () -> ended(this));
            }
        }

        private void heard(Attached from, DesiredState.View view) {
            from.heardMicros = site.machine().clockMicros();
            DesiredState before = desired;
            desired = before.merge(view);
            if (desired != before) {
                verifying.look();
                fences.changed(desired.changedSince(before));
                if (!desired.awaited().equals(before.awaited())) {
                    reporter.wake();
                }
                if (!desired.sameButForRevision(before)) {
                    save();
                }
            }
        }

        private void save() {
            if (!saving) {
                saving = true;
                site.machine().afterMicros(site.scheduler().delay(1_000, 400_000), () -> {
                    saving = false;
                    file = desired;
                    files.add(desired);
                    if (files.size() > FILES_KEPT) {
                        files.removeFirst();
                    }
                });
            }
        }

        private void look() {
            attached.ifPresent(now -> {
                if (site.machine().clockMicros() - now.heardMicros > SILENCE_MICROS) {
                    leave();
                }
            });
        }

        void leave() {
            attached.ifPresent(now -> {
                broke();
                ended(now);
            });
        }

        /** The connection is gone; its node sees that if the network lets it. */
        void broke() {
            attached.ifPresent(now ->
                    now.call.endByClient(now.node.machine(), () -> now.end.ifPresent(ControlNode.AgentEnd::broke)));
        }

        private void ended(Attached which) {
            if (attached.equals(Optional.of(which))) {
                attached = Optional.empty();
                servers.next();
                site.machine().after(PAUSE, this::attach);
            }
        }

        void say(AgentStream.Report report) {
            attached.ifPresent(
                    now -> now.call.say(now.node.machine(), () -> now.end.ifPresent(end -> end.report(report))));
        }
    }
}
