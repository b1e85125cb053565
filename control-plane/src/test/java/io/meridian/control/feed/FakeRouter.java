package io.meridian.control.feed;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.EnvoyReport;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Speaks as a router over the real feed: holds and routes by what it hears, at once, with one Envoy that accepts everything. */
public final class FakeRouter implements AutoCloseable {
    private final String region;
    private final ManagedChannel channel;
    private final StreamObserver<RouterReport> up;
    private final Map<Integer, ShardRoute> routes = new ConcurrentHashMap<>();
    private volatile long revision;
    private volatile String ended = "";

    public FakeRouter(String region, int feedPort) {
        this.region = region;
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", feedPort)
                .usePlaintext()
                .build();
        up = FeedsGrpc.newStub(channel).router(new StreamObserver<>() {
            @Override
            public void onNext(RouterView view) {
                view.getRoutesList().forEach(route -> routes.put(route.getShard(), route));
                revision = view.getRevision();
                say();
            }

            @Override
            public void onError(Throwable broken) {
                ended = String.valueOf(broken.getMessage());
            }

            @Override
            public void onCompleted() {}
        });
        say();
        Thread.ofVirtual().start(this::stayAlive);
    }

    private void stayAlive() {
        try {
            while (!channel.isShutdown()) {
                TimeUnit.SECONDS.sleep(2);
                if (ended.isEmpty()) {
                    say();
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void say() {
        up.onNext(RouterReport.newBuilder()
                .setRegion(region)
                .setRouter(region + "-router")
                .setInstance("i")
                .setKnownRevision(revision)
                .setHoldRevision(revision)
                .setHoldCapable(true)
                .addEnvoys(EnvoyReport.newBuilder().setNode(region + "-envoy").setAckedRevision(revision))
                .build());
    }

    public Optional<ShardRoute> route(int shard) {
        return Optional.ofNullable(routes.get(shard));
    }

    /** Why the control plane ended the stream; empty: it has not. */
    public String ended() {
        return ended;
    }

    public long revision() {
        return revision;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
