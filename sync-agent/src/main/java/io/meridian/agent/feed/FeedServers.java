package io.meridian.agent.feed;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The control plane's nodes, the own region's first, and which of them this agent talks to now. */
public final class FeedServers implements AutoCloseable {
    private final List<String> addresses;
    private final List<ManagedChannel> channels;
    private final AtomicInteger current = new AtomicInteger();

    /** @param addresses host:port, at least one */
    public FeedServers(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
        this.channels = addresses.stream().map(FeedServers::channel).toList();
    }

    private static ManagedChannel channel(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /** @param address for logs */
    record Server(int index, String address, ManagedChannel channel) {}

    Server current() {
        return skipping(0);
    }

    /** The one after {@code others} others, beginning with the current one. */
    Server skipping(int others) {
        int index = (current.get() + others) % channels.size();
        return new Server(index, addresses.get(index), channels.get(index));
    }

    /** Whoever finds a server useless says so; only the first of several sayings moves on. */
    void leave(Server useless) {
        current.compareAndSet(useless.index(), (useless.index() + 1) % channels.size());
        useless.channel().resetConnectBackoff();
    }

    int count() {
        return channels.size();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
