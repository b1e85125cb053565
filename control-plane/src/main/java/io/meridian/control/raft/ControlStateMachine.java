package io.meridian.control.raft;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The log's end: decides each entry and applies what comes of it. The lifecycle has to be driven by hand (RUNNING, PAUSED while a snapshot comes
 * in, RUNNING again), else the first snapshot that a follower gets closes its division without a word.
 */
final class ControlStateMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final StateCodec codec;
    private final AppliedState applied;
    private final int supports;
    private final Supplier<byte[]> report;
    private final Runnable votersChanged;
    private final Runnable leaderChanged;

    /**
     * @param supports newest logic version that this node knows
     * @param report how this node is, for whoever asks it
     * @param votersChanged told when others vote than before
     * @param leaderChanged told when this node hears of another leader
     */
    ControlStateMachine(
            StateCodec codec,
            AppliedState applied,
            int supports,
            Supplier<byte[]> report,
            Runnable votersChanged,
            Runnable leaderChanged) {
        this.codec = codec;
        this.applied = applied;
        this.supports = supports;
        this.report = report;
        this.votersChanged = votersChanged;
        this.leaderChanged = leaderChanged;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage) throws IOException {
        getLifeCycle().startAndTransition(() -> {
            super.initialize(server, groupId, raftStorage);
            storage.init(raftStorage);
            load(storage.loadLatestSnapshot());
        });
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        load(storage.loadLatestSnapshot());
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose();
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return storage;
    }

    /** On the leader only. A command that breaks {@code decide} must not get into the log, where it would stop every replica, each time it starts. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        TransactionContext transaction = super.startTransaction(request);
        try {
            Decider.decide(
                    applied.current(),
                    codec.command(request.getMessage().getContent().toByteArray()));
        } catch (RuntimeException e) {
            LOG.error("a command broke the decision and is kept out of the log", e);
            transaction.setException(new StateMachineException("defect in deciding: " + e, e));
        }
        return transaction;
    }

    /** An exception here stops the node: a stopped replica is better than a diverged one. */
    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = Objects.requireNonNull(transaction.getLogEntry());
        Command command =
                codec.command(entry.getStateMachineLogEntry().getLogData().toByteArray());
        ControlState state = known(applied.current());
        Reply reply = switch (Decider.decide(state, command)) {
            case Decision.Accepted accepted -> {
                state = EventApplier.applyAll(state, accepted.events());
                yield new Reply.Accepted(accepted.receipt());
            }
            case Decision.Refused refused -> {
                state = EventApplier.applyAll(state, refused.events());
                yield new Reply.Refused(refused.why());
            }
        };
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        applied.publish(state, entry.getIndex());
        return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(codec.encode(reply))));
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        super.notifyTermIndexUpdated(term, index);
        applied.publish(applied.current(), index);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
        super.notifyLeaderChanged(self, leader);
        leaderChanged.run();
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        super.notifyConfigurationChanged(term, index, configuration);
        votersChanged.run();
    }

    /** A stale read asks this one node how it is; reads of the state go by {@link ReadBarrier}. */
    @Override
    public CompletableFuture<Message> queryStale(Message request, long minIndex) {
        return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(report.get())));
    }

    @Override
    public long takeSnapshot() throws IOException {
        // Called by the thread that applies: nothing changes in between.
        ControlState state = applied.current();
        TermIndex last = getLastAppliedTermIndex();
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        // Whole or not there: a node that was killed while it wrote its first snapshot would never start again.
        Path fresh = file.toPath().resolveSibling(file.getName() + ".new");
        try (var channel = FileChannel.open(fresh, CREATE, WRITE, TRUNCATE_EXISTING);
                var out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            codec.write(state, out);
            out.flush();
            channel.force(true);
        }
        Files.move(fresh, file.toPath(), ATOMIC_MOVE, REPLACE_EXISTING);
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file.toPath(), digest), last));
        return last.getIndex();
    }

    /** A node that does not know the rules of the log cannot take part in it: it would make another state of the same commands. */
    private ControlState known(ControlState state) {
        if (state.logicVersion() > supports) {
            String why = "this node stops: the control plane's logic version is "
                    + state.logicVersion() + ", and this node knows up to " + supports
                    + "; start a newer release of it, its data stays good";
            LOG.error(why);
            throw new IllegalStateException(why);
        }
        return state;
    }

    private void load(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
        if (snapshot == null) {
            return;
        }
        Path file = snapshot.getFile().getPath();
        MD5Hash digest = snapshot.getFile().getFileDigest();
        if (digest != null) {
            MD5FileUtil.verifySavedMD5(file.toFile(), digest);
        }
        ControlState state;
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            state = codec.read(in);
        }
        known(state);
        TermIndex last = SimpleStateMachineStorage.getTermIndexFromSnapshotFile(file.toFile());
        setLastAppliedTermIndex(last);
        applied.publish(state, last.getIndex());
    }
}
