package io.meridian.agent;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.FenceReport;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.LifeRequest;
import io.meridian.wire.LifeResponse;
import io.meridian.wire.ParkedOrder;
import io.meridian.wire.RegionLife;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import io.meridian.wire.RepairRequest;
import io.meridian.wire.StorePlace;
import io.meridian.wire.TableMessage;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.mapping.OwnershipMapper;
import io.meridian.wire.mapping.StorePlaceMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A control plane without Raft: decisions are written by hand, everything the agents report is kept. Several regions may attach. */
public final class FakeControlPlane implements AutoCloseable {
    public static final Duration LEASE = Duration.ofSeconds(4);
    public static final int PARTITIONS = 4;

    private final Map<Integer, Ownership> shards = new TreeMap<>();
    private final Map<String, StreamObserver<AgentView>> streams = new HashMap<>();
    private final Map<String, Map<Integer, FenceReport>> fences = new HashMap<>();
    private final Map<String, Map<Integer, HeadReport>> heads = new HashMap<>();
    private final List<HashReport> hashes = new ArrayList<>();
    private final List<VerificationReport> verifications = new ArrayList<>();
    private final Map<String, StorePlace> stores = new HashMap<>();
    private final Map<String, RegionLife> lives = new TreeMap<>();
    private AgentReport orders = AgentReport.getDefaultInstance();
    private List<AwaitedClose> awaited = List.of();
    private Optional<VerificationRequest> verification = Optional.empty();
    private long revision = 1;
    private int port;
    private boolean granting = true;
    private @Nullable Server server;

    public FakeControlPlane() throws IOException {
        up();
    }

    public synchronized String address() {
        return "127.0.0.1:" + port;
    }

