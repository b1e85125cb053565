package io.meridian.control.switching;

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
}
