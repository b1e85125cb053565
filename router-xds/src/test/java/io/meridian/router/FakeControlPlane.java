package io.meridian.router;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A control-plane node that says what the test wants and writes down what routers report. Keeps its state over {@link #stop}. */
public final class FakeControlPlane implements AutoCloseable {
    private final List<StreamObserver<RouterView>> routers = new ArrayList<>();
    private final Map<String, RouterReport> reports = new ConcurrentHashMap<>();
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private RouterView state = RouterView.newBuilder().setComplete(true).build();
    private final int port;
    private Server server;
    private boolean silent;

    public FakeControlPlane() {
        server = started(0);
        port = server.getPort();
        var _ = heartbeat.scheduleWithFixedDelay(this::beat, 500, 500, TimeUnit.MILLISECONDS);
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public synchronized long revision() {
        return state.getRevision();
    }

    synchronized RouterView state() {
        return state;
    }

    /** The whole truth from now on. */
    public synchronized long say(RouterView.Builder truth) {
        state = truth.setComplete(true)
                .setTopologyChanged(true)
                .setRevision(state.getRevision() + 1)
                .build();
        send(state);
        return state.getRevision();
    }

    /** Changes the routes of some shards; only these are sent. */
    public synchronized long change(Iterable<Integer> shards, UnaryOperator<ShardRoute.Builder> change) {
        var next = state.toBuilder().setRevision(state.getRevision() + 1);
        var partial =
                RouterView.newBuilder().setRevision(next.getRevision()).setFeedLeaseMillis(state.getFeedLeaseMillis());
        for (int shard : shards) {
            ShardRoute route = change.apply(state.getRoutes(shard).toBuilder()).build();
            next.setRoutes(shard, route);
            partial.addRoutes(route);
        }
        state = next.build();
        send(partial.build());
        return state.getRevision();
    }

    /** The newest report of a router by its name. */
    public RouterReport report(String router) {
        return reports.getOrDefault(router, RouterReport.getDefaultInstance());
    }

    /** Accepts streams, says nothing more. */
    public synchronized void silent(boolean now) {
        silent = now;
    }

    /** Ends all streams, as a node does that hears no quorum. */
    public synchronized void endStreams() {
        routers.forEach(router ->
                router.onError(Status.UNAVAILABLE.withDescription("no leader").asRuntimeException()));
        routers.clear();
    }

    public synchronized void stop() {
        server.shutdownNow();
        routers.clear();
        try {
            server.awaitTermination();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized void startAgain() {
        server = started(port);
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
        server.shutdownNow();
    }

    private synchronized void beat() {
        send(RouterView.newBuilder()
                .setRevision(state.getRevision())
                .setFeedLeaseMillis(state.getFeedLeaseMillis())
                .build());
    }

    private void send(RouterView view) {
        if (!silent) {
            routers.removeIf(router -> {
                try {
                    router.onNext(view);
                    return false;
                } catch (RuntimeException gone) {
                    return true;
                }
            });
        }
    }

    private Server started(int port) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .addService(new Feeds())
                    .build()
                    .start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    private final class Feeds extends FeedsGrpc.FeedsImplBase {
        @Override
        public StreamObserver<RouterReport> router(StreamObserver<RouterView> views) {
            synchronized (FakeControlPlane.this) {
                if (!silent) {
                    views.onNext(state);
                }
                routers.add(views);
            }
            return new StreamObserver<>() {
                @Override
                public void onNext(RouterReport report) {
                    reports.put(report.getRouter(), report);
                }

                @Override
                public void onError(Throwable broken) {
                    leave();
                }

                @Override
                public void onCompleted() {
                    leave();
                    views.onCompleted();
                }

                private void leave() {
                    synchronized (FakeControlPlane.this) {
                        routers.remove(views);
                    }
                }
            };
        }
    }
}
