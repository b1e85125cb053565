package io.meridian.router.ads;

import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One stream's subscription to one type, whatever the variant of the protocol: what the client wants, what it has, what is on its
 * way. One response is on its way at most, and the next one is made from the newest state, so nothing ever queues. Without gRPC,
 * threads or clock.
 *
 * @param <Q> the variant's requests
 */
abstract sealed class Subscription<Q> permits DeltaSubscription, WorldSubscription {
    /** What was refused is sent once more after this time: long enough for a missing file to appear. */
    static final Duration RESEND_AFTER = Duration.ofSeconds(1);

    static final String ABSENT = "";
    static final String EVERYTHING = "*";

    /** No version is it: whoever has it must be told what there is. */
    private static final String FORGOTTEN = "?";

    final ResourceType type;
    final SortedSet<String> names = new TreeSet<>();
    boolean wildcard;
    boolean answerOwed;
    private boolean started;
    /** Name to the version that the client has accepted; {@link #ABSENT}: it knows that there is none. */
    private final Map<String, String> accepted = new HashMap<>();

    private final Map<String, Refusal> refusals = new TreeMap<>();
    private @Nullable Sent sent;
    /** The resources that were last found to be the client's own, so that asking again costs nothing. */
    private @Nullable Map<String, EnvoyResource> inStepWith;

    String lastNonce = "";
    private long nonces;
    private long sentRevision;
    private long acceptedRevision;

