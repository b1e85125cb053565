package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.meridian.router.compile.EnvoyResources;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One Envoy's stream: {@link DeltaStream} on gRPC. Used by the {@code ads} thread only. */
final class AdsStream {
    private static final Logger LOG = Logger.getLogger(AdsStream.class);

    private final long id;
    private final ServerCallStreamObserver<DeltaDiscoveryResponse> call;
    private final AdsCounts counts;
    private final DeltaStream delta = new DeltaStream();

    AdsStream(long id, ServerCallStreamObserver<DeltaDiscoveryResponse> call, AdsCounts counts) {
        this.id = id;
        this.call = call;
        this.counts = counts;
    }

    long id() {
        return id;
    }

    String node() {
        return delta.node();
    }

    EnvoyAck ack(EnvoyResources newest) {
        return delta.ack(newest);
    }

    /** @return false: the request was not understood and the stream is over */
    boolean take(DeltaDiscoveryRequest request, EnvoyResources newest) {
        boolean first = delta.node().isEmpty();
        switch (delta.take(request, newest, System.nanoTime())) {
            case DeltaStream.Taken.Refused refused -> {
                LOG.warnf("ADS stream refused stream=%d node=%s reason=%s", id, delta.node(), refused.why());
                call.onError(
                        Status.INVALID_ARGUMENT.withDescription(refused.why()).asRuntimeException());
                return false;
            }
            case DeltaStream.Taken.Understood understood -> {
                switch (understood.reply()) {
                    case DeltaSubscription.Reply.Accepted _ -> counts.accepted();
                    case DeltaSubscription.Reply.Nothing _ -> {}
                    case DeltaSubscription.Reply.Refused refused -> {
                        counts.refused();
                        LOG.errorf(
                                "Envoy refused resources, it keeps the last good ones node=%s type=%s detail=%s",
                                delta.node(), request.getTypeUrl(), refused.detail());
                    }
                }
            }
        }
        if (first) {
            LOG.infof("Envoy attached node=%s stream=%d", delta.node(), id);
        }
        call.request(1);
        return true;
    }

    void send(EnvoyResources newest) {
        while (call.isReady()) {
            Optional<DeltaDiscoveryResponse> due = delta.due(newest, System.nanoTime());
            if (due.isEmpty()) {
                return;
            }
            call.onNext(due.get());
            counts.sent(due.get().getResourcesCount());
        }
    }

    boolean owesResend(EnvoyResources newest) {
        return delta.owesResend(newest);
    }

    void complete() {
        call.onCompleted();
    }
}
