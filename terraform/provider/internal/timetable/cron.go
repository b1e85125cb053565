// Package timetable tells what cannot be a time of a drill schedule before anybody is asked. It refuses nothing that a control plane takes, whose own
// reading is the last word; what it lets through a control plane may still refuse, such as a day that never comes.
package timetable

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const cronLongest = 100

var cronForm = regexp.MustCompile(`^[0-9A-Za-z*,/ -]*$`)

// field of an expression; word i of words stands for least+i.
type field struct {
	name        string
	says        string
	least, most int
	words       []string
}

var fields = []field{
	{name: "minute", says: "0 to 59", most: 59},
	{name: "hour", says: "0 to 23", most: 23},
	{name: "day of the month", says: "1 to 31", least: 1, most: 31},
	{name: "month", says: "1 to 12, or JAN to DEC", least: 1, most: 12,
		words: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day of the week", says: "0 to 7, Sunday being 0 and 7, or MON to SUN", most: 7,
		words: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
}

// Cron says what is wrong with an expression of five fields, as UNIX has them, and what may stand there; nil: nothing that can be told here.
func Cron(text string) error {
	if len(text) > cronLongest || !cronForm.MatchString(text) {
		return fmt.Errorf("at most %d characters: digits, letters, '*', ',', '-', '/' and spaces, such as \"0 3 * * MON\"", cronLongest)
	}
	parts := strings.FieldsFunc(text, func(letter rune) bool { return letter == ' ' })
	if len(parts) != len(fields) {
		return fmt.Errorf("%q has %d fields; there are five, minute, hour, day of the month, month, day of the week, such as \"0 3 * * MON\"", text, len(parts))
	}
	for i, of := range fields {
		if !of.takes(parts[i]) {
			return fmt.Errorf("field %d (%s): '%s' is none of %s, a list such as 1,3, a range such as 1-5 that does not end before it begins,"+
				" or a step such as */2", i+1, of.name, parts[i], of.says)
		}
	}
	if minutes := minutesOf(parts[0]); len(minutes) > 1 {
		return fmt.Errorf("field 1 (minute): '%s' is due more often than once in an hour, which is the most; name one minute, such as 0", parts[0])
	}
	return nil
}

func (f field) takes(text string) bool {
	for _, part := range strings.Split(text, ",") {
		values, step, stepped := strings.Cut(part, "/")
		if stepped {
			if width, err := strconv.Atoi(step); err != nil || width < 1 {
				return false
			}
		}
		if values == "*" || values == "" && stepped { // a control plane reads /2 as */2
			continue
		}
		first, last, ranged := strings.Cut(values, "-")
		if !f.has(first) || ranged && !f.has(last) {
			return false
		}
		from, numbered := strconv.Atoi(first)
		to, too := strconv.Atoi(last)
		if ranged && numbered == nil && too == nil && to < from {
			return false
		}
	}
	return true
}

func (f field) has(value string) bool {
	if number, err := strconv.Atoi(value); err == nil {
		return number >= f.least && number <= f.most
	}
	for _, word := range f.words {
		if strings.EqualFold(word, value) {
			return true
		}
	}
	return false
}

// minutesOf a field that the hour's minutes take.
func minutesOf(text string) map[int]bool {
	minutes := map[int]bool{}
	for _, part := range strings.Split(text, ",") {
		values, step, stepped := strings.Cut(part, "/")
		first, last, ranged := strings.Cut(values, "-")
		width := 1
		if stepped {
			width, _ = strconv.Atoi(step)
		}
		from, _ := strconv.Atoi(first) // of a step or a star: from the hour's beginning
		to := from
		switch {
		case ranged:
			to, _ = strconv.Atoi(last)
		case values == "*" || stepped:
			to = 59
		}
		for minute := from; minute <= to; minute += width {
			minutes[minute] = true
		}
	}
	return minutes
}
