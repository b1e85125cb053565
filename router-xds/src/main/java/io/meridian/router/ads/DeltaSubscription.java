package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One stream's subscription to one type: what the client wants, what it has, what is on its way. One response is on its way at most,
 * and the next one is made from the newest state, so nothing ever queues.
 */
final class DeltaSubscription {
    /** A refused resource is sent once more, alone, after this time: long enough for a missing file to appear. */
    static final Duration RESEND_AFTER = Duration.ofSeconds(1);

    private static final String ABSENT = "";
    private static final String EVERYTHING = "*";

    private final ResourceType type;
    private boolean started;
    private boolean wildcard;
    private boolean emptyAnswerOwed;
    private final SortedSet<String> names = new TreeSet<>();
    /** Name to the version that the client has accepted; {@link #ABSENT}: it knows that there is none. */
    private final Map<String, String> accepted = new HashMap<>();

    private final Map<String, Refusal> refusals = new TreeMap<>();
    private @Nullable Sent sent;
    private long acceptedRevision;

    DeltaSubscription(ResourceType type) {
        this.type = type;
    }

    /** @param versions by name; {@link #ABSENT} for removals */
    private record Sent(String nonce, SortedMap<String, String> versions, EnvoyResources from) {}

    private record Refusal(String version, String detail, int times, long atNanos) {}

    /** What the client makes of an earlier response. */
    sealed interface Reply {
        record Nothing() implements Reply {}

        record Accepted() implements Reply {}

        record Refused(String detail) implements Reply {}
    }

    boolean started() {
        return started;
    }

    /** Newest revision all of whose resources of this type were accepted; 0: none. */
    long acceptedRevision() {
        return acceptedRevision;
    }

    /** Of a resource that was refused in the version it should have now. */
    Optional<String> refusal(EnvoyResources newest) {
        return refusals.entrySet().stream()
                .filter(entry -> entry.getValue().version().equals(versionOf(entry.getKey(), newest)))
                .map(entry -> entry.getKey() + ": " + entry.getValue().detail())
                .findFirst();
    }

    Reply take(DeltaDiscoveryRequest request, EnvoyResources newest, long nowNanos) {
        Reply reply = reply(request, nowNanos);
        if (!started) {
            accepted.putAll(request.getInitialResourceVersionsMap());
            emptyAnswerOwed = request.getInitialResourceVersionsCount() == 0;
            wildcard = request.getResourceNamesSubscribeCount() == 0;
            started = true;
        }
        for (String name : request.getResourceNamesSubscribeList()) {
            if (name.equals(EVERYTHING)) {
                wildcard = true;
            } else {
                names.add(name);
                if (!request.containsInitialResourceVersions(name)) {
                    accepted.remove(name); // whoever subscribes again may have lost it
                }
            }
        }
        for (String name : request.getResourceNamesUnsubscribeList()) {
            if (name.equals(EVERYTHING)) {
                wildcard = false;
                accepted.keySet().retainAll(names);
            } else {
                names.remove(name);
                refusals.remove(name);
                if (!wildcard) {
                    accepted.remove(name);
                }
            }
        }
        catchUp(newest);
        return reply;
    }

    private Reply reply(DeltaDiscoveryRequest request, long nowNanos) {
        if (sent == null || !sent.nonce().equals(request.getResponseNonce())) {
            return new Reply.Nothing(); // no reply, or one to a response that no longer matters
        }
        Sent answered = sent;
        sent = null;
        if (!request.hasErrorDetail()) {
            answered.versions().forEach((name, version) -> {
                refusals.remove(name);
                accepted.put(name, version);
            });
            if (wantsNothingMoreOf(answered.from())) {
                acceptedRevision = Math.max(acceptedRevision, answered.from().revision());
            }
            return new Reply.Accepted();
        }
        String detail = request.getErrorDetail().getMessage();
        answered.versions()
                .forEach((name, version) -> refusals.merge(
                        name,
                        new Refusal(version, detail, 1, nowNanos),
                        (old, fresh) -> old.version().equals(version)
                                ? new Refusal(version, detail, old.times() + 1, nowNanos)
                                : fresh));
        return new Reply.Refused(detail);
    }

