package io.meridian.router.ads;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import io.meridian.router.compile.Scope;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One Envoy's stream: {@link XdsStream} on gRPC. Used by the {@code ads} thread only. */
final class AdsStream<Q> {
    private static final Logger LOG = Logger.getLogger(AdsStream.class);

    private final long id;
    private final ServerCall<Asked<Q>, Encoded> call;
    private final Variant<Q> variant;
    private final Scope scope;
    private final Bodies bodies;
    private final AdsCounts counts;
    private final XdsStream<Q> xds;

    AdsStream(
            long id,
            ServerCall<Asked<Q>, Encoded> call,
            Variant<Q> variant,
            Optional<ResourceType> only,
            Admission.Admitted admitted,
            Bodies bodies,
            AdsCounts counts) {
        this.id = id;
        this.call = call;
        this.variant = variant;
        this.scope = admitted.scope();
        this.bodies = bodies;
        this.counts = counts;
        this.xds = new XdsStream<>(variant, only, admitted.certified());
    }

    long id() {
        return id;
    }

    String node() {
        return xds.node();
    }

    void open() {
        call.sendHeaders(new Metadata());
        call.request(1);
    }

    StreamAck ack(Catalogue newest) {
        return xds.ack(newest.of(scope));
    }

    /** @return false: the request was not understood and the stream is over */
    boolean take(Asked<Q> asked, Catalogue newest) {
        return switch (asked) {
            case Asked.NoRequest<Q> none -> refuse(Status.INVALID_ARGUMENT, none.why());
            case Asked.Request<Q> request -> take(request.request(), newest);
        };
    }

    private boolean take(Q request, Catalogue newest) {
        boolean first = xds.node().isEmpty();
        return switch (xds.take(request, newest.of(scope), System.nanoTime())) {
            case XdsStream.Taken.Refused refused -> refuse(status(refused.fault()), refused.why());
            case XdsStream.Taken.Understood understood -> {
                if (first) {
                    attached(newest);
                }
                count(understood);
                call.request(1);
                yield true;
            }
        };
    }

    private void attached(Catalogue newest) {
        LOG.infof("Envoy attached node=%s stream=%d", xds.node(), id);
        if (newest.everything().known() && !newest.knows(scope)) {
            LOG.warnf("Envoy of an unknown service gets nothing node=%s scope=%s", xds.node(), scope);
        }
    }

    private void count(XdsStream.Taken.Understood understood) {
        switch (understood.reply()) {
            case Subscription.Reply.Accepted _ -> counts.accepted();
            case Subscription.Reply.Nothing _ -> {}
            case Subscription.Reply.Refused refused -> {
                counts.refused();
                LOG.errorf(
                        "Envoy refused resources, it keeps the last good ones node=%s type=%s detail=%s",
                        xds.node(), understood.type(), refused.detail());
            }
        }
    }

    private boolean refuse(Status status, String why) {
        LOG.warnf("ADS stream refused stream=%d node=%s status=%s reason=%s", id, xds.node(), status.getCode(), why);
        call.close(status.withDescription(why), new Metadata());
        return false;
    }

    private static Status status(XdsStream.Fault fault) {
        return switch (fault) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case TOO_MUCH -> Status.RESOURCE_EXHAUSTED;
            case NOT_WHO_IT_SAYS -> Status.PERMISSION_DENIED;
        };
    }

    /** Only while the transport takes bytes: a slow Envoy gets what is newest when it reads again. */
    void send(Catalogue newest) {
        EnvoyResources own = newest.of(scope);
        while (call.isReady()) {
            Optional<Response> due = xds.due(own, System.nanoTime());
            if (due.isEmpty()) {
                return;
            }
            Response.Content content = due.get().content();
            var encoded = new Encoded(
                    bodies.of(variant.body(), content),
                    variant.tail().apply(due.get().nonce()));
            call.sendMessage(encoded);
            counts.sent(due.get(), encoded.size());
        }
    }

    boolean awaitsReply() {
        return xds.awaitsReply();
    }

    boolean owesResend(Catalogue newest) {
        return xds.owesResend(newest.of(scope));
    }

    void complete() {
        call.close(Status.OK, new Metadata());
    }
}
