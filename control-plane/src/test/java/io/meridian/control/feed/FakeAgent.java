package io.meridian.control.feed;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.AgentHealth;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.FenceReport;
import io.meridian.wire.FenceState;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.LagReport;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import io.meridian.wire.ShardHash;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Speaks as a sync agent over the real feed, with a store that is a map: closes, opens and reports at once, unless it is told to stall. */
public final class FakeAgent implements AutoCloseable {
    private final RegionId region;
    private final ManagedChannel channel;
    private final StreamObserver<AgentReport> up;
    private final Map<ShardId, FenceReport> rows = new HashMap<>();
    private final Map<Integer, AwaitedClose> awaited = new HashMap<>();
    private final Map<ShardId, String> runs = new HashMap<>();
    private long lsn = 1000;
    private boolean stalled;
    private long revision;

    public FakeAgent(String region, List<String> others, int feedPort) {
        this(region, others, feedPort, Map.of(), 0);
    }

    /** The same store, attached to another control plane. */
    public FakeAgent attachedTo(int feedPort) {
        close();
        synchronized (this) {
            return new FakeAgent(region.name(), List.of(), feedPort, rows, revision);
        }
    }

    /** Of each shard, as committed in the store: {@code OPEN 3}, {@code CLOSED 4}. */
    public synchronized Map<Integer, String> fences() {
        var fences = new TreeMap<Integer, String>();
        rows.forEach((shard, row) ->
                fences.put(shard.number(), row.getState().name().replace("FENCE_STATE_", "") + " " + row.getEpoch()));
        return fences;
    }

    private FakeAgent(
            String region, List<String> others, int feedPort, Map<ShardId, FenceReport> store, long revision) {
        rows.putAll(store);
        this.revision = revision;
        this.region = RegionId.of(region);
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", feedPort)
                .usePlaintext()
                .build();
        up = FeedsGrpc.newStub(channel).agent(new StreamObserver<>() {
            @Override
            public void onNext(AgentView view) {
                hear(view);
            }

            @Override
            public void onError(Throwable broken) {}

            @Override
            public void onCompleted() {}
        });
        var first = AgentReport.newBuilder()
                .setRegion(region)
                .setGroup("main")
                .setInstance("i-" + System.nanoTime())
                .setComplete(true)
                .setHealth(AgentHealth.newBuilder()
                        .setCapturing(true)
                        .setApplying(true)
                        .setLeaseRemainingMillis(9000));
        first.setKnownRevision(revision).addAllFences(store.values());
        others.forEach(
                other -> first.addLags(LagReport.newBuilder().setSource(other).setMillis(12)));
        up.onNext(first.build());
        Thread.ofVirtual().start(this::stayAlive);
    }

    private void stayAlive() {
        try {
            while (!channel.isShutdown()) {
                TimeUnit.SECONDS.sleep(2);
                say(AgentReport.getDefaultInstance());
            }
        } catch (InterruptedException | RuntimeException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** While stalled, nothing of other regions arrives: heads stay where they are. */
    public synchronized void stall(boolean now) {
        stalled = now;
        if (!now) {
            arrive();
        }
    }

    public synchronized long revision() {
        return revision;
    }

    public synchronized int shardsKnown() {
        return rows.size();
    }

    public RenewLeaseResponse renew() {
        return FeedsGrpc.newBlockingStub(channel)
                .renewLease(RenewLeaseRequest.newBuilder()
                        .setRegion(region.name())
                        .setGroup("main")
                        .setAttempt(1)
                        .build());
    }

    private synchronized void hear(AgentView view) {
        revision = view.getRevision();
        view.getShardsList()
                .forEach(message -> hear(OwnershipMapper.fromMessage(message).orElseThrow()));
        if (view.getAwaitedChanged()) {
            awaited.clear();
            view.getAwaitedList().forEach(close -> {
                awaited.put(close.getShard(), close);
                runs.put(ShardId.of(close.getShard()), close.getRun());
            });
            if (!stalled) {
                arrive();
            }
        }
        if (view.getVerificationChanged() && view.hasVerification()) {
            var answer = VerificationReport.newBuilder()
                    .setId(view.getVerification().getId())
                    .setRound(view.getVerification().getRound());
            view.getVerification()
                    .getShardsList()
                    .forEach(shard -> answer.addShards(
                            ShardHash.newBuilder().setShard(shard).setRows(2)));
            say(AgentReport.newBuilder().addVerifications(answer).build());
        }
    }

    private void hear(Ownership ownership) {
        FenceReport row = rows.getOrDefault(ownership.shard(), FenceReport.getDefaultInstance());
        var report = AgentReport.newBuilder();
        var next = row.toBuilder().setShard(ownership.shard().number());
        switch (ownership) {
            case Ownership.Withdrawal withdrawal -> {
                if (row.getState() == FenceState.FENCE_STATE_OPEN) {
                    next.setClosedAt(OwnershipMapper.toMessage(position()));
                    report.addHashes(hash(withdrawal.run(), HashMoment.HASH_MOMENT_BEFORE, withdrawal.shard()));
                }
                next.setEpoch(withdrawal.epoch().number()).setState(FenceState.FENCE_STATE_CLOSED);
            }
            case Ownership.Grant grant -> {
                if (grant.owner().equals(region) && grant.epoch().number() > row.getEpoch()) {
                    next.setEpoch(grant.epoch().number())
                            .setOwnedEpoch(grant.epoch().number())
                            .setState(FenceState.FENCE_STATE_OPEN)
                            .clearClosedAt()
                            .setOpenedAt(OwnershipMapper.toMessage(position()));
                    String run = runs.getOrDefault(grant.shard(), "");
                    if (!run.isEmpty()) {
                        report.addHashes(hash(run, HashMoment.HASH_MOMENT_AFTER, grant.shard()));
                    }
                }
            }
        }
        FenceReport committed = next.build();
        rows.put(ownership.shard(), committed);
        say(report.addFences(committed).build());
    }

    private void arrive() {
        var heads = new ArrayList<HeadReport>();
        awaited.values()
                .forEach(close -> heads.add(HeadReport.newBuilder()
                        .setShard(close.getShard())
                        .setEpoch(close.getClose().getEpoch())
                        .setPosition(close.getClose().getPosition())
                        .build()));
        say(AgentReport.newBuilder().addAllHeads(heads).build());
    }

    private Position position() {
        return new Position(region + "-store", ++lsn, 0);
    }

    private static HashReport hash(String run, HashMoment moment, ShardId shard) {
        return HashReport.newBuilder()
                .setRun(run)
                .setMoment(moment)
                .setShard(shard.number())
                .setRows(3)
                .setHash("ab" + shard)
                .build();
    }

    private synchronized void say(AgentReport report) {
        up.onNext(report);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
