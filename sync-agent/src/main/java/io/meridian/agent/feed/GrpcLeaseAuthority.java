package io.meridian.agent.feed;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.agent.lease.LeaseAuthority;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the node that the feed is attached to; when it does not answer in time, the next attempt asks another. */
public final class GrpcLeaseAuthority implements LeaseAuthority {
    private final FeedServers servers;
    private final Reporter.Identity identity;
    private final Duration deadline;
    private volatile int failures;

    public GrpcLeaseAuthority(FeedServers servers, Reporter.Identity identity, Duration deadline) {
        this.servers = servers;
        this.identity = identity;
        this.deadline = deadline;
    }

    @Override
    public Answer renew(long attempt, long d0Micros) {
        FeedServers.Server server = servers.skipping(failures);
        try {
            RenewLeaseResponse answer = FeedsGrpc.newBlockingStub(server.channel())
                    .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                    .renewLease(RenewLeaseRequest.newBuilder()
                            .setRegion(identity.region().name())
                            .setGroup(identity.group())
                            .setInstance(identity.instance())
                            .setAttempt(attempt)
                            .setD0Micros(d0Micros)
                            .build());
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