    /** Again on the same port. */
    public synchronized void up() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .addService(new Feeds())
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .build()
                .start();
        port = server.getPort();
    }

    public synchronized void down() throws InterruptedException {
        Server running = server;
        server = null;
        if (running != null) {
            running.shutdownNow();
            running.awaitTermination(5, TimeUnit.SECONDS);
        }
        streams.clear();
        fences.clear();
    }

    /** The region's database is given up, and an empty one is to follow. */
    public synchronized void beginAnew(String region, boolean logLost) {
        stores.remove(region);
        lives.put(
                region,
                RegionLife.newBuilder()
                        .setRegion(region)
                        .setLife(lifeOf(region) + 1)
                        .setLogLost(logLost)
                        .build());
        send(next().setLivesChanged(true).addAllLives(lives.values()));
    }

    private int lifeOf(String region) {
        RegionLife known = lives.get(region);
        return known == null ? 1 : known.getLife();
    }

    public synchronized void granting(boolean granted) {
        granting = granted;
    }

    public synchronized void decide(Collection<? extends Ownership> decided) {
        decided.forEach(one -> shards.put(one.shard().number(), one));
        AgentView.Builder view = next();
        decided.forEach(one -> view.addShards(OwnershipMapper.toMessage(one)));
        send(view);
    }

    /** @param region that answers with heads; the others are told too, as the real one may */
    public synchronized void await(String run, Collection<Base.At> closes, Collection<ShardId> ofShards) {
        List<AwaitedClose> wanted = new ArrayList<>();
        var shard = ofShards.iterator();
        closes.forEach(close -> wanted.add(AwaitedClose.newBuilder()
                .setRun(run)
                .setShard(shard.next().number())
                .setClose(OwnershipMapper.toMessage(close))
                .build()));
        awaited = wanted;
        send(next().setAwaitedChanged(true).addAllAwaited(awaited));
    }

    public synchronized void verify(VerificationRequest request) {
        verification = Optional.of(request);
        send(next().setVerificationChanged(true).setVerification(request));
    }

    public synchronized void repair(List<RepairRequest> requests) {
        send(next().setRepairsChanged(true).addAllRepairs(requests));
    }

    public synchronized void order(List<ParkedOrder> decided) {
        send(next().setParkedOrdersChanged(true).addAllParkedOrders(decided));
    }

    /** The newest report that tells what became of orders. */
    public synchronized AgentReport orders() {
        return orders;
    }

    public synchronized Ownership ownership(int shard) {
        Ownership ownership = shards.get(shard);
        if (ownership == null) {
            throw new IllegalStateException("shard " + shard + " was never granted");
        }
        return ownership;
    }

    public synchronized Optional<FenceReport> fence(String region, int shard) {
        return Optional.ofNullable(fences.getOrDefault(region, Map.of()).get(shard));
    }

    public synchronized Optional<HeadReport> head(String region, int shard) {
        return Optional.ofNullable(heads.getOrDefault(region, Map.of()).get(shard));
    }

    public synchronized List<HashReport> hashes() {
        return List.copyOf(hashes);
    }

    public synchronized List<VerificationReport> verifications() {
        return List.copyOf(verifications);
    }

    public synchronized long revision() {
        return revision;
    }

    public static Ownership.Grant grant(int shard, long epoch, String owner, Base base) {
        return new Ownership.Grant(ShardId.of(shard), Epoch.of(epoch), RegionId.of(owner), base);
    }

    public static Ownership.Withdrawal withdrawal(Ownership grant, String run) {
        return new Ownership.Withdrawal(grant.shard(), grant.epoch().next(), (Ownership.Grant) grant, run);
    }

    private AgentView.Builder next() {
        revision++;
        return AgentView.newBuilder().setRevision(revision).setGeneration(1);
    }

    private void send(AgentView.Builder view) {
        streams.values().forEach(stream -> stream.onNext(view.build()));
    }

    private AgentView complete(String region) {
        AgentView.Builder view = AgentView.newBuilder()
                .setRevision(revision)
                .setComplete(true)
                .setGeneration(1)
                .setShardCount(TestStore.SHARDS)
                .setPartitions(PARTITIONS)
                .addAllRegions(List.of("east", "west"))
                .addAllAwaited(awaited)
                .addAllLives(lives.values());
        verification.ifPresent(view::setVerification);
        StorePlace store = stores.get(region);
        if (store != null) {
            view.setStore(store);
        }
        shards.values().forEach(one -> view.addShards(OwnershipMapper.toMessage(one)));
        for (Topology.Table table : TestStore.TABLES) {
            view.addTables(TableMessage.newBuilder()
                    .setSchema(table.schema())
                    .setName(table.name())
                    .setShardingColumn(table.shardingColumn()));
        }
        return view.build();
    }

    private synchronized void reported(String region, AgentReport report) {
        Map<Integer, FenceReport> rows = fences.computeIfAbsent(region, _ -> new HashMap<>());
        report.getFencesList().forEach(row -> rows.put(row.getShard(), row));
        Map<Integer, HeadReport> ofRegion = heads.computeIfAbsent(region, _ -> new HashMap<>());
        report.getHeadsList().forEach(head -> ofRegion.put(head.getShard(), head));
        hashes.addAll(report.getHashesList());
        verifications.addAll(report.getVerificationsList());
        if (report.getRepairsCount() + report.getParkedOrdersCount() > 0) {
            orders = report;
        }
        notifyAll();
    }

    /** Blocks until the next report, or a moment: for loops that look again. */
    public synchronized void awaitReport() throws InterruptedException {
        wait(50);
    }

    private final class Feeds extends FeedsGrpc.FeedsImplBase {
        @Override
        public StreamObserver<AgentReport> agent(StreamObserver<AgentView> out) {
            return new StreamObserver<>() {
                private String region = "";

                @Override
                public void onNext(AgentReport report) {
                    synchronized (FakeControlPlane.this) {
                        if (region.isEmpty()) {
                            region = report.getRegion();
                            fences.remove(region);
                            streams.put(region, out);
                            out.onNext(complete(region));
                        }
                        reported(region, report);
                        out.onNext(AgentView.newBuilder()
                                .setRevision(revision)
                                .setGeneration(1)
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    gone();
                }

                @Override
                public void onCompleted() {
                    gone();
                }

                private void gone() {
                    synchronized (FakeControlPlane.this) {
                        streams.remove(region, out);
                    }
                }
            };
        }

        @Override
        public void life(LifeRequest request, StreamObserver<LifeResponse> out) {
            synchronized (FakeControlPlane.this) {
                out.onNext(LifeResponse.newBuilder()
                        .setLife(lifeOf(request.getRegion()))
                        .build());
                out.onCompleted();
            }
        }

        private boolean isOfTheRegion(RenewLeaseRequest request) {
            StorePlace known = stores.get(request.getRegion());
            return known == null
                    || !request.hasStore()
                    || StorePlaceMapper.fromMessage(request.getStore())
                            .store()
                            .mayBe(StorePlaceMapper.fromMessage(known).store());
        }

        @Override
        public void renewLease(RenewLeaseRequest request, StreamObserver<RenewLeaseResponse> out) {
            synchronized (FakeControlPlane.this) {
                boolean granted =
                        granting && request.getLife() == lifeOf(request.getRegion()) && isOfTheRegion(request);
                if (granted && request.hasStore()) {
                    stores.put(request.getRegion(), request.getStore());
                }
                out.onNext(RenewLeaseResponse.newBuilder()
                        .setGranted(granted)
                        .setRefusal(
                                granted
                                        ? ""
                                        : "the generation is being revoked, or the life or the database is another one")
                        .setGeneration(1)
                        .setRevision(revision)
                        .setDurationMillis(LEASE.toMillis())
                        .build());
                out.onCompleted();
            }
        }
    }

    @Override
    public void close() {
        try {
            down();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