    /** When nothing has changed for this client, the newest revision is accepted without a word. */
    void catchUp(EnvoyResources newest) {
        if (started && sent == null && newest.known() && wantsNothingMoreOf(newest)) {
            acceptedRevision = Math.max(acceptedRevision, newest.revision());
        }
    }

    boolean owesResend(EnvoyResources newest) {
        return refusals.entrySet().stream()
                .anyMatch(entry -> entry.getValue().times() == 1
                        && entry.getValue().version().equals(versionOf(entry.getKey(), newest)));
    }

    /** Every addition and change has been accepted, or was refused twice: what refers to it need not wait any longer. */
    boolean settled(EnvoyResources newest) {
        return sent == null
                && interest(newest).stream()
                        .allMatch(name -> has(name, newest)
                                || versionOf(name, newest).equals(ABSENT)
                                || givenUp(name, versionOf(name, newest)));
    }

    /** Every addition and change of {@code newest} has been accepted. */
    boolean inStep(EnvoyResources newest) {
        return sent == null && wantsNothingMoreOf(newest);
    }

    /**
     * The response that is due now, if any; it counts as sent.
     *
     * @param mayRemove whether nothing refers any more to what is gone
     */
    Optional<DeltaDiscoveryResponse> due(EnvoyResources newest, boolean mayRemove, String nonce, long nowNanos) {
        if (!started || sent != null || !newest.known()) {
            return Optional.empty();
        }
        var versions = new TreeMap<String, String>();
        Optional<String> again = Optional.empty();
        for (String name : interest(newest)) {
            String version = versionOf(name, newest);
            boolean unneeded =
                    has(name, newest) || (version.equals(ABSENT) && accepted.containsKey(name) && !mayRemove);
            Refusal refusal = refusals.get(name);
            if (unneeded || givenUp(name, version)) {
                continue;
            }
            if (refusal == null || !refusal.version().equals(version)) {
                versions.put(name, version);
            } else if (again.isEmpty() && nowNanos - refusal.atNanos() >= RESEND_AFTER.toNanos()) {
                again = Optional.of(name);
            }
        }
        if (versions.isEmpty()) {
            again.ifPresent(name -> versions.put(name, versionOf(name, newest)));
        }
        if (versions.isEmpty() && !(emptyAnswerOwed && wildcard)) {
            return Optional.empty();
        }
        emptyAnswerOwed = false;
        sent = new Sent(nonce, versions, newest);
        return Optional.of(response(newest, versions, nonce));
    }

    private DeltaDiscoveryResponse response(EnvoyResources newest, SortedMap<String, String> versions, String nonce) {
        var response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type.url())
                .setNonce(nonce)
                .setSystemVersionInfo(Long.toString(newest.revision()));
        versions.keySet().forEach(name -> {
            EnvoyResource resource = newest.of(type).get(name);
            if (resource == null) {
                response.addRemovedResources(name);
            } else {
                response.addResources(resource.wire());
            }
        });
        return response.build();
    }

    /** All names about which the client must be told something, if it is not so already. */
    private SortedSet<String> interest(EnvoyResources newest) {
        var interest = new TreeSet<>(names);
        if (wildcard) {
            interest.addAll(newest.of(type).keySet());
            interest.addAll(accepted.keySet());
        }
        return interest;
    }

    private boolean wantsNothingMoreOf(EnvoyResources newest) {
        return interest(newest).stream()
                .allMatch(name -> has(name, newest) || versionOf(name, newest).equals(ABSENT));
    }

    private boolean has(String name, EnvoyResources newest) {
        return versionOf(name, newest).equals(accepted.get(name));
    }

    private boolean givenUp(String name, String version) {
        Refusal refusal = refusals.get(name);
        return refusal != null && refusal.times() > 1 && refusal.version().equals(version);
    }

    private String versionOf(String name, EnvoyResources newest) {
        EnvoyResource resource = newest.of(type).get(name);
        return resource == null ? ABSENT : resource.version();
    }
}
