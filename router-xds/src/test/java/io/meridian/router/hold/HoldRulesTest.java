package io.meridian.router.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import io.meridian.router.hold.HoldRules.Reason;
import io.meridian.router.hold.HoldRules.Verdict;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class HoldRulesTest {
    private static final Optional<HoldTruth> EAST = truth("east");
    private static final Optional<HoldTruth> WEST = truth("west");
    private static final Verdict.Go OWN = go("east-1", "zone-east-1");

    record Case(
            String name,
            Optional<HoldTruth> truth,
            int shard,
            String refusedBy,
            boolean changed,
            boolean lapsed,
            Verdict then) {
        @Override
        public String toString() {
            return name;
        }
    }

    //                                                       truth  shard refusedBy changed lapsed
    static final List<Case> CASES = List.of(
            new Case("own zone", EAST, 3, "", false, false, OWN),
            new Case("other region's zone", EAST, 40, "", false, false, go("west-1", "gw-west")),
            new Case("same zone from the other side", WEST, 3, "", false, false, go("east-1", "gw-east")),
            new Case("frozen", EAST, 48, "", false, false, new Verdict.WaitForRelease()),
            new Case("frozen and refused", EAST, 48, "east-1", false, false, new Verdict.WaitForRelease()),
            new Case("frozen, feed lapsed", EAST, 48, "", false, true, no(Reason.FEED_LAPSED)),
            new Case("not frozen, feed lapsed", EAST, 3, "", false, true, OWN),
            new Case("refused by the owner", EAST, 3, "east-1", false, false, new Verdict.WaitForChange(OWN)),
            new Case("refused by the owner, changed since", EAST, 3, "east-1", true, false, OWN),
            new Case(
                    "refused by the owner's neighbour",
                    EAST,
                    3,
                    "east-2",
                    false,
                    false,
                    new Verdict.WaitForChange(OWN)),
            new Case("refused by nobody known", EAST, 3, "east-9", false, false, OWN),
            new Case("refused by an earlier owner", EAST, 3, "west-1", false, false, OWN),
            new Case("never owned", EAST, 49, "", false, false, no(Reason.NO_OWNER)),
            new Case("no gateway there", WEST, 60, "", false, false, no(Reason.NO_WAY)),
            new Case("no such shard", EAST, 64, "", false, false, no(Reason.NO_SUCH_SHARD)),
            new Case("nothing loaded", Optional.empty(), 3, "", false, false, no(Reason.NOT_LOADED)));

    @ParameterizedTest
    @FieldSource("CASES")
    void aQuestionIsAnsweredByTheTruth(Case c) {
        Optional<String> refusedBy = Optional.of(c.refusedBy()).filter(zone -> !zone.isEmpty());

        assertThat(HoldRules.decide(c.truth(), c.shard(), refusedBy, c.changed(), c.lapsed()))
                .isEqualTo(c.then());
    }

    private static Optional<HoldTruth> truth(String region) {
        return Optional.of(new HoldTruth(Views.view(7), RegionId.of(region), "v7"));
    }

    private static Verdict.Go go(String zone, String cluster) {
        return new Verdict.Go(ZoneId.of(zone), cluster, "v7");
    }

    private static Verdict no(Reason reason) {
        return new Verdict.Unavailable(reason);
    }
}
