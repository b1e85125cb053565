package io.meridian.control.raft;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.TimeDuration;

/** One voter: its server, and a client that finds whoever leads. */
public final class RaftNode implements AutoCloseable {
    private static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("meridian control plane".getBytes(StandardCharsets.UTF_8)));

    private static final Duration HEARD_LIMIT = Duration.ofSeconds(5);

    private final RaftSettings settings;
    private final StateCodec codec;
    private final RaftServer server;
    private final RaftClient client;
    private final AppliedState applied = new AppliedState();
    private final ClientId localClient = ClientId.randomId();
    private final ReadBarrier barrier;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    public RaftNode(RaftSettings settings, StateCodec codec) throws IOException {
        this.settings = settings;
        this.codec = codec;
        Files.createDirectories(settings.storage());
        List<RaftPeer> peers = settings.voters().entrySet().stream()
                .map(voter -> RaftPeer.newBuilder()
                        .setId(voter.getKey())
                        .setAddress(voter.getValue())
                        .build())
                .toList();
        RaftGroup group = RaftGroup.valueOf(GROUP, peers);
        RaftProperties properties = RaftProperty.of(settings);
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(settings.node()))
                .setGroup(group)
                .setProperties(properties)
                .setStateMachine(new ControlStateMachine(codec, applied))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        // Whoever leads writes the group's addresses into the log as it reaches them. The first address known for a
        // peer stays, so ours come first.
        server.getServerRpc().addRaftPeers(peers);
        server.start();
        client = RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(group)
                .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                        50, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS)))
                .build();
        barrier = new ReadBarrier(this::append, Clock.systemUTC());
    }

    public AppliedState applied() {
        return applied;
    }

    public String name() {
        return settings.node();
    }

    public Duration requestTimeout() {
        return settings.requestTimeout();
    }

    /** This node leads and has applied all that was committed before its term. */
    public boolean leads() {
        return info().map(DivisionInfo::isLeaderReady).orElse(false);
    }

    public Optional<String> leader() {
        return info().flatMap(info -> Optional.ofNullable(info.getLeaderId())).map(id -> id + "");
    }

    /**
     * Whether {@code voter} takes part, as far as this node can tell: the leader hears followers, a follower hears its leader.
     *
     * @return empty: this node does not hear from that one either way
     */
    public Optional<Boolean> hears(String voter) {
        if (voter.equals(settings.node())) {
            return Optional.of(running() && leader().isPresent());
        }
        Optional<RoleInfoProto> role = info().map(DivisionInfo::getRoleInfoProto);
        if (role.isPresent() && role.get().hasLeaderInfo()) {
            return role.get().getLeaderInfo().getFollowerInfoList().stream()
                    .filter(follower -> follower.getId().getId().toStringUtf8().equals(voter))
                    .findFirst()
                    .map(follower -> follower.getLastRpcElapsedTimeMs() < HEARD_LIMIT.toMillis());
        }
        return leader().equals(Optional.of(voter)) ? Optional.of(true) : Optional.empty();
    }

    public boolean running() {
        return server.getLifeCycleState() == LifeCycle.State.RUNNING
                && info().filter(info -> info.getLifeCycleState() == LifeCycle.State.RUNNING)
                        .isPresent();
    }

    /** What became of an entry of the log: its reply and its index, or nothing that could be known in time. */
    sealed interface Written {
        record Answered(byte[] reply, long index) implements Written {}

        record Unknown(String why) implements Written {}
    }

    Written write(byte[] command, Duration patience) throws InterruptedException {
        Message message = Message.valueOf(ByteString.copyFrom(command));
        // On the leader itself the network has no part in it.
        CompletableFuture<RaftClientReply> pending = leads() ? submit(message) : send(message);
        return await(pending, patience);
    }

    private CompletableFuture<RaftClientReply> submit(Message message) {
        return request(message)
                .thenCompose(
                        reply -> reply.getNotLeaderException() == null && reply.getLeaderNotReadyException() == null
                                ? CompletableFuture.completedFuture(reply)
                                : send(message));
    }

    private CompletableFuture<RaftClientReply> send(Message message) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.io().send(message);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                calls);
    }

    private CompletableFuture<RaftClientReply> request(Message message) {
        var request = RaftClientRequest.newBuilder()
                .setClientId(localClient)
                .setServerId(RaftPeerId.valueOf(settings.node()))
                .setGroupId(GROUP)
                .setCallId(CallId.getAndIncrement())
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            return server.submitClientRequestAsync(request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Written await(CompletableFuture<RaftClientReply> pending, Duration patience)
            throws InterruptedException {
        try {
            RaftClientReply reply = pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (reply.isSuccess()) {
                return new Written.Answered(reply.getMessage().getContent().toByteArray(), reply.getLogIndex());
            }
            return new Written.Unknown(String.valueOf(reply.getException()));
        } catch (TimeoutException e) {
            return new Written.Unknown("no answer from the quorum in " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new Written.Unknown(String.valueOf(e.getCause()));
        }
    }

    /**
     * A state that contains every command which was answered before this call, by any node.
     *
     * @return empty: the quorum did not confirm in time
     */
    public Optional<ControlState> read() throws InterruptedException {
        Duration patience = settings.requestTimeout().multipliedBy(2);
        Optional<Long> index = barrier.index(patience);
        return index.isPresent() && applied.await(index.get(), patience)
                ? Optional.of(applied.current())
                : Optional.empty();
    }

    private Optional<Long> append(Command command) throws InterruptedException {
        return switch (write(codec.encode(command), settings.requestTimeout().multipliedBy(2))) {
            case Written.Answered answered -> Optional.of(answered.index());
            case Written.Unknown _ -> Optional.empty();
        };
    }

    private Optional<DivisionInfo> info() {
        try {
            return Optional.of(server.getDivision(GROUP).getInfo());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        barrier.close();
        calls.shutdownNow();
        client.close();
        server.close();
    }
}
