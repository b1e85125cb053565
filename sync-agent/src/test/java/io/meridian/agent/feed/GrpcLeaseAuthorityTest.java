package io.meridian.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.agent.lease.LeaseAuthority.Answer;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class GrpcLeaseAuthorityTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Test
    void aNodeThatHangsIsNotTheWholeControlPlane() throws Exception {
        try (var hanging = new Node(false);
                var deciding = new Node(true);
                var servers = new FeedServers(List.of(hanging.address(), deciding.address()))) {
            var authority = authority(servers);

            assertThat(authority.renew(1, 7)).isEqualTo(new Answer.Granted(3, 40, Duration.ofSeconds(5)));
            assertThat(deciding.asked.peek().getStore().getInstallation()).isEqualTo("a");

            assertThat(authority.renew(2, 8)).isInstanceOf(Answer.Granted.class);
            assertThat(hanging.asked)
                    .as("the attached one first, each time")
                    .extracting(RenewLeaseRequest::getAttempt)
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void whatEachOfThemSaidIsToldWhenNoneAnswers() throws Exception {
        try (var one = new Node(false);
                var other = new Node(false);
                var servers = new FeedServers(List.of(one.address(), other.address()))) {
            assertThat(authority(servers).renew(1, 7))
                    .isInstanceOfSatisfying(
                            Answer.Unknown.class,
                            unknown -> assertThat(unknown.why()).contains(one.address(), other.address()));
        }
    }

    private static GrpcLeaseAuthority authority(FeedServers servers) {
        return new GrpcLeaseAuthority(
                servers,
                new Reporter.Identity(RegionId.of("east"), "main", "i"),
                DEADLINE,
                () -> Optional.of(new StorePlace(new StoreIdentity("7300", "a"), 1, 0)),
                () -> 1);
    }

    private static final class Node implements AutoCloseable {
        private final ConcurrentLinkedQueue<RenewLeaseRequest> asked = new ConcurrentLinkedQueue<>();
        private final Server server;

        Node(boolean answers) throws IOException {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(new FeedsGrpc.FeedsImplBase() {
                        @Override
                        public void renewLease(RenewLeaseRequest request, StreamObserver<RenewLeaseResponse> out) {
                            asked.add(request);
                            if (answers) {
                                out.onNext(RenewLeaseResponse.newBuilder()
                                        .setGranted(true)
                                        .setGeneration(3)
                                        .setRevision(40)
                                        .setDurationMillis(5000)
                                        .build());
                                out.onCompleted();
                            }
                        }
                    })
                    .build()
                    .start();
        }

        String address() {
            return "127.0.0.1:" + server.getPort();
        }

        @Override
        public void close() {
            server.shutdownNow();
        }
    }
}
