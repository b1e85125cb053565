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
     */
    public record Facts(
            FenceState state,
            Epoch epoch,
            Optional<ShardHead> head,
            Optional<Position> ownClose,
            long grantsRevision) {}

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
        return switch (grant.base()) {
            case Base.None _ -> Optional.empty();
            case Base.At base -> missing(base, here, facts);
        };
    }

    private static Optional<String> missing(Base.At base, RegionId here, Facts facts) {
        boolean applied = facts.head().filter(head -> head.isAt(base)).isPresent();
        boolean own = base.region().equals(here)
                && facts.ownClose().filter(base.position()::equals).isPresent();
        return applied || own
                ? Optional.empty()
                : Optional.of(
                        "its base is not in: " + base.region() + " epoch " + base.epoch() + " at " + base.position());
    }
}
