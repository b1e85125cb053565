package io.meridian.simulation.judge;

/** Of DESIGN 2 and of the rules in PROTOCOL that carry them. */
public enum Invariant {
    ONE_WRITER("at most one region admits writes to a shard, and only in the epoch that is in force"),
    NOTHING_LOST("every acknowledged write is at the new owner before it accepts its first"),
    ONE_ORDER(
            "every region applies each shard's writes once, in the order in which they were made, with none left out"),
    FENCE_MONOTONE("a fence and a head never go back"),
    NO_WRITE_ON_AN_OLD_READ("a transaction that read before the opening writes nothing after it"),
    LEASE_IS_VERIFIED("a lease is written only once every fence has reached the newest withdrawal that it presupposes"),
    LEASE_ENDS_IN_TIME("nothing is written at a region that may be taken over"),
    BASE_IS_THE_CLOSE(
            "a grant builds on the CLOSE behind the last write of the epoch before; after a loss on the furthest that survivors have"),
    ORPHANS_ARE_KEPT(
            "an acknowledged write that is not in the lineage is an orphan, known and decided in every region in the end"),
    NEWER_STAYS("an orphan takes effect only where nothing newer was written"),
    EVERY_REGION_RETURNS("every region that was lost and came back is RECONCILED in the end"),
    TARGET_HAS_CAUGHT_UP("a grant is committed only when its owner's region has everything up to its base"),
    EVERY_ROUTER_HOLDS("a shard is withdrawn only when every router that is counted holds its requests"),
    RELEASED_MEANS_OPEN("routers are told an owner only when its fence is open"),
    FROZEN_BY_A_LIVING_RUN("a shard is frozen by a run that goes on, and a withdrawn one is frozen"),
    EPOCHS_MONOTONE("epochs of a shard follow one another, each granted once"),
    NO_STREAM_STOPS("no stream and no shard stops: a clean history has nothing outside its lineage"),
    A_LAPSED_ROUTER_HOLDS_NOTHING("a router that lost touch with the control plane lets go what it holds"),
    NO_REQUEST_FAILS("without faults a move costs no request"),
    EVERYTHING_ENDS("after the last fault every run ends, every held request is answered and every shard takes writes"),
    CONVERGENCE("after the last fault and the last write all regions hold the same"),
    PROOF_IS_TRUE("a certificate never finds rows that differ in a history that lost none"),
    NO_DEFECT("nothing throws");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
