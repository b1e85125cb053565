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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Asks the node that the feed is attached to; when it does not answer in time, another: only when none does is the control plane gone, and others' promises
 * take its place. Asked twice, it may renew twice, and counts from the later one.
 */
public final class GrpcLeaseAuthority implements LeaseAuthority {
    private final FeedServers servers;
    private final Reporter.Identity identity;
    private final Duration deadline;
    private final Supplier<Optional<StorePlace>> store;
    private final IntSupplier life;

    /** @param store that asks @param life of it */
    public GrpcLeaseAuthority(
            FeedServers servers,
            Reporter.Identity identity,
            Duration deadline,
            Supplier<Optional<StorePlace>> store,
            IntSupplier life) {
        this.store = store;
        this.life = life;
        this.servers = servers;
        this.identity = identity;
        this.deadline = deadline;
    }

    /** Begins with the attached node each time, for that one tells of the store's clock. That none answers takes twice the deadline with three that hang. */
    @Override
    public Answer renew(long attempt, long d0Micros) {
        RenewLeaseRequest.Builder request = RenewLeaseRequest.newBuilder()
                .setRegion(identity.region().name())
                .setGroup(identity.group())
                .setInstance(identity.instance())
                .setAttempt(attempt)
                .setD0Micros(d0Micros)
                .setLife(life.getAsInt());
        store.get().map(StorePlaceMapper::toMessage).ifPresent(request::setStore);
        List<String> silent = new ArrayList<>();
        for (int others = 0; others < servers.count(); others++) {
            Duration patience = others == 0 ? deadline : deadline.dividedBy(2);
            Answer answer = ask(servers.skipping(others), request.build(), patience);
            if (!(answer instanceof Answer.Unknown unknown)) {
                return answer;
            }
            silent.add(unknown.why());
        }
        return new Answer.Unknown(String.join("; ", silent));
    }

    private static Answer ask(FeedServers.Server server, RenewLeaseRequest request, Duration patience) {
        try {
            RenewLeaseResponse answer = FeedsGrpc.newBlockingStub(server.channel())
                    .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .renewLease(request);
            return answer.getGranted()
                    ? new Answer.Granted(
                            answer.getGeneration(), answer.getRevision(), Duration.ofMillis(answer.getDurationMillis()))
                    : new Answer.Refused(answer.getRefusal());
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            return new Answer.Unknown(server.address() + " " + status.getCode() + " " + status.getDescription());
        }
    }
}
