package io.meridian.control.raft;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.TimeDuration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One voter: its server, and a client that finds whoever leads. */
public final class RaftNode implements AutoCloseable {
    private static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("meridian control plane".getBytes(StandardCharsets.UTF_8)));

    private static final Logger LOG = Logger.getLogger(RaftNode.class);
    private static final Duration HEARD_LIMIT = Duration.ofSeconds(5);

    private final RaftSettings settings;
    private final StateCodec codec;
    private final RaftProperties properties;
    private final RaftServer server;
    private volatile @Nullable RaftClient client;
    private final AppliedState applied = new AppliedState();
    private final LongAdder leaderChanges = new LongAdder();
    private final ClientId localClient = ClientId.randomId();
    private final ReadBarrier barrier;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    public RaftNode(RaftSettings settings, StateCodec codec) throws IOException {
        this.settings = settings;
        this.codec = codec;
        Files.createDirectories(settings.storage());
        List<RaftPeer> peers = settings.voters().entrySet().stream()
                .map(voter -> peer(voter.getKey(), voter.getValue()))
                .toList();
        properties = RaftProperty.of(settings);
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(settings.node()))
                .setGroup(settings.joins() ? RaftGroup.valueOf(GROUP) : RaftGroup.valueOf(GROUP, peers))
                .setProperties(properties)
                .setStateMachine(new ControlStateMachine(
                        codec,
                        applied,
                        settings.supports(),
                        () -> codec.encode(report()),
                        this::votersChanged,
                        leaderChanges::increment))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        // Whoever leads writes the group's addresses into the log as it reaches them. The first address known for a
        // peer stays, so ours come first.
        server.getServerRpc().addRaftPeers(peers);
        server.start();
        client = patientClient();
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

    /** How often this node heard of another leader since it started. */
    public long leaderChanges() {
        return leaderChanges.sum();
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
        return state().equals("RUNNING");
    }

    /** Of this node's part in the log: RUNNING when well, STARTING for one that no voter has let in yet. */
    public String state() {
        LifeCycle.State of = server.getLifeCycleState();
        return of != LifeCycle.State.RUNNING
                ? of.name()
                : info().map(info -> info.getLifeCycleState().name()).orElse("CLOSED");
    }

    public Voters voters() {
        return new Voters(this);
    }

    /** Who votes, as of this node's log; as of its configuration before there is one. */
    List<RaftPeer> peers() {
        List<RaftPeer> voting = division()
                .map(division -> List.copyOf(division.getRaftConf().getCurrentPeers()))
                .orElse(List.of());
        return voting.isEmpty()
                ? settings.voters().entrySet().stream()
                        .map(voter -> peer(voter.getKey(), voter.getValue()))
                        .toList()
                : voting.stream()
                        .sorted(Comparator.comparing(voter -> voter.getId() + ""))
                        .toList();
    }

    /** Who votes by an entry of the log that is committed; empty while a change is under way, and for a node that nobody has let in. */
    public Set<String> settledVoters() {
        return division()
                .filter(division -> division.getRaftConf().getPreviousPeers().isEmpty())
                .filter(division -> division.getRaftConf().getLogEntryIndex()
                        <= division.getInfo().getLastAppliedIndex())
                .map(division -> division.getRaftConf().getCurrentPeers().stream()
                        .map(voter -> voter.getId() + "")
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /** Voters are named after their regions; one that came back after a loss has a number behind it. */
    public String voterOf(String region) {
        return peers().stream()
                .map(voter -> voter.getId() + "")
                .filter(id -> id.equals(region) || id.matches(Pattern.quote(region) + "-\\d+"))
                .max(Comparator.comparing(String::length).thenComparing(id -> id))
                .orElse(region);
    }

    static RaftPeer peer(String id, String address) {
        return RaftPeer.newBuilder().setId(id).setAddress(address).build();
    }

    VoterReport report() {
        return division()
                .map(division -> {
                    DivisionInfo info = division.getInfo();
                    SnapshotInfo snapshot = division.getStateMachine().getLatestSnapshot();
                    TermIndex written = division.getRaftLog().getLastEntryTermIndex();
                    return new VoterReport(
                            settings.node(),
                            info.getCurrentRole() + "",
                            state(),
                            info.getCurrentTerm(),
                            leader().orElse(""),
                            Math.max(written == null ? -1 : written.getIndex(), info.getLastAppliedIndex()),
                            division.getRaftLog().getStartIndex(),
                            division.getRaftLog().getLastCommittedIndex(),
                            info.getLastAppliedIndex(),
                            snapshot == null ? -1 : snapshot.getIndex(),
                            settings.supports());
                })
                .orElseThrow(() -> new IllegalStateException("no part in the log"));
    }

    private RaftClient patientClient() {
        return client(RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                50, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS)));
    }

    /** Called by the thread that applies. What the old client has under way gets time to end. */
    private void votersChanged() {
        RaftClient old = client;
        if (old != null && !calls.isShutdown()) {
            calls.execute(() -> {
                client = patientClient();
                try (old) {
                    TimeUnit.MILLISECONDS.sleep(
                            settings.requestTimeout().multipliedBy(10).toMillis());
                } catch (IOException e) {
                    LOG.debugf("an old client did not close why=%s", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** For those who vote now, as this node reaches them where it has addresses of its own. */
    RaftClient client(RetryPolicy retries) {
        List<RaftPeer> reached = peers().stream()
                .map(voter -> peer(
                        voter.getId() + "", settings.voters().getOrDefault(voter.getId() + "", voter.getAddress())))
                .toList();
        return RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(RaftGroup.valueOf(GROUP, reached))
                .setRetryPolicy(retries)
                .build();
    }

    StateCodec codec() {
        return codec;
    }

    <T> Future<T> run(Callable<T> call) {
        return calls.submit(call);
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
                        return Objects.requireNonNull(client).io().send(message);
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
        return division().map(RaftServer.Division::getInfo);
    }

    private Optional<RaftServer.Division> division() {
        try {
            return Optional.of(server.getDivision(GROUP));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        barrier.close();
        calls.shutdownNow();
        RaftClient present = client;
        if (present != null) {
            present.close();
        }
        server.close();
    }
}
