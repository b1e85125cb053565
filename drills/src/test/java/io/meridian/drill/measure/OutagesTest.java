package io.meridian.drill.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.drill.measure.Outages.Absence;
import io.meridian.drill.measure.Outages.Outage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Times here are seconds; the code has nanoseconds. */
class OutagesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void noOutageWhereNothingFailedAndNobodyWaited() {
        assertThat(all(Absence.NONE, ok("west", 0, 0.1), ok("west", 1, 1.1), ok("west", 9, 9.9)))
                .isEmpty();
    }

    @Test
    void itLastsFromTheLastSuccessBeforeToTheFirstAfter() {
        List<Outage> found = all(
                Absence.NONE,
                ok("west", 0, 0.1),
                failed("west", 1, 1.2),
                failed("west", 2, 30),
                ok("west", 3, 8.5),
                ok("west", 9, 9.1));

        assertThat(found).containsExactly(outage("west", 0.1, 8.5, true));
    }

    @Test
    void aRequestThatWasHeldForLongIsAnOutageThoughItSucceeded() {
        assertThat(all(Absence.NONE, ok("west", 0, 0.1), ok("west", 1, 3.5)))
                .containsExactly(outage("west", 0.1, 3.5, true));
    }

    @Test
    void eachEdgeHasItsOwnAndTheWorstIsTheShards() {
        List<Probe> probes = Stream.of(
                        ok("west", 0, 0.1),
                        failed("west", 1, 1.1),
                        ok("west", 2, 2.1),
                        ok("north", 0, 0.1),
                        failed("north", 1, 1.1),
                        ok("north", 5, 5.1))
                .toList();

        assertThat(Outages.all(probes, Absence.NONE, 20 * SECOND)).hasSize(2);
        assertThat(Outages.worst(probes, Absence.NONE, 20 * SECOND)).containsExactly(outage("north", 0.1, 5.1, true));
    }

    @Test
    void oneThatDoesNotEndLastsToTheEndOfTheMeasurement() {
        assertThat(all(Absence.NONE, ok("west", 0, 0.1), failed("west", 1, 1.1)))
                .containsExactly(outage("west", 0.1, 20, false));
    }

    @Test
    void oneWithoutASuccessBeforeBeginsWithTheFirstRequest() {
        assertThat(all(Absence.NONE, failed("west", 1, 1.1), ok("west", 2, 2.1)))
                .containsExactly(outage("west", 1, 2.1, true));
    }

    @Test
    void whatCameInAtALostRegionsEdgeIsNobodysOutage() {
        var absence = new Absence("east", at(5), at(15));

        assertThat(all(
                        absence,
                        ok("east", 4, 4.1),
                        failed("east", 4.9, 5.2), // under way when it went
                        failed("east", 10, 10.1),
                        ok("east", 16, 16.1)))
                .isEmpty();
        assertThat(all(absence, ok("east", 16, 16.1), failed("east", 17, 17.1), ok("east", 18, 18.1)))
                .as("back, it counts as any other")
                .containsExactly(outage("east", 16.1, 18.1, true));
    }

    @Test
    void shardsThatAreNotSampledSayNothing() {
        var probe = new Probe(7, "west", "r", false, at(1), at(2), false, "503");

        assertThat(Outages.all(List.of(probe), Absence.NONE, 20 * SECOND)).isEmpty();
    }

    private static List<Outage> all(Absence absence, Probe... probes) {
        return Outages.all(List.of(probes), absence, 20 * SECOND);
    }

    private static Outage outage(String edge, double from, double to, boolean over) {
        return new Outage(7, edge, at(from), at(to), over);
    }

    private static Probe ok(String edge, double sent, double answered) {
        return new Probe(7, edge, "r", true, at(sent), at(answered), true, "");
    }

    private static Probe failed(String edge, double sent, double answered) {
        return new Probe(7, edge, "r", true, at(sent), at(answered), false, "503");
    }

    private static long at(double second) {
        return Math.round(second * SECOND);
    }
}
