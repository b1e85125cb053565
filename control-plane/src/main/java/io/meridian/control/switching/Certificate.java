package io.meridian.control.switching;

import io.meridian.topology.ShardId;
import java.util.List;

/**
 * What a run can prove of what it moved: nothing that the old owner had is missing at the new one.
 *
 * @param reasons why the proof is not complete; empty when nothing was lost
 */
public record Certificate(Verdict verdict, List<String> reasons, List<Proof> proofs) {
    public enum Verdict {
        NOTHING_LOST,
        NOT_PROVEN
    }

    public Certificate {
        reasons = List.copyOf(reasons);
        proofs = List.copyOf(proofs);
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
