package io.meridian.agent.feed.peers;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.meridian.agent.failsafe.Peers;
import io.meridian.agent.failsafe.PromiseAsked;
import io.meridian.topology.RegionId;
import io.meridian.wire.PeersGrpc;
import io.meridian.wire.PromiseAnswer;
import io.meridian.wire.PromiseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Over gRPC. */
public final class PeerClients implements Peers {
    private final Map<RegionId, ManagedChannel> channels = new TreeMap<>();
    private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();

    /** @param addresses host:port, as this region reaches them */
    public PeerClients(Map<RegionId, String> addresses) {
        addresses.forEach((region, address) -> channels.put(
                region,
                NettyChannelBuilder.forTarget("dns:///" + address)
                        .usePlaintext()
                        .maxInboundMessageSize(1 << 20)
                        .build()));
    }

    @Override
    public Set<RegionId> known() {
        return channels.keySet();
    }

    @Override
    public List<String> ask(Set<RegionId> regions, PromiseAsked asked, Duration patience) throws InterruptedException {
        PromiseRequest request = PromiseMapper.toMessage(asked);
        Map<RegionId, Future<String>> answers = new LinkedHashMap<>();
        for (RegionId region : regions) {
            ManagedChannel channel = channels.get(region);
            if (channel == null) {
                return List.of("where region " + region + "'s agent is was not said (meridian.peers)");
            }
            answers.put(region, asking.submit(() -> ask(channel, request, patience)));
        }
        List<String> refusals = new ArrayList<>();
        for (var answer : answers.entrySet()) {
            try {
                String refusal = answer.getValue().get();
                if (!refusal.isEmpty()) {
                    refusals.add(answer.getKey() + ": " + refusal);
                }
            } catch (ExecutionException e) {
                refusals.add(answer.getKey() + ": " + e.getCause());
            }
        }
        return refusals;
    }

    private static String ask(ManagedChannel channel, PromiseRequest request, Duration patience) {
        try {
            PromiseAnswer answer = PeersGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .promise(request);
            return answer.getPromised() ? "" : answer.getRefusal();
        } catch (StatusRuntimeException e) {
            channel.resetConnectBackoff();
            return e.getStatus().getCode() + " " + e.getStatus().getDescription();
        }
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        asking.shutdownNow();
    }
}
