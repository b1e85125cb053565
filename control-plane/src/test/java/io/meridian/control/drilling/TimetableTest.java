package io.meridian.control.drilling;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.drilling.Timetable.Blackout;
import io.meridian.control.drilling.Timetable.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {
    private static Timetable timetable(String cron, String timeZone, int windowMinutes, String... blackouts) {
        return new Timetable(
                cron,
                timeZone,
                windowMinutes,
                Stream.of(blackouts)
                        .map(text -> Blackout.read(text).orElseThrow())
                        .toList());
    }

    private static List<String> local(String cron, String timeZone, String after, int most) {
        Timetable timetable = timetable(cron, timeZone, 30);
        return timetable.upcoming(Instant.parse(after), most).stream()
                .map(due -> timetable.local(due.at()).toString())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 3 * * MON    | 2026-01-05T03:00Z | 2026-01-12T03:00Z",
                "0 3 * * 0      | 2026-01-04T03:00Z | 2026-01-11T03:00Z",
                "0 3 * * 7      | 2026-01-04T03:00Z | 2026-01-11T03:00Z",
                "30 1 1 * *     | 2026-02-01T01:30Z | 2026-03-01T01:30Z",
                "0 */6 * * *    | 2026-01-01T06:00Z | 2026-01-01T12:00Z",
                "0 0 29 2 *     | 2028-02-29T00:00Z | 2032-02-29T00:00Z",
                "0 22 1-7 1,7 * | 2026-01-01T22:00Z | 2026-01-02T22:00Z",
                // Both days: either will do. The 13th is a Tuesday.
                "0 0 13 1 FRI   | 2026-01-02T00:00Z | 2026-01-09T00:00Z",
            })
    void unixCronIsUnderstood(String cron, String first, String second) {
        assertThat(local(cron, "UTC", "2026-01-01T02:00:00Z", 2)).containsExactly(first, second);
    }

    /** 2026-03-29 has no 02:30 in Berlin: that day nothing is due, and the next day it is again. */
    @Test
    void aLocalTimeThatTheClocksSkipDoesNotComeThatDay() {
        assertThat(local("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 3))
                .containsExactly("2026-03-28T02:30+01:00", "2026-03-30T02:30+02:00", "2026-03-31T02:30+02:00");
        assertThat(local("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", 2))
                .containsExactly("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00");
    }

    /** 2026-10-25 has 02:30 twice in Berlin. */
    @Test
    void aLocalTimeThatComesTwiceIsDueTheFirstTimeAndEveryHourEachTime() {
        assertThat(local("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(local("30 * * * *", "Europe/Berlin", "2026-10-24T23:45:00Z", 3))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00");
    }

    /** Also of one that is in the repeated hour already: it was due in the first of the two. */
    @Test
    void fromWithinTheRepeatedHourADailyTimeIsDueTheNextDay() {
        assertThat(local("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 1))
                .containsExactly("2026-10-26T02:30+01:00");
    }

    @Test
    void theWindowEndsByItselfOrWithTheNextTimeOrWithABlackoutDay() {
        Instant before = Instant.parse("2026-12-23T22:00:00Z");

        assertThat(timetable("30 23 * * *", "UTC", 20).due(before))
                .contains(new Due(Instant.parse("2026-12-23T23:30:00Z"), Instant.parse("2026-12-23T23:50:00Z"), ""));
        assertThat(timetable("30 * * * *", "UTC", 600).due(before).orElseThrow().until())
                .isEqualTo(Instant.parse("2026-12-23T23:30:00Z"));
        assertThat(timetable("30 23 * * *", "UTC", 600, "2026-12-24")
                        .due(before)
                        .orElseThrow()
                        .until())
                .isEqualTo(Instant.parse("2026-12-24T00:00:00Z"));
    }

    @Test
    void blackoutDaysAreThoseOfTheTimeZoneFirstAndLastIncluded() {
        Timetable timetable = timetable("30 0 * * *", "Europe/Berlin", 30, "2026-12-24/2026-12-26", "2027-01-01");

        List<Due> dues = timetable.upcoming(Instant.parse("2026-12-22T12:00:00Z"), 6);

        assertThat(dues)
                .extracting(Due::blackout)
                .containsExactly("", "2026-12-24/2026-12-26", "2026-12-24/2026-12-26", "2026-12-24/2026-12-26", "", "");
        // Half past midnight of the 24th in Berlin is still the 23rd in UTC.
        assertThat(dues.get(1).at()).isEqualTo(Instant.parse("2026-12-23T23:30:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 25 * * *     | field 2 (hour, at character 3): '25' is none of 0 to 23",
                "61 3 * * *     | field 1 (minute, at character 1): '61' is none of 0 to 59",
                "0 3 32 * *     | field 3 (day of the month, at character 5)",
                "0 3 * 13 *     | field 4 (month, at character 7)",
                "0 3 * * MOON   | field 5 (day of the week, at character 9): 'MOON' is none of 0 to 7",
                "0 3 * * 5-1    | a range such as 1-5 that does not end before it begins",
                "0 3 * *        | has 4 fields; there are five",
                "0 0 3 * * *    | has 6 fields; there are five",
                "@daily         | at most 100 characters: digits",
                "0 3 L * *      | field 3 (day of the month",
                "0 3 , * *      | field 3",
                "0 3 1,,2 * *   | field 3",
                "0 */0 * * *    | field 2",
                "0 99999999999999 * * * | field 2",
                "\"\"           | has 0 fields",
            })
    void whatIsNoExpressionIsToldWithItsPlaceAndWhatMayStandThere(String cron, String fault) {
        assertThat(Cron.read(cron))
                .isInstanceOfSatisfying(
                        Cron.Reading.Faulty.class,
                        faulty -> assertThat(faulty.fault()).contains(fault));
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "*/7 3 * * *", "0,30 3 * * *", "0-1 0 1 1 *"})
    void moreThanOneMinuteAnHourIsRefused(String cron) {
        assertThat(Cron.read(cron))
                .isInstanceOfSatisfying(
                        Cron.Reading.Faulty.class,
                        faulty -> assertThat(faulty.fault())
                                .contains("more often than once in 60 min")
                                .contains("name one minute"));
    }

    @Test
    void onceAnHourIsTheMost() {
        List<Due> dues = timetable("17 * * * *", "UTC", 30).upcoming(Instant.EPOCH, 3);

        assertThat(Duration.between(dues.get(0).at(), dues.get(1).at())).isEqualTo(Cron.LEAST_APART);
    }

    @Test
    void whatNeverComesIsNeverDue() {
        assertThat(timetable("0 0 30 2 *", "UTC", 30).due(Instant.EPOCH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-02-30", "2026-12-26/2026-12-24", "2026-1-1", "24.12.2026", "2026-12-24/", "", "20260101"})
    void whatIsNoDayIsNone(String text) {
        assertThat(Blackout.read(text)).isEmpty();
    }

    @Test
    void daysReadAsTheyAreWritten() {
        for (String text : List.of("2026-12-24", "2026-12-24/2027-01-06")) {
            assertThat(Blackout.read(text).orElseThrow().text()).isEqualTo(text);
        }
        assertThat(Blackout.read("2026-12-24/2026-12-24").orElseThrow().text()).isEqualTo("2026-12-24");
    }
}
