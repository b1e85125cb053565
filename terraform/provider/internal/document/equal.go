package document

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	durationForm = regexp.MustCompile(`^([0-9]{1,9})(ms|s|m|h)$`)
	rangesForm   = regexp.MustCompile(`^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$`)
	millisOf     = map[string]int64{"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
)

// Equal says whether two elements mean the same: the control plane writes 1m for 60s and leaves out what is so anyway.
func (p Place) Equal(a, b Element) bool {
	return len(p.Differences(a, b)) == 0
}

// Differences are the keys in which two elements do not mean the same, in order.
func (p Place) Differences(a, b Element) []string {
	left, leftIs := a.(map[string]any)
	right, rightIs := b.(map[string]any)
	if !leftIs || !rightIs {
		if reflect.DeepEqual(plain(a, nil), plain(b, nil)) {
			return nil
		}
		return []string{p.Key}
	}
	plainLeft := plain(left, p.absent(left)).(map[string]any)
	plainRight := plain(right, p.absent(right)).(map[string]any)
	var keys []string
	for key := range plainLeft {
		if !reflect.DeepEqual(plainLeft[key], plainRight[key]) {
			keys = append(keys, key)
		}
	}
	for key := range plainRight {
		if _, known := plainLeft[key]; !known {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (p Place) absent(element map[string]any) map[string]any {
	if p.AbsentOf == nil {
		return p.Absent
	}
	result := maps.Clone(p.Absent)
	maps.Copy(result, p.AbsentOf(element))
	return result
}

// plain writes one meaning in one form: what is empty or as when absent is left out, durations are milliseconds, sets of shards are sorted.
func plain(value any, absent map[string]any) any {
	switch of := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, member := range of {
			inner, _ := absent[key].(map[string]any)
			written := plain(member, inner)
			_, isObject := absent[key].(map[string]any)
			if empty(written) || (!isObject && absent[key] != nil && reflect.DeepEqual(written, plain(absent[key], nil))) {
				continue
			}
			if key == "days" {
				written = days(written)
			}
			if written != nil {
				result[key] = written
			}
		}
		return result
	case []any:
		result := make([]any, len(of))
		for i, item := range of {
			result[i] = plain(item, nil)
		}
		return result
	case string:
		return plainText(of)
	case json.Number:
		return of.String()
	case int, int64:
		return fmt.Sprint(of)
	default:
		return value
	}
}

func empty(value any) bool {
	switch of := value.(type) {
	case nil:
		return true
	case []any:
		return len(of) == 0
	case map[string]any:
		return len(of) == 0
	default:
		return false
	}
}

// days of a week, in whatever order; all of them is what holds when none are named.
func days(value any) any {
	list, ok := value.([]any)
	if !ok || len(list) == 7 {
		return nil
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return sorted
}

func plainText(text string) any {
	if most, time, both := strings.Cut(text, "rows|"); both && durationForm.MatchString(time) {
		return fmt.Sprint(most, "rows|", plainText(time))
	}
	if parts := durationForm.FindStringSubmatch(text); parts != nil {
		count, _ := strconv.ParseInt(parts[1], 10, 64)
		return fmt.Sprintf("%d ms", count*millisOf[parts[2]])
	}
	if rangesForm.MatchString(text) {
		return plainRanges(text)
	}
	return text
}

// plainRanges writes 3,0-1,2 as 0-3. Numbers that stand as text for something else stay apart all the same: equal texts are equal afterwards.
func plainRanges(text string) string {
	type span struct{ first, last int64 }
	var spans []span
	for _, part := range strings.Split(text, ",") {
		first, last, has := strings.Cut(part, "-")
		from, err := strconv.ParseInt(first, 10, 32)
		to := from
		if err == nil && has {
			to, err = strconv.ParseInt(last, 10, 32)
		}
		if err != nil || to < from {
			return text
		}
		spans = append(spans, span{from, to})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.first - b.first) })
	joined := spans[:1]
	for _, next := range spans[1:] {
		if before := &joined[len(joined)-1]; next.first <= before.last+1 {
			before.last = max(before.last, next.last)
		} else {
			joined = append(joined, next)
		}
	}
	texts := make([]string, len(joined))
	for i, of := range joined {
		texts[i] = strconv.FormatInt(of.first, 10)
		if of.last > of.first {
			texts[i] += "-" + strconv.FormatInt(of.last, 10)
		}
	}
	return strings.Join(texts, ",")
}
