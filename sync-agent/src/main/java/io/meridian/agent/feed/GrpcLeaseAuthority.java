package io.meridian.agent.feed;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.agent.lease.LeaseAuthority;
import io.meridian.topology.StorePlace;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import io.meridian.wire.mapping.StorePlaceMapper;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks the node that the feed is attached to; when it does not answer in time, the next attempt asks another. */
public final class GrpcLeaseAuthority implements LeaseAuthority {
    private final FeedServers servers;
    private final Reporter.Identity identity;
    private final Duration deadline;
    private final Supplier<Optional<StorePlace>> store;
    private volatile int failures;

    /** @param store that asks */
    public GrpcLeaseAuthority(
            FeedServers servers, Reporter.Identity identity, Duration deadline, Supplier<Optional<StorePlace>> store) {
        this.store = store;
        this.servers = servers;
        this.identity = identity;
        this.deadline = deadline;
    }

    @Override
    public Answer renew(long attempt, long d0Micros) {
        FeedServers.Server server = servers.skipping(failures);
        RenewLeaseRequest.Builder request = RenewLeaseRequest.newBuilder()
                .setRegion(identity.region().name())
                .setGroup(identity.group())
                .setInstance(identity.instance())
                .setAttempt(attempt)
                .setD0Micros(d0Micros);
        store.get().map(StorePlaceMapper::toMessage).ifPresent(request::setStore);
        try {
            RenewLeaseResponse answer = FeedsGrpc.newBlockingStub(server.channel())
                    .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                    .renewLease(request.build());
            failures = answer.getGranted() ? 0 : (failures + 1) % servers.count();
            return answer.getGranted()
                    ? new Answer.Granted(
                            answer.getGeneration(), answer.getRevision(), Duration.ofMillis(answer.getDurationMillis()))
                    : new Answer.Refused(answer.getRefusal());
        } catch (StatusRuntimeException e) {
            failures = (failures + 1) % servers.count();
            Status status = e.getStatus();
            return new Answer.Unknown(server.address() + " " + status.getCode() + " " + status.getDescription());
        }
    }
}
