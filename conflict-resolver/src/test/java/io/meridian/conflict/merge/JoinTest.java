package io.meridian.conflict.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One pair of concurrent changes per resolver, told plainly; the histories try the rest. */
class JoinTest {
    private static final Map<String, String> ROW =
            Map.of("a", "a0", "b", "b0", "hi", "10", "lo", "10", "n", "100", "tags", "{\"x\"}", "note", "hello");
    private static final RowState START = by(1, "east", Rules.MIXED).insert(Version.NONE, ROW);

    @Test
    void ofWholeRowsTheLaterStands() {
        var east = RowState.whole(new Version(5, "east"), true, new java.util.TreeMap<>(Map.of("a", Optional.of("1"))));
        var west = RowState.whole(new Version(5, "west"), true, new java.util.TreeMap<>(Map.of("a", Optional.of("2"))));

        assertThat(RowMerge.join(TableRule.LAST_WRITER_WINS, west, east)).isEqualTo(west);
    }

    @Test
    void byColumnEachKeepsItsLastWriter() {
        var start = by(1, "east", TableRule.COLUMN_WISE).insert(Version.NONE, ROW);
        var east = by(2, "east", TableRule.COLUMN_WISE).update(start, Map.of("a", "east"));
        var west = by(3, "west", TableRule.COLUMN_WISE).update(start, Map.of("b", "west"));

        RowState joined = RowMerge.join(TableRule.COLUMN_WISE, west, east);

        assertThat(joined.values()).containsEntry("a", Optional.of("east")).containsEntry("b", Optional.of("west"));
    }

    @Test
    void countersAddUp() {
        assertThat(joined("n", "93", "105")).isEqualTo("98");
    }

    @Test
    void countersThatTwoRegionsBeganAddUp() {
        var east = by(2, "east", Rules.MIXED).insert(Version.NONE, Map.of("n", "1"));
        var west = by(2, "west", Rules.MIXED).insert(Version.NONE, Map.of("n", "1"));

        assertThat(RowMerge.join(Rules.MIXED, east, west).values()).containsEntry("n", Optional.of("2"));
    }

    @Test
    void theGreatestAndTheLeastStand() {
        assertThat(joined("hi", "9", "100")).isEqualTo("100");
        assertThat(joined("lo", "9", "100")).isEqualTo("9");
    }

    @Test
    void whatIsPutInStaysWhenAnotherTakesAwayWhatHeKnew() {
        assertThat(joined("tags", "{\"x\",\"y\"}", "{}")).isEqualTo("{\"y\"}");
    }

    @Test
    void theUsersResolverDecidesBetweenValuesThatDidNotKnowOfEachOther() {
        assertThat(joined("note", "longer by far", "short")).isEqualTo("longer by far");
    }

    @Test
    void aLaterValueThatKnewTheOthersStandsAlone() {
        var east = by(2, "east", Rules.MIXED).update(START, Map.of("note", "longer by far"));
        var west = by(3, "west", Rules.MIXED).update(east, Map.of("note", "short"));

        assertThat(RowMerge.join(Rules.MIXED, east, west).values()).containsEntry("note", Optional.of("short"));
    }

    @Test
    void anUpdateThatCameAfterADeleteBringsTheRowBackWithAllItHad() {
        var east = by(2, "east", Rules.MIXED).delete(START);
        var west = by(3, "west", Rules.MIXED).update(START, Map.of("n", "101"));

        RowState joined = RowMerge.join(Rules.MIXED, east, west);

        assertThat(joined.alive()).isTrue();
        assertThat(joined.values()).containsEntry("n", Optional.of("101")).containsEntry("a", Optional.of("a0"));
    }

    @Test
    void anUpdateThatCameBeforeADeleteDoesNot() {
        var east = by(3, "east", Rules.MIXED).delete(START);
        var west = by(2, "west", Rules.MIXED).update(START, Map.of("n", "101"));

        assertThat(RowMerge.join(Rules.MIXED, east, west).alive()).isFalse();
    }

    @Test
    void whatIsInsertedAfterADeleteBeginsAnew() {
        var deleted = by(2, "east", Rules.MIXED).delete(START);
        var again = by(3, "east", Rules.MIXED).insert(deleted.version(), Map.of("n", "5", "tags", "{\"z\"}"));

        RowState joined = RowMerge.join(Rules.MIXED, START, again);

        assertThat(joined.values()).containsEntry("n", Optional.of("5")).containsEntry("tags", Optional.of("{\"z\"}"));
    }

    private static String joined(String column, String inEast, String inWest) {
        var east = by(2, "east", Rules.MIXED).update(START, Map.of(column, inEast));
        var west = by(3, "west", Rules.MIXED).update(START, Map.of(column, inWest));
        return RowMerge.join(Rules.MIXED, west, east)
                .values()
                .getOrDefault(column, Optional.empty())
                .orElseThrow();
    }

    private static LocalWrite by(long clock, String region, TableRule rule) {
        return new LocalWrite(rule, new Version(clock, region));
    }
}
