package io.meridian.control.switching;

import io.meridian.control.certificate.Seal;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * What a run can prove of what it moved: nothing that the old owner had is missing at the new one.
 *
 * @param reasons why the proof is not complete; empty when nothing was lost
 * @param proofs of the shards that have a new owner
 * @param returned of those that were withdrawn and granted to their old owner again; their rows never left it
 * @param seal empty: no leader has signed it yet
 */
public record Certificate(
        Verdict verdict, List<String> reasons, List<Proof> proofs, List<Proof> returned, Optional<Seal> seal) {
    public enum Verdict {
        NOTHING_LOST,
        NOT_PROVEN,
        /** Every shard is where it was. */
        NOTHING_MOVED
    }

    public Certificate {
        reasons = List.copyOf(reasons);
        proofs = List.copyOf(proofs);
        returned = List.copyOf(returned);
    }

    /** Signed; nothing that the signature is over changes. */
    Certificate sealed(Seal by) {
        return new Certificate(verdict, reasons, proofs, returned, Optional.of(by));
    }

    /** Shards of which both hashes are known and say different things: something was lost, or added. */
    public List<ShardId> differing() {
        return proofs.stream()
                .filter(proof -> proof.before().filter(Proof.HashTaken::taken).isPresent()
                        && proof.after().filter(Proof.HashTaken::taken).isPresent()
                        && !proof.equal())
                .map(Proof::shard)
                .toList();
    }
}
