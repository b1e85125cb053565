package io.meridian.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class EnvoyBarrierTest {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final Revision ASKED = Revision.of(7);

    private static RouterSession router(
            RegionId region, boolean connected, long hold, int gone, RouterSession.EnvoySeen... envoys) {
        return new RouterSession(
                region + "-router-" + hold,
                "s",
                region,
                "n",
                connected,
                true,
                Revision.of(hold),
                List.of(envoys),
                0,
                gone);
    }

    private static RouterSession.EnvoySeen at(long acked) {
        return new RouterSession.EnvoySeen("envoy", Revision.of(acked), "");
    }

    private static RouterSession.EnvoySeen rejecting(long acked) {
        return new RouterSession.EnvoySeen("envoy", Revision.of(acked), "no such cluster", Revision.of(9));
    }

    record Case(String name, List<RouterSession> sessions, int live, int acked, boolean reached) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("nobody is heard", List.of(), 0, 0, false),
            new Case("only another region's router is heard", List.of(router(WEST, true, 7, 0, at(7))), 0, 0, false),
            new Case("no Envoy, the router has it", List.of(router(EAST, true, 7, 0)), 0, 0, true),
            new Case("no Envoy, the router lacks it", List.of(router(EAST, true, 6, 0)), 0, 0, false),
            new Case("all have it", List.of(router(EAST, true, 9, 0, at(7), at(9))), 2, 2, true),
            new Case("one lacks it", List.of(router(EAST, true, 9, 0, at(9), at(6))), 2, 1, false),
            new Case(
                    "one behind another router lacks it",
                    List.of(router(EAST, true, 9, 0, at(9)), router(EAST, true, 8, 0, at(6))),
                    2,
                    1,
                    false),
            new Case(
                    "another region's do not count",
                    List.of(router(EAST, true, 9, 0, at(9)), router(WEST, true, 1, 0, at(1))),
                    1,
                    1,
                    true),
            new Case("one refused what came before it", List.of(router(EAST, true, 9, 0, rejecting(6))), 1, 0, false),
            new Case("one refused what came after it", List.of(router(EAST, true, 9, 0, rejecting(7))), 1, 1, true),
            new Case(
                    "a router that nobody hears may still route",
                    List.of(router(EAST, true, 9, 0, at(9)), router(EAST, false, 6, 0, at(6))),
                    2,
                    1,
                    false),
            new Case(
                    "a router that lapsed counts no more",
                    List.of(router(EAST, true, 9, 0, at(9)), router(EAST, false, 6, 0)),
                    1,
                    1,
                    true));

    @ParameterizedTest
    @FieldSource("CASES")
    void aBarrierIsReachedWhenAllThatLiveHaveTheRevision(Case each) {
        EnvoyBarrier barrier = EnvoyBarrier.of(each.sessions(), EAST, ASKED);

        assertThat(barrier)
                .returns(each.live(), EnvoyBarrier::live)
                .returns(each.acked(), EnvoyBarrier::acked)
                .returns(each.reached(), EnvoyBarrier::reached);
    }

    @Test
    void thoseThatRejectAndThoseThatAreGoneAreCountedOverAllRouters() {
        var sessions = List.of(router(EAST, true, 9, 2, rejecting(7), at(9)), router(EAST, true, 8, 1, rejecting(1)));

        assertThat(EnvoyBarrier.of(sessions, EAST, ASKED))
                .returns(2, EnvoyBarrier::rejecting)
                .returns(3, EnvoyBarrier::gone);
    }
}
