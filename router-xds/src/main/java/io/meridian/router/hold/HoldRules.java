package io.meridian.router.hold;

import io.meridian.router.view.Route;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import java.util.Locale;
import java.util.Optional;

/** What a question about a shard's owner is answered, given a truth. Pure. */
public final class HoldRules {
    private HoldRules() {}

    public sealed interface Verdict {
        record Go(ZoneId zone, String cluster, String mapVersion) implements Verdict {}

        /** Frozen: until it is released. */
        record WaitForRelease() implements Verdict {}

        /** The zone that just refused is of the owner's region still, whose one fence refused: a moment, for whichever of the two is late. Then {@code otherwise}. */
        record WaitForChange(Go otherwise) implements Verdict {}

        record Unavailable(Reason reason) implements Verdict {}
    }

    /** Why there is no owner to name. Everything is safe to repeat: nothing was executed. */
    public enum Reason {
        NOT_LOADED,
        NO_SUCH_SHARD,
        NO_OWNER,
        NO_WAY,
        HELD_TOO_LONG,
        FEED_LAPSED,
        /** {@link HoldLimits}. */
        HOLD_FULL;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param refusedBy the zone that just answered 421, if any
     * @param changed whether the shard's route changed while the question waited
     * @param lapsed whether the router has lost touch with the control plane: then nobody would ever release what it holds
     */
    public static Verdict decide(
            Optional<HoldTruth> truth, int shard, Optional<String> refusedBy, boolean changed, boolean lapsed) {
        if (truth.isEmpty() || truth.get().view().routing().shards() == 0) {
            return new Verdict.Unavailable(Reason.NOT_LOADED);
        }
        HoldTruth known = truth.get();
        if (shard < 0 || shard >= known.view().routing().shards()) {
            return new Verdict.Unavailable(Reason.NO_SUCH_SHARD);
        }
        return switch (known.view().routing().route(ShardId.of(shard))) {
            case Route.Frozen _ -> lapsed ? new Verdict.Unavailable(Reason.FEED_LAPSED) : new Verdict.WaitForRelease();
            case Route.Unowned _ -> new Verdict.Unavailable(Reason.NO_OWNER);
            case Route.Owned owned -> {
                Optional<String> cluster = known.view().routing().places().cluster(owned.zone(), known.region());
                if (cluster.isEmpty()) {
                    yield new Verdict.Unavailable(Reason.NO_WAY);
                }
                var go = new Verdict.Go(owned.zone(), cluster.get(), known.mapVersion());
                boolean refusedByOwner = refusedBy
                        .flatMap(zone -> known.view().routing().places().zone(zone))
                        .filter(zone -> known.view().routing().places().together(zone, owned.zone()))
                        .isPresent();
                yield refusedByOwner && !changed ? new Verdict.WaitForChange(go) : go;
            }
        };
    }
}
