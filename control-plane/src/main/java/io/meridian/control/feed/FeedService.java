package io.meridian.control.feed;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.RegionId;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.LifeRequest;
import io.meridian.wire.LifeResponse;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import io.meridian.wire.mapping.StorePlaceMapper;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The gRPC service: streams become feeds, a renewal becomes one command. */
final class FeedService extends FeedsGrpc.FeedsImplBase {
    private final FeedNode node;
    private final Clock clock;
    private final Duration lease;

    FeedService(FeedNode node, Clock clock, Duration lease) {
        this.node = node;
        this.clock = clock;
        this.lease = lease;
    }

    @Override
    public StreamObserver<AgentReport> agent(StreamObserver<AgentView> down) {
        return new AgentFeed(node, (ServerCallStreamObserver<AgentView>) down);
    }

    @Override
    public StreamObserver<RouterReport> router(StreamObserver<RouterView> down) {
        return new RouterFeed(node, (ServerCallStreamObserver<RouterView>) down);
    }

    @Override
    public void life(LifeRequest request, StreamObserver<LifeResponse> answer) {
        int life = node.source()
                .current()
                .lease(RegionId.of(request.getRegion()), request.getGroup())
                .map(RegionLease::life)
                .orElse(0);
        answer.onNext(LifeResponse.newBuilder().setLife(life).build());
        answer.onCompleted();
    }

    @Override
    public void renewLease(RenewLeaseRequest request, StreamObserver<RenewLeaseResponse> answer) {
        var region = RegionId.of(request.getRegion());
        if (request.getD0Micros() > 0) {
            long offset = request.getD0Micros() / 1000 - clock.millis();
            node.attached().agents().stream()
                    .filter(agent -> agent.isOf(region, request.getGroup()))
                    .forEach(agent -> agent.clockOffset(offset));
        }
        var command = new Command.RenewLease(
                clock.instant(),
                region,
                request.getGroup(),
                request.getInstance(),
                request.getAttempt(),
                lease,
                request.hasStore() ? Optional.of(StorePlaceMapper.fromMessage(request.getStore())) : Optional.empty(),
                request.getLife());
        try {
            switch (node.port().submit(command)) {
                case Outcome.Committed committed -> {
                    // Both of one decision: a generation that came after it presupposes more than this revision.
                    answer.onNext(RenewLeaseResponse.newBuilder()
                            .setGranted(true)
                            .setRevision(committed.receipt().at().number())
                            .setGeneration(Long.parseLong(committed.receipt().subject()))
                            .setDurationMillis(lease.toMillis())
                            .build());
                    answer.onCompleted();
                }
                case Outcome.Refused refused -> {
                    answer.onNext(RenewLeaseResponse.newBuilder()
                            .setRefusal(refused.why().detail())
                            .build());
                    answer.onCompleted();
                }
                case Outcome.Unknown unknown ->
                    answer.onError(
                            Status.UNAVAILABLE.withDescription(unknown.detail()).asRuntimeException());
                case Outcome.Previewed _ -> throw new IllegalStateException("a renewal is not for dry runs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.onError(Status.UNAVAILABLE.withDescription("this node stops").asRuntimeException());
        }
    }
}
