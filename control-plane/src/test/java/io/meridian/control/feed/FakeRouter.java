package io.meridian.control.feed;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.EnvoyReport;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Speaks as a router over the real feed: holds and routes by what it hears, at once, with one Envoy that accepts everything, unless it is told not
 * to. When its node is gone it attaches to the next one.
 */
public final class FakeRouter implements AutoCloseable {
    private final String region;
    private final List<ManagedChannel> channels;
    private final Map<Integer, ShardRoute> routes = new ConcurrentHashMap<>();
    private StreamObserver<RouterReport> up;
    private int attachedTo;
    private boolean closed;
    private boolean holds = true;
    private boolean acks = true;
    private boolean capable = true;
    private String nack = "";
    private int gone;
    private long heldRevision;
    private long ackedRevision;
    private volatile long revision;
    private volatile String ended = "";

    public FakeRouter(String region, int feedPort) {
        this(region, List.of(feedPort));
    }

    /** @param feedPorts of the nodes to attach to, in this order and round again */
    public FakeRouter(String region, List<Integer> feedPorts) {
        this.region = region;
        channels = feedPorts.stream()
                .map(port -> ManagedChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .build())
                .toList();
        up = attach();
        say();
        Thread.ofVirtual().start(this::stayAlive);
    }

    private synchronized StreamObserver<RouterReport> attach() {
        int attempt = attachedTo;
        ManagedChannel channel = channels.get(attachedTo % channels.size());
        return FeedsGrpc.newStub(channel).router(new StreamObserver<>() {
            @Override
            public void onNext(RouterView view) {
                hear(view, attempt);
            }

            @Override
            public void onError(Throwable broken) {
                ended = String.valueOf(broken.getMessage());
                again(attempt);
            }

            @Override
            public void onCompleted() {
                again(attempt);
            }
        });
    }

    private synchronized void hear(RouterView view, int attempt) {
        if (attempt == attachedTo) {
            view.getRoutesList().forEach(route -> routes.put(route.getShard(), route));
            revision = view.getRevision();
            say();
        }
    }

    private void again(int attempt) {
        if (channels.size() == 1) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            if (!closed && attempt == attachedTo) {
                attachedTo++;
                up = attach();
                say();
            }
        }
    }

    private void stayAlive() {
        try {
            while (!closed()) {
                TimeUnit.SECONDS.sleep(2);
                say();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean closed() {
        return closed;
    }

    /** Whether its hold endpoint follows what it hears. */
    public synchronized void holds(boolean now) {
        holds = now;
        say();
    }

    /** Whether its Envoy accepts what it hears. */
    public synchronized void acks(boolean now) {
        acks = now;
        nack = "";
        say();
    }

    /** Its Envoy refuses what it hears, and says why. */
    public synchronized void nacks(String why) {
        acks = false;
        nack = why;
        say();
    }

    /** So many Envoys have left it lately. */
    public synchronized void gone(int envoys) {
        gone = envoys;
        say();
    }

    /** Whether it says that it can hold requests at all. */
    public synchronized void capable(boolean now) {
        capable = now;
        say();
    }

    private synchronized void say() {
        heldRevision = holds ? revision : heldRevision;
        ackedRevision = acks ? revision : ackedRevision;
        try {
            up.onNext(RouterReport.newBuilder()
                    .setRegion(region)
                    .setRouter(region + "-router")
                    .setInstance("i")
                    .setKnownRevision(revision)
                    .setHoldRevision(heldRevision)
                    .setHoldCapable(capable)
                    .setEnvoysGone(gone)
                    .addEnvoys(EnvoyReport.newBuilder()
                            .setNode(region + "-envoy")
                            .setAckedRevision(ackedRevision)
                            .setSentRevision(revision)
                            .setNackDetail(nack))
                    .build());
        } catch (IllegalStateException e) {
            // The stream broke: the next one is told everything.
        }
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
    public synchronized void close() {
        closed = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
