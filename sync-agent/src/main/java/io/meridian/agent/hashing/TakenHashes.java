package io.meridian.agent.hashing;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** What was hashed lately, to be told again to every new stream. Bounded: the oldest are forgotten. */
public final class TakenHashes {
    /** Several runs' worth of waves. */
    private static final int HASHES_KEPT = 8192;

    private static final int VERIFICATIONS_KEPT = 4;

    private final Deque<HashTaken> hashes = new ArrayDeque<>();
    private final Deque<VerificationTaken> verifications = new ArrayDeque<>();
    private long hashesEver;
    private long verificationsEver;

    /**
     * @param hashesEver how many there have been so far; with {@code verificationsEver} the place to go on from
     */
    public record Since(
            List<HashTaken> hashes, List<VerificationTaken> verifications, long hashesEver, long verificationsEver) {}

    public synchronized void add(Collection<HashTaken> taken) {
        hashes.addAll(taken);
        hashesEver += taken.size();
        while (hashes.size() > HASHES_KEPT) {
            hashes.removeFirst();
        }
    }

    public synchronized void add(VerificationTaken taken) {
        verifications.addLast(taken);
        verificationsEver++;
        while (verifications.size() > VERIFICATIONS_KEPT) {
            verifications.removeFirst();
        }
    }

    /** Those that came after the first {@code hashesTold} and {@code verificationsTold}, as far as they are kept. */
    public synchronized Since since(long hashesTold, long verificationsTold) {
        return new Since(
                newest(hashes, hashesEver - hashesTold),
                newest(verifications, verificationsEver - verificationsTold),
                hashesEver,
                verificationsEver);
    }

    private static <T> List<T> newest(Deque<T> kept, long count) {
        return count <= 0
                ? List.of()
                : kept.stream().skip(Math.max(0, kept.size() - count)).toList();
    }
}
