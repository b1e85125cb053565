package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwitchTableTest {
    private static final Path PAGE = Path.of(
            Objects.requireNonNull(
                    System.getProperty("meridian.root"), "meridian.root is not set: run this with Maven"),
            "ARCHITECTURE.md");
    private static final String BEGIN =
            "<!-- From SwitchTable; to write it anew: mvn -pl control-plane -am test -Dtest='SwitchTable*' -Dsurefire.failIfNoSpecifiedTests=false -Dmeridian.rewrite=true -->\n";
    private static final String END = "<!-- SwitchTable ends -->";

    /** Worlds in which regions die walk the rows of these; those to SUPERSEDED are {@link SupersedingTest}'s, too. */
    private static final Set<Place> FAILOVERS =
            EnumSet.of(Place.EXPIRING, Place.GATHERING, Place.GATHERING_STUCK, Place.ALIGNING, Place.SUPERSEDED);

    private static Set<Place> reachable(Place from, boolean withinOneWave) {
        Set<Place> reached = EnumSet.noneOf(Place.class);
        var queue = new ArrayDeque<>(List.of(from));
        while (!queue.isEmpty()) {
            Place here = queue.remove();
            SwitchTable.ROWS.stream()
                    .filter(row -> row.from() == here && (row.within() || !withinOneWave))
                    .filter(row -> reached.add(row.to()))
                    .forEach(row -> queue.add(row.to()));
        }
        return reached;
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void everyPlaceIsReachedAndReachesAnEnd(Place place) {
        assertThat(place == Place.PLANNED || reachable(Place.PLANNED, false).contains(place))
                .as("reached from PLANNED")
                .isTrue();
        if (place.side() == Place.Side.END) {
            assertThat(reachable(place, false)).isEmpty();
        } else {
            assertThat(reachable(place, true)).as("within its wave").anyMatch(end -> end.side() == Place.Side.END);
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void noneLeavesItsPointOfNoReturnBackwards(Place place) {
        switch (place.side()) {
            case FORWARD ->
                assertThat(reachable(place, true))
                        .allMatch(there ->
                                there.side() == Place.Side.FORWARD || there == Place.DONE || there == Place.SUPERSEDED);
            case BACK ->
                assertThat(reachable(place, true))
                        .allMatch(there -> there.side() == Place.Side.BACK
                                || there == Place.ROLLED_BACK
                                || there == Place.SUPERSEDED);
            case WITHDRAWN ->
                assertThat(reachable(place, true))
                        .as("a withdrawn shard is granted again before anything ends")
                        .noneMatch(there -> there.side() == Place.Side.FREE);
            case FREE, END -> {}
        }
        if (place.side() == Place.Side.WITHDRAWN) {
            assertThat(SwitchTable.ROWS)
                    .filteredOn(row -> row.from() == place)
                    .noneMatch(row -> row.to().side() == Place.Side.END && row.to() != Place.SUPERSEDED);
        }
    }

    @Test
    void aWaveBeginsOnlyWhenTheOneBeforeIsRouted() {
        assertThat(SwitchTable.ROWS)
                .filteredOn(row -> !row.within())
                .singleElement()
                .satisfies(
                        row -> assertThat(List.of(row.from(), row.to())).containsExactly(Place.ROUTED, Place.PREPARED));
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void whereARunWaitsForOthersItDoesNotWaitForEver(Place place) {
        boolean waits = switch (place) {
            case PLANNED, ACTIVATED_STUCK, ROLLING_BACK_STUCK, GATHERING_STUCK, DONE, ROLLED_BACK, SUPERSEDED -> false;
            // For a clock only, which the leader counts.
            case EXPIRING -> false;
            case GATHERING, ALIGNING, PREPARED, HOLDING, FENCING, CATCHING_UP, ACTIVATED, ROUTED, ROLLING_BACK -> true;
        };

        assertThat(SwitchTable.TIMES.stream()
                        .anyMatch(timed -> timed.place() == place && timed.deadline() == SwitchTable.Deadline.LIMIT))
                .isEqualTo(waits);
    }

    @Test
    void everyRowIsWalkedAndNoOther() {
        Set<String> rows = SwitchTable.ROWS.stream()
                .filter(row -> !FAILOVERS.contains(row.from()) && !FAILOVERS.contains(row.to()))
                .map(row -> row.from() + " " + row.to())
                .collect(Collectors.toSet());
        Set<String> walked = new TreeSet<>();
        for (long seed = 0; seed < 60 && !walked.equals(rows); seed++) {
            var world = new World(seed);
            for (int step = 0; step < 3000; step++) {
                world.step();
            }
            world.settle();
            walked.addAll(world.walked());
        }

        assertThat(walked).isEqualTo(rows);
    }

    @Test
    void everyRowOfAFailoverIsWalkedAndNoOther() {
        Set<String> rows = SwitchTable.ROWS.stream()
                .filter(row -> row.to() != Place.SUPERSEDED)
                .filter(row -> FAILOVERS.contains(row.from()) || FAILOVERS.contains(row.to()))
                .map(row -> row.from() + " " + row.to())
                .collect(Collectors.toSet());
        Set<String> all = SwitchTable.ROWS.stream()
                .map(row -> row.from() + " " + row.to())
                .collect(Collectors.toSet());
        Set<String> walked = new TreeSet<>();
        for (long seed = 1000; seed < 1030 && !walked.containsAll(rows); seed++) {
            var world = new FailoverWorld(seed);
            for (int step = 0; step < 2500; step++) {
                world.step();
            }
            world.settle();
            walked.addAll(world.walked());
        }

        assertThat(walked).containsAll(rows);
        assertThat(all).containsAll(walked);
    }

    @Test
    void architectureShowsThisTable() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin >= BEGIN.length() && end >= begin)
                .as("ARCHITECTURE.md has the two lines between which the table stands:%n%s%s", BEGIN, END)
                .isTrue();
        if (Boolean.getBoolean("meridian.rewrite")) {
            Files.writeString(PAGE, page.substring(0, begin) + SwitchDrawing.text() + page.substring(end));
        }

        assertThat(Files.readString(PAGE)).contains(BEGIN + SwitchDrawing.text() + END);
    }
}
