package io.meridian.agent.fence;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.Optional;

/** Whether a grant may be opened, asked inside the opening transaction. Pure. Each condition has a counterexample in the model (PROTOCOL 1). */
public final class OpeningRule {
    private OpeningRule() {}

    /**
     * What the transaction read and holds still until it ends.
     *
     * @param ownClose where this store's own CLOSE of the base's epoch stands; empty: there is none, or it was not captured yet
     * @param grantsRevision of the lease row: what this region's permission presupposes as known
     * @param headEnds nothing of the head's epoch can take effect behind it any more, although it is no CLOSE
     * @param unclean the store notes what is written of the shard, for orphans that may come
     * @param broken records of the shard were passed over here
     */
    public record Facts(
            FenceState state,
            Epoch epoch,
            Optional<ShardHead> head,
            Optional<Position> ownClose,
            long grantsRevision,
            boolean headEnds,
            boolean unclean,
            boolean broken) {
        /** Where no region was lost. */
        public Facts(
                FenceState state,
                Epoch epoch,
                Optional<ShardHead> head,
                Optional<Position> ownClose,
                long grantsRevision) {
            this(state, epoch, head, ownClose, grantsRevision, false, false, false);
        }
    }

    /** @param knownRevision up to which the asker knows what the control plane decided
     *  @return what stands in the way; empty: the grant may be opened */
    public static Optional<String> obstacle(Ownership.Grant grant, RegionId here, long knownRevision, Facts facts) {
        if (!grant.owner().equals(here)) {
            return Optional.of("it is granted to " + grant.owner());
        }
        if (knownRevision < facts.grantsRevision()) {
            return Optional.of(
                    "known revision " + knownRevision + " is older than the lease's " + facts.grantsRevision());
        }
        if (facts.state() == FenceState.OPEN) {
            return Optional.of("the fence is open at epoch " + facts.epoch());
        }
        if (!grant.epoch().isAbove(facts.epoch())) {
            return Optional.of("the fence has reached epoch " + facts.epoch());
        }
        if (facts.head().filter(head -> !grant.epoch().isAbove(head.epoch())).isPresent()) {
            return Optional.of(
                    "the head has reached epoch " + facts.head().get().epoch());
        }
        if (facts.broken()) {
            return Optional.of("records of it were passed over here: it must be seeded anew from its owner");
        }
        return switch (grant.base()) {
            case Base.None _ -> Optional.empty();
            case Base.At base -> missing(base, here, facts);
        };
    }

    /**
     * Whether the grant may have been given on the ground that a region is lost, which a promise to that region forbids to act on. Not one that follows on the
     * CLOSE of the epoch before it: whoever was withdrawn from has closed by itself.
     */
    public static boolean perhapsOnALoss(Ownership.Grant grant, RegionId here, Facts facts) {
        return switch (grant.base()) {
            case Base.None _ -> grant.epoch().number() > 1;
            case Base.At base -> {
                boolean closed = facts.head().filter(head -> head.isAt(base)).isPresent()
                        || (base.region().equals(here)
                                && facts.ownClose()
                                        .filter(base.position()::equals)
                                        .isPresent());
                yield !closed || grant.epoch().number() != base.epoch().number() + 2;
            }
        };
    }

    private static Optional<String> missing(Base.At base, RegionId here, Facts facts) {
        boolean applied = facts.head().filter(head -> head.isAt(base)).isPresent();
        boolean own = base.region().equals(here)
                && facts.ownClose().filter(base.position()::equals).isPresent();
        if (applied || own) {
            return Optional.empty();
        }
        if (facts.head().filter(head -> head.isExactly(base)).isEmpty()) {
            return Optional.of(
                    "its base is not in: " + base.region() + " epoch " + base.epoch() + " at " + base.position());
        }
        if (!facts.headEnds()) {
            return Optional.of("its base is not in as a cut: more may still take effect behind " + base.position());
        }
        return facts.unclean()
                ? Optional.empty()
                : Optional.of("its base is a cut at " + base.position()
                        + ", and the store does not note yet which rows are written");
    }
}
