package io.meridian.agent.feed.peers;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.agent.failsafe.PromiseAsked;
import io.meridian.agent.failsafe.PromiseRows;
import io.meridian.agent.failsafe.PromiseRule;
import io.meridian.agent.failsafe.PromiseTerms;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import io.meridian.wire.PeersGrpc;
import io.meridian.wire.PromiseAnswer;
import io.meridian.wire.PromiseRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** Answers other regions' agents that ask for a promise. */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PeerServer.class);
    private final RegionId here;
    private final String group;
    private final Duration transactionLimit;
    private final Supplier<DesiredState> desired;
    private final DataSource store;
    private final StoreStanding standing;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;

    /** @param port on 127.0.0.1; 0: any free one. @param transactionLimit T_tx, as all stores of the group were installed with */
    public PeerServer(
            RegionId here,
            String group,
            int port,
            Duration transactionLimit,
            Supplier<DesiredState> desired,
            DataSource store,
            StoreStanding standing)
            throws IOException {
        this.here = here;
        this.group = group;
        this.transactionLimit = transactionLimit;
        this.desired = desired;
        this.store = store;
        this.standing = standing;
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .executor(calls)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(new Promises())
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    private final class Promises extends PeersGrpc.PeersImplBase {
        @Override
        public void promise(PromiseRequest request, StreamObserver<PromiseAnswer> answer) {
            try {
                Optional<String> obstacle = give(PromiseMapper.fromMessage(request));
                obstacle.ifPresent(why ->
                        LOG.warnf("no promise given region=%s group=%s why=%s", request.getRegion(), group, why));
                answer.onNext(PromiseAnswer.newBuilder()
                        .setPromised(obstacle.isEmpty())
                        .setRefusal(obstacle.orElse(""))
                        .build());
                answer.onCompleted();
            } catch (SQLException e) {
                answer.onError(Status.UNAVAILABLE
                        .withDescription("the store does not answer: " + e.getMessage())
                        .asRuntimeException());
            }
        }
    }

    private Optional<String> give(PromiseAsked asked) throws SQLException {
        Optional<String> obstacle = PromiseRule.obstacle(here, group, desired.get(), asked);
        if (obstacle.isPresent()) {
            return obstacle;
        }
        try (Connection connection = store.getConnection()) {
            return PromiseRows.promise(
                    connection, asked, PromiseTerms.promiser(asked.duration(), transactionLimit), standing);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        calls.shutdownNow();
    }
}
