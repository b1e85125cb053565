package timetable

import (
	"strings"
	"testing"
)

func TestAnExpressionIsTakenOrToldWhatMayStandThere(t *testing.T) {
	for text, says := range map[string]string{
		"0 3 * * MON":                  "",
		" 0  3 * * mon ":               "",
		"59 23 31 12 7":                "",
		"0 */2 1-5 JAN,DEC 1-5":        "",
		"0-0 3 * * *":                  "",
		"0 3 * *":                      "has 4 fields",
		"0 3 * * * *":                  "has 6 fields",
		"":                             "has 0 fields",
		"0\t3 * * *":                   "at most 100 characters",
		"0 3 * * ?":                    "at most 100 characters",
		"0" + strings.Repeat(" ", 100): "at most 100 characters",
		"60 3 * * *":                   "field 1 (minute): '60' is none of 0 to 59",
		"0 25 * * *":                   "field 2 (hour): '25'",
		"0 3 0 * *":                    "field 3 (day of the month): '0'",
		"0 3 * 13 *":                   "field 4 (month): '13'",
		"0 3 * * 8":                    "field 5 (day of the week): '8'",
		"0 3 * MON *":                  "field 4 (month): 'MON'",
		"0 3 * * JAN":                  "field 5 (day of the week): 'JAN'",
		"0 5-3 * * *":                  "a range such as 1-5 that does not end before it begins",
		"0 3 1,,2 * *":                 "field 3",
		"0 */0 * * *":                  "field 2",
		"0 */ * * *":                   "field 2",
		"* 3 * * *":                    "'*' is due more often than once in an hour",
		"*/5 * * * *":                  "more often",
		"0,30 * * * *":                 "more often",
		"0-1 * * * *":                  "more often",
		"10/20 * * * *":                "more often",
	} {
		err := Cron(text)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestDaysAreOfTheCalendarAndInTheirOrder(t *testing.T) {
	for text, says := range map[string]string{
		"2026-12-24":            "",
		"2028-02-29":            "",
		"2026-12-24/2026-12-24": "",
		"2026-12-21/2027-01-06": "",
		"24.12.2026":            "a day such as",
		"2026-12-24/":           "a day such as",
		"2026-12-24/2026-12":    "a day such as",
		"2026-02-29":            "there is no 2026-02-29",
		"2026-01-01/2026-04-31": "there is no 2026-04-31",
		"2027-01-06/2026-12-21": "ends before it begins; write 2026-12-21/2027-01-06",
	} {
		err := Days(text)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestARangeOfOneDayIsThatDay(t *testing.T) {
	for text, plain := range map[string]string{
		"2026-12-24": "2026-12-24", "2026-12-24/2026-12-24": "2026-12-24", "2026-12-24/2026-12-26": "2026-12-24/2026-12-26",
	} {
		if got := PlainDays(text); got != plain {
			t.Errorf("%s is %s", text, got)
		}
	}
}
