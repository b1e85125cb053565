package io.meridian.router.ads;

import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The protocol of one stream, without gRPC, threads or clock: its types side by side, each a {@link Subscription}, in the
 * {@link Order} that they need.
 *
 * @param <Q> requests of the variant that the stream speaks
 */
final class XdsStream<Q> {
    /** Longer ones are no names; an Envoy's is {@code east-edge-1}. */
    private static final int NODE_AT_MOST = 256;

    private static final int DETAIL_AT_MOST = 500;
    private static final int NAMES_AT_MOST = 100_000;

    private final Variant<Q> variant;
    private final Optional<ResourceType> only;
    private final Optional<String> certified;
    private final Map<ResourceType, Subscription<Q>> subscriptions = new EnumMap<>(ResourceType.class);
    private String node = "";
    private long rejections;

    /** What came of a request. */
    sealed interface Taken {
        record Understood(ResourceType type, Subscription.Reply reply) implements Taken {}

        /** The stream must end with this as its status. */
        record Refused(Fault fault, String why) implements Taken {}
    }

    /** What is wrong with a request that ends its stream. */
    enum Fault {
        INVALID,
        TOO_MUCH,
        NOT_WHO_IT_SAYS
    }

    /**
     * @param only the type of a single-resource stream; empty: the aggregated one
     * @param certified node that the client's certificate names; empty: it has shown none, and is whom it says
     */
    XdsStream(Variant<Q> variant, Optional<ResourceType> only, Optional<String> certified) {
        this.variant = variant;
        this.only = only;
        this.certified = certified;
    }

    /** Empty before the first request. */
    String node() {
        return node;
    }

    Taken take(Q request, EnvoyResources newest, long nowNanos) {
        Optional<Taken.Refused> wrongNode =
                wrongNode(variant.node().apply(request).getId());
        if (wrongNode.isPresent()) {
            return wrongNode.get();
        }
        String url = variant.typeUrl().apply(request);
        Optional<ResourceType> type =
                url.isEmpty() ? only : ResourceType.ofUrl(url).filter(this::served);
        if (type.isEmpty()) {
            return new Taken.Refused(
                    Fault.INVALID,
                    "resources of type '" + shown(url) + "' are not served here; served are " + servedUrls());
        }
        Subscription<Q> subscription = subscriptions.computeIfAbsent(type.get(), variant.subscription());
        String nonce = variant.nonce().apply(request);
        if (!subscription.mayHaveSent(nonce)) {
            return new Taken.Refused(
                    Fault.INVALID,
                    "response_nonce '" + shown(nonce) + "' was never sent on this stream for "
                            + type.get().url() + "; a new stream begins with an empty one");
        }
        var taken = new Taken.Understood(type.get(), subscription.take(request, newest, nowNanos));
        if (subscription.namesWanted() > NAMES_AT_MOST) {
            return new Taken.Refused(
                    Fault.TOO_MUCH,
                    "more than " + NAMES_AT_MOST + " names of " + type.get().url() + " on one stream");
        }
        if (taken.reply() instanceof Subscription.Reply.Refused) {
            rejections++;
        }
        return taken;
    }

    /** Takes the node's name from the first request; later ones may repeat it. */
    private Optional<Taken.Refused> wrongNode(String id) {
        if (!node.isEmpty() && (id.isEmpty() || id.equals(node))) {
            return Optional.empty();
        }
        if (!node.isEmpty()) {
            return refused(
                    Fault.INVALID,
                    "node.id changed from '" + node + "' to '" + shown(id) + "': one stream is of one node");
        }
        if (id.isEmpty() || id.length() > NODE_AT_MOST || !id.chars().allMatch(c -> c > ' ' && c < 127)) {
            return refused(
                    Fault.INVALID,
                    "the first request must name the node: node.id of 1 to " + NODE_AT_MOST
                            + " printable ASCII characters without spaces");
        }
        if (certified.isPresent() && !certified.get().equals(id)) {
            return refused(
                    Fault.NOT_WHO_IT_SAYS,
                    "node.id is '" + id + "', but the certificate is that of '" + certified.get() + "'");
        }
        node = id;
        return Optional.empty();
    }

    private static Optional<Taken.Refused> refused(Fault fault, String why) {
        return Optional.of(new Taken.Refused(fault, why));
    }

    /** The next response that is due, if any; call again until there is none. */
    Optional<Response> due(EnvoyResources newest, long nowNanos) {
        subscriptions.values().forEach(each -> each.catchUp(newest));
        for (var entry : subscriptions.entrySet()) {
            ResourceType type = entry.getKey();
            if (all(Order.before(type), each -> each.settled(newest))) {
                boolean mayRemove = all(Order.namers(type), each -> each.inStep(newest));
                Optional<Response> due = entry.getValue().due(newest, mayRemove, nowNanos);
                if (due.isPresent()) {
                    warm(due.get());
                    return due;
                }
            }
        }
        return Optional.empty();
    }

    /** An Envoy that gets a changed cluster waits for its endpoints again, even when these did not change. */
    private void warm(Response response) {
        Subscription<Q> endpoints = subscriptions.get(ResourceType.ENDPOINT);
        if (response.content().type() == ResourceType.CLUSTER && endpoints != null) {
            response.changed().forEach(endpoints::forget);
        }
    }

    private boolean all(Set<ResourceType> types, Predicate<Subscription<Q>> condition) {
        return types.stream()
                .map(subscriptions::get)
                .allMatch(each -> each == null || !each.started() || condition.test(each));
    }

    boolean awaitsReply() {
        return subscriptions.values().stream().anyMatch(Subscription::awaitsReply);
    }

    /** Something that was refused once will be sent once more when its time has come. */
    boolean owesResend(EnvoyResources newest) {
        return subscriptions.values().stream().anyMatch(each -> each.owesResend(newest));
    }

    StreamAck ack(EnvoyResources newest) {
        var types = new EnumMap<ResourceType, StreamAck.TypeAck>(ResourceType.class);
        subscriptions.forEach((type, each) -> types.put(
                type,
                new StreamAck.TypeAck(
                        each.sentRevision(),
                        each.acceptedRevision(),
                        each.refusal(newest).map(XdsStream::bounded).orElse(""))));
        return new StreamAck(node, types, rejections);
    }

    private static String bounded(String detail) {
        return detail.length() > DETAIL_AT_MOST ? detail.substring(0, DETAIL_AT_MOST) : detail;
    }

    private boolean served(ResourceType type) {
        return only.isEmpty() || only.get() == type;
    }

    private String servedUrls() {
        return Stream.of(ResourceType.values())
                .filter(this::served)
                .map(ResourceType::url)
                .collect(Collectors.joining(", "));
    }

    /** What a client wrote, in a status: short and printable. */
    private static String shown(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() > NODE_AT_MOST ? printable.substring(0, NODE_AT_MOST) + "..." : printable;
    }
}