    Subscription(ResourceType type) {
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

    abstract Reply take(Q request, EnvoyResources newest, long nowNanos);

    /**
     * The response that is due now, if any; it counts as sent.
     *
     * @param mayRemove whether nothing refers any more to what is gone
     */
    final Optional<Response> due(EnvoyResources newest, boolean mayRemove, long nowNanos) {
        if (!started || sent != null || !newest.known() || (inStepWith == newest.of(type) && !answerOwed)) {
            return Optional.empty();
        }
        SortedMap<String, String> versions = needed(newest, mayRemove, nowNanos);
        if (versions.isEmpty() && !answerOwed) {
            return Optional.empty();
        }
        answerOwed = false;
        String nonce = Long.toString(++nonces);
        var response = new Response(nonce, wasRefused(versions), versions.keySet(), content(newest, versions));
        sent = new Sent(nonce, versions, newest);
        lastNonce = nonce;
        sentRevision = Math.max(sentRevision, newest.revision());
        return Optional.of(response);
    }

    /** @param versions of what the client lacks, by name; {@link #ABSENT}: it must be told that there is none */
    abstract Response.Content content(EnvoyResources newest, SortedMap<String, String> versions);

    private boolean wasRefused(SortedMap<String, String> versions) {
        return !versions.isEmpty()
                && versions.entrySet().stream().allMatch(entry -> {
                    Refusal refusal = refusals.get(entry.getKey());
                    return refusal != null && refusal.version().equals(entry.getValue());
                });
    }

    /** Whether the variant can tell that a resource does not exist. */
    abstract boolean tellsAbsence();

    /** What the client lacks, or what it refused once if that is all and the time has come. */
    private SortedMap<String, String> needed(EnvoyResources newest, boolean mayRemove, long nowNanos) {
        var versions = new TreeMap<String, String>();
        List<String> again = new ArrayList<>();
        for (String name : interest(newest)) {
            String version = versionOf(name, newest);
            boolean gone = version.equals(ABSENT);
            if (has(name, newest) || givenUp(name, version) || (gone && !mayTellAbsence(name, mayRemove))) {
                continue;
            }
            Refusal refusal = refusals.get(name);
            if (refusal == null || !refusal.version().equals(version)) {
                versions.put(name, version);
            } else if (nowNanos - refusal.atNanos() >= RESEND_AFTER.toNanos()) {
                again.add(name);
            }
        }
        if (versions.isEmpty()) {
            resent(again).forEach(name -> versions.put(name, versionOf(name, newest)));
        }
        return versions;
    }

    /** @param refused ascending. @return those that go into one resend */
    abstract Collection<String> resent(List<String> refused);

    private boolean mayTellAbsence(String name, boolean mayRemove) {
        return tellsAbsence() && (mayRemove || !accepted.containsKey(name));
    }

    final boolean started() {
        return started;
    }

    final void start() {
        started = true;
    }

    final boolean awaitsReply() {
        return sent != null;
    }

    /** Nonces are numbers per type and stream: any other text can be no answer to anything. */
    final boolean mayHaveSent(String nonce) {
        return nonce.isEmpty() || (nonce.matches("[1-9][0-9]{0,17}") && Long.parseLong(nonce) <= nonces);
    }

    /** Names that the client has sent: bounded, because they stay in memory. */
    final int namesWanted() {
        return names.size();
    }

    /** Newest revision all of whose resources of this type were accepted; 0: none. */
    final long acceptedRevision() {
        return acceptedRevision;
    }

    /** Newest revision of which something of this type was sent; 0: none. */
    final long sentRevision() {
        return sentRevision;
    }

    /** Of a resource that was refused in the version it should have now. */
    final Optional<String> refusal(EnvoyResources newest) {
        return refusals.entrySet().stream()
                .filter(entry -> entry.getValue().version().equals(versionOf(entry.getKey(), newest)))
                .map(entry -> entry.getKey() + ": " + entry.getValue().detail())
                .findFirst();
    }

    /** @param detail why the response was refused; empty: it was accepted */
    final Reply replied(String nonce, Optional<String> detail, long nowNanos) {
        if (sent == null || !sent.nonce().equals(nonce)) {
            return new Reply.Nothing(); // no reply, or one to a response that no longer matters
        }
        Sent answered = sent;
        sent = null;
        if (detail.isEmpty()) {
            answered.versions().forEach((name, version) -> {
                refusals.remove(name);
                if (version.equals(ABSENT) && !names.contains(name)) {
                    accepted.remove(name);
                } else {
                    accepted.put(name, version);
                }
            });
            if (wantsNothingMoreOf(answered.from())) {
                acceptedRevision = Math.max(acceptedRevision, answered.from().revision());
            }
            return new Reply.Accepted();
        }
        answered.versions()
                .forEach((name, version) -> refusals.merge(
                        name,
                        new Refusal(version, detail.get(), 1, nowNanos),
                        (old, fresh) -> old.version().equals(version)
                                ? new Refusal(version, detail.get(), old.times() + 1, nowNanos)
                                : fresh));
        return new Reply.Refused(detail.get());
    }

    /** The client says that it has these already. */
    final void knows(Map<String, String> versions) {
        accepted.putAll(versions);
        changed();
    }

    /** The client wants {@code name}, and may have lost it. */
    final void wants(String name) {
        names.add(name);
        accepted.remove(name);
        changed();
    }

    /** Whether the client has {@code name} or not, it must be told again. */
    final void forget(String name) {
        if (accepted.containsKey(name)) {
            accepted.put(name, FORGOTTEN);
            changed();
        }
    }

    /** The client no longer wants {@code name} by itself. */
    final void unwanted(String name) {
        names.remove(name);
        refusals.remove(name);
        changed();
        if (!wildcard) {
            accepted.remove(name);
        }
    }

    final void unwantedWildcard() {
        wildcard = false;
        accepted.keySet().retainAll(names);
        refusals.keySet().retainAll(names);
        changed();
    }

    /** What was known of the client no longer tells whether it is in step. */
    final void changed() {
        inStepWith = null;
    }

    /** When nothing has changed for this client, the newest revision is accepted without a word. */
    final void catchUp(EnvoyResources newest) {
        if (started && sent == null && newest.known() && wantsNothingMoreOf(newest)) {
            acceptedRevision = Math.max(acceptedRevision, newest.revision());
        }
    }

    final boolean owesResend(EnvoyResources newest) {
        return refusals.entrySet().stream()
                .anyMatch(entry -> entry.getValue().times() == 1
                        && entry.getValue().version().equals(versionOf(entry.getKey(), newest)));
    }

    /** Every addition and change has been accepted, or was refused twice: what refers to it need not wait any longer. */
    final boolean settled(EnvoyResources newest) {
        return sent == null
                && (inStepWith == newest.of(type)
                        || interest(newest).stream()
                                .allMatch(name -> has(name, newest)
                                        || versionOf(name, newest).equals(ABSENT)
                                        || givenUp(name, versionOf(name, newest))));
    }

    /** Every addition and change of {@code newest} has been accepted. */
    final boolean inStep(EnvoyResources newest) {
        return sent == null && wantsNothingMoreOf(newest);
    }

    /** All names about which the client must be told something, if it is not so already. */
    final SortedSet<String> interest(EnvoyResources newest) {
        var interest = new TreeSet<>(names);
        if (wildcard) {
            interest.addAll(newest.of(type).keySet());
            interest.addAll(accepted.keySet());
        }
        return interest;
    }

    /** The version that the client has accepted; {@link #ABSENT}: none. */
    final String acceptedVersion(String name) {
        return accepted.getOrDefault(name, ABSENT);
    }

    private boolean wantsNothingMoreOf(EnvoyResources newest) {
        if (inStepWith == newest.of(type)) {
            return true;
        }
        SortedSet<String> interest = interest(newest);
        boolean nothing = interest.stream()
                .allMatch(name -> has(name, newest) || versionOf(name, newest).equals(ABSENT));
        if (nothing && interest.stream().allMatch(name -> has(name, newest) || !tellsAbsence())) {
            inStepWith = newest.of(type);
        }
        return nothing;
    }

    private boolean has(String name, EnvoyResources newest) {
        return versionOf(name, newest).equals(accepted.get(name));
    }

    private boolean givenUp(String name, String version) {
        Refusal refusal = refusals.get(name);
        return refusal != null && refusal.times() > 1 && refusal.version().equals(version);
    }

    final String versionOf(String name, EnvoyResources newest) {
        EnvoyResource resource = newest.of(type).get(name);
        return resource == null ? ABSENT : resource.version();
    }
}
