package timetable

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

var daysForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?$`)

// Days says what is wrong with a day such as 2026-12-24, or with a range such as 2026-12-24/2026-12-26 whose last day is in it; nil: nothing.
func Days(text string) error {
	if !daysForm.MatchString(text) {
		return errors.New(`a day such as "2026-12-24", or the first and the last day of several, such as "2026-12-24/2026-12-26"`)
	}
	first, last, ranged := strings.Cut(text, "/")
	for _, day := range []string{first, last} {
		if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
			return fmt.Errorf("there is no %s in the calendar; name a day that there is", day)
		}
	}
	if ranged && last < first {
		return fmt.Errorf("%s ends before it begins; write %s/%s", text, last, first)
	}
	return nil
}

// PlainDays writes what means the same the same: a range of one day is that day.
func PlainDays(text string) string {
	if first, last, ranged := strings.Cut(text, "/"); ranged && first == last {
		return first
	}
	return text
}
