package provider

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

func scheduleOf(t *testing.T, text string) scheduleTold {
	t.Helper()
	told := scheduleTold{scheduleJSON: scheduleJSON{Scenario: "lose-region", Cron: "0 3 * * MON", TimeZone: "UTC", WindowMinutes: 30, Enabled: true}}
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		t.Fatal(err)
	}
	return told
}

func TestSchedulesThatMeanTheSameAreNoDifference(t *testing.T) {
	for _, row := range []struct {
		name, a, b string
		differ     []string
	}{
		{"the order of days", `{"blackouts":["2026-12-24","2026-01-01"]}`, `{"blackouts":["2026-01-01","2026-12-24"]}`, nil},
		{"a range of one day", `{"blackouts":["2026-12-24/2026-12-24"]}`, `{"blackouts":["2026-12-24"]}`, nil},
		{"no days", `{"blackouts":[]}`, `{}`, nil},
		{"blanks around", `{"cron":" 0 3 * * MON "}`, `{}`, nil},
		{"other days", `{"blackouts":["2026-12-24"]}`, `{"blackouts":["2026-12-25"]}`, []string{"blackouts"}},
		{"a region", `{"region":"east"}`, `{}`, []string{"region"}},
		{"another region", `{"region":"east"}`, `{"region":"west"}`, []string{"region"}},
		{"everything else", `{"scenario":"x","cron":"0 4 * * *","timeZone":"Asia/Tokyo","windowMinutes":31,"enabled":false,"note":"n"}`, `{}`,
			[]string{"scenario", "cron", "time_zone", "window_minutes", "enabled", "note"}},
	} {
		a, b := scheduleOf(t, row.a).scheduleJSON, scheduleOf(t, row.b).scheduleJSON
		if differ := scheduleDifferences(a, b); !slices.Equal(differ, row.differ) {
			t.Errorf("%s: differ in %v", row.name, differ)
		}
	}
}

func TestAScheduleThatIsReadSaysWhatTheControlPlaneHas(t *testing.T) {
	ctx, found := context.Background(), diag.Diagnostics{}
	for _, text := range []string{`{"name":"weekly","revision":7}`, `{"name":"weekly","region":"west","blackouts":["2026-12-24"],"enabled":false,"note":"n"}`} {
		told := scheduleOf(t, text)
		if said := told.model(ctx, &found).said(ctx, &found); len(scheduleDifferences(said, told.scheduleJSON)) > 0 || found.HasError() {
			t.Errorf("%s is read as %v: %v", text, said, found)
		}
	}
}

func TestAPlanTellsTheFirstTimeOnWhichADrillMayBegin(t *testing.T) {
	for _, row := range []struct {
		name, told string
		err        error
		says       string
	}{
		{"at once", `{"region":"west","next":[{"local":"A","blackout":null},{"local":"B","blackout":null}]}`, nil, "drill lose-region about west whenever '0 3 * * MON' comes in time zone UTC"},
		{"the next", `{"next":[{"local":"A","blackout":null},{"local":"B","blackout":null}]}`, nil, "The first one is due at A."},
		{"after blackout days", `{"next":[{"local":"A","blackout":"x"},{"local":"B","blackout":null}]}`, nil, "The first one is due at B."},
		{"all that are told are blackout days", `{"next":[{"local":"A","blackout":"x"},{"local":"B","blackout":"y"}]}`, nil, "up to B, fall on days on which none begins."},
		{"nobody told", `{}`, errors.New("nobody is there"), "When the first one is due was not told: nobody is there."},
	} {
		told := scheduleOf(t, row.told)
		if said := begins(told.scheduleJSON, told, row.err); !strings.Contains(said, row.says) || !strings.Contains(said, "The apply starts none") {
			t.Errorf("%s: %s", row.name, said)
		}
	}
}
