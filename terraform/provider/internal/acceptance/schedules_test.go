package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/timetable"
)

// drillable is declared, with a scenario about any one region and one about a link.
func drillable(t *testing.T) *node {
	t.Helper()
	n := declared(t)
	for name, act := range map[string]string{
		"my-loss": "{lose: {region: west, how: kill, maxLoss: 1rows}}",
		"my-link": "{link: {from: east, to: west, direction: both-ways, down: true}}",
	} {
		document := "name: " + name + "\nexplanation: of a test\nact: " + act + "\nduration: 20s\n"
		n.do(t, http.MethodPut, "drills/scenarios/"+name, map[string]any{"document": document})
		t.Cleanup(func() {
			_, _ = n.client.Do(context.Background(), api.Request{Method: http.MethodDelete, Path: "drills/scenarios/" + name})
		})
	}
	return n
}

func schedule(rest string) string {
	return "resource \"meridian_drill_schedule\" \"x\" {\n" + rest + "\n}\n"
}

const weekly = "name = \"weekly\"\nscenario = \"my-loss\"\ncron = \"0 3 * * MON\"\n"

// expectSchedule that the control plane has one that was declared so.
func (n *node) expectSchedule(name, wanted string) statecheck.StateCheck {
	return look(func() error {
		var all map[string]any
		if err := n.client.Get(context.Background(), "drills/schedules/"+name, &all); err != nil {
			return err
		}
		said := map[string]any{}
		for _, key := range []string{"scenario", "region", "cron", "timeZone", "windowMinutes", "blackouts", "enabled", "note"} {
			said[key] = all[key]
		}
		if got := text(said); got != wanted {
			return fmt.Errorf("schedule %s is %s, not %s", name, got, wanted)
		}
		return nil
	})
}

func (n *node) schedules(t *testing.T) []any {
	t.Helper()
	all, _ := n.do(t, http.MethodGet, "drills/schedules", nil)["schedules"].([]any)
	return all
}

func TestAccADrillScheduleIsMadeImportedMendedAndRemoved(t *testing.T) {
	n := drillable(t)
	const of = "meridian_drill_schedule.x"
	all := func(note string) string {
		return schedule(weekly + "region = \"east\"\ntime_zone = \"Europe/Berlin\"\nwindow_minutes = 60\n" +
			"blackouts = [\"2026-12-26/2027-01-06\", \"2026-12-24/2026-12-24\"]\nenabled = false\n" + note)
	}
	const allOfIt = `{"blackouts":["2026-12-24","2026-12-26/2027-01-06"],"cron":"0 3 * * MON","enabled":false,"note":%s,"region":"east","scenario":"my-loss","timeZone":"Europe/Berlin","windowMinutes":60}`
	note := "note = \"agreed with payments\"\n"
	update := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(of, action)}}
	}
	run(t, n,
		resource.TestStep{
			Config:            schedule(weekly),
			ConfigStateChecks: checks(n.expectSchedule("weekly", `{"blackouts":[],"cron":"0 3 * * MON","enabled":true,"note":null,"region":null,"scenario":"my-loss","timeZone":"UTC","windowMinutes":30}`)),
		},
		resource.TestStep{ResourceName: of, ImportState: true, ImportStateId: "weekly", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name"},
		resource.TestStep{ResourceName: of, ImportState: true, ImportStateId: "monthly", ExpectError: says("importing drill schedule monthly failed", "the control plane has none; it has weekly")},
		resource.TestStep{ResourceName: of, ImportState: true, ImportStateId: "../topology", ExpectError: says("importing drill schedule ../topology failed", "up to 40 lower-case letters")},
		resource.TestStep{
			Config: all(note), ConfigPlanChecks: update(plancheck.ResourceActionUpdate),
			ConfigStateChecks: checks(
				n.expectSchedule("weekly", fmt.Sprintf(allOfIt, `"agreed with payments"`)),
				value(of, knownvalue.NotNull(), "revision"),
			),
		},
		resource.TestStep{ // the same in other words is no change
			Config:           strings.Replace(strings.Replace(all(note), `"0 3 * * MON"`, `" 0 3 * * MON "`, 1), "2026-12-24/2026-12-24", "2026-12-24", 1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{ // somebody else enabled it and named another day
			PreConfig: func() {
				n.do(t, http.MethodPut, "drills/schedules/weekly", map[string]any{"scenario": "my-loss", "cron": "0 4 * * *", "blackouts": []string{"2027-05-01"}})
			},
			Config: all(""), ConfigPlanChecks: update(plancheck.ResourceActionUpdate),
			ConfigStateChecks: checks(n.expectSchedule("weekly", fmt.Sprintf(allOfIt, "null"))),
		},
		resource.TestStep{ // somebody else removed it
			PreConfig: func() { n.do(t, http.MethodDelete, "drills/schedules/weekly", nil) },
			Config:    all(""), ConfigPlanChecks: update(plancheck.ResourceActionCreate),
			ConfigStateChecks: checks(n.expectSchedule("weekly", fmt.Sprintf(allOfIt, "null"))),
		},
		resource.TestStep{ // another name is another schedule
			Config: strings.Replace(all(""), "weekly", "mondays", 1), ConfigPlanChecks: update(plancheck.ResourceActionReplace),
			ConfigStateChecks: checks(n.expectSchedule("mondays", fmt.Sprintf(allOfIt, "null")), look(func() error {
				if left := n.schedules(t); len(left) != 1 {
					return fmt.Errorf("there are %s", text(left))
				}
				return nil
			})),
		},
	)
	if left := n.schedules(t); len(left) != 0 {
		t.Errorf("after it was destroyed: %s", text(left))
	}
}

func TestAccAWrongDrillScheduleIsRefusedWithItsPlaceAndWhatMendsIt(t *testing.T) {
	n := drillable(t)
	refused := func(config string, parts ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: says(parts...)}
	}
	planned := func(config string, parts ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: says(parts...), PlanOnly: true}
	}
	run(t, n,
		planned(schedule(strings.Replace(weekly, "weekly", "Weekly", 1)), "Attribute name up to 40 lower-case letters, digits and hyphens, a letter first, got: Weekly"),
		planned(schedule(strings.Replace(weekly, "MON", "FUN", 1)), "field 5 (day of the week): 'FUN' is none of 0 to 7"),
		planned(schedule(strings.Replace(weekly, "0 3", "*/5 3", 1)), "field 1 (minute): '*/5' is due more often than once in an hour"),
		planned(schedule(weekly+`time_zone = "+02:00"`), "Attribute time_zone a time zone of the tz database, such as Europe/Berlin or UTC, got: +02:00"),
		planned(schedule(weekly+`window_minutes = 721`), "Attribute window_minutes value must be between 1 and 720, got: 721"),
		planned(schedule(weekly+`blackouts = ["2026-02-30"]`), "No days of the calendar", "there is no 2026-02-30"),
		planned(schedule(weekly+`note = " "`), "leave the note out where there is none"),
		// What only the control plane knows, it is asked while planning.
		planned(schedule(weekly+`time_zone = "Europe/Berlim"`), "The control plane takes no such schedule", "'Europe/Berlim' is no time zone of the tz database"),
		planned(schedule(strings.Replace(weekly, "0 3 * * MON", "0 3 30 2 *", 1)), "The control plane takes no such schedule", "'0 3 30 2 *' never comes"),
		// What another change might mend is refused by the apply.
		refused(schedule(strings.Replace(weekly, "my-loss", "my-los", 1)),
			"declaring drill schedule weekly failed", "(404)", "there is no scenario 'my-los'; there is my-link, my-loss"),
		refused(schedule(weekly+`region = "north"`), "declaring drill schedule weekly failed", "(404)", "no region north in the topology"),
		refused(schedule(strings.Replace(weekly, "my-loss", "my-link", 1)+`region = "west"`), "declaring drill schedule weekly failed", "about the link", "/region"),
	)
	if left := n.schedules(t); len(left) != 0 {
		t.Errorf("there are %s", text(left))
	}
}

func TestAccADrillScheduleThatIsThereIsTakenOverOnlyIfItSaysTheSame(t *testing.T) {
	n := drillable(t)
	n.do(t, http.MethodPut, "drills/schedules/weekly", map[string]any{"scenario": "my-loss", "cron": "0 3 * * MON", "note": "by hand"})
	run(t, n,
		resource.TestStep{
			Config:      schedule(weekly + "time_zone = \"Europe/Berlin\"\n"),
			ExpectError: says("drill schedule weekly is there already and differs in time_zone, note", "terraform import"),
		},
		resource.TestStep{Config: schedule(weekly + "note = \"by hand\"\n")},
	)
}

// between gives an address at which act comes before the first request of the method that changes something.
func (n *node) between(t *testing.T, method string, act func()) string {
	t.Helper()
	behind, err := url.Parse(n.address)
	if err != nil {
		t.Fatal(err)
	}
	acted := false
	forward := httputil.NewSingleHostReverseProxy(behind)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method && r.URL.Query().Get("dryRun") == "" && r.Header.Get("If-Match") != "" && !acted {
			acted = true
			act()
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		if !acted {
			t.Errorf("nothing was asked by %s on top of a revision", method)
		}
	})
	return server.URL
}

func TestAccADrillScheduleThatSomebodyChangedAfterThePlanIsNotOverwritten(t *testing.T) {
	n := drillable(t)
	theirs := func() {
		n.do(t, http.MethodPut, "drills/schedules/weekly", map[string]any{"scenario": "my-loss", "cron": "0 4 * * *", "enabled": false})
	}
	t.Run("by an update", func(t *testing.T) {
		runAs(t, n.between(t, http.MethodPut, theirs), adminToken, "300ms",
			resource.TestStep{Config: schedule(weekly)},
			resource.TestStep{Config: schedule(weekly + "window_minutes = 45\n"), ExpectError: says(
				"declaring drill schedule weekly failed", "Revision conflict (412)", "changed by admin", "nothing of theirs is overwritten. Plan again")},
			resource.TestStep{ // the next plan is about what is there
				Config: schedule(weekly + "window_minutes = 45\n"),
				ConfigStateChecks: checks(n.expectSchedule("weekly",
					`{"blackouts":[],"cron":"0 3 * * MON","enabled":true,"note":null,"region":null,"scenario":"my-loss","timeZone":"UTC","windowMinutes":45}`)),
			},
		)
	})
	t.Run("by a removal", func(t *testing.T) {
		other := "resource \"meridian_limits\" \"all\" {\n  wave = 5\n}\n"
		runAs(t, n.between(t, http.MethodDelete, theirs), adminToken, "300ms",
			resource.TestStep{Config: schedule(weekly)},
			resource.TestStep{Config: other, ExpectError: says(
				"removing drill schedule weekly failed", "Revision conflict (412)", "changed by admin", "nothing of theirs is taken away. terraform apply -refresh-only")},
			resource.TestStep{RefreshState: true, ExpectNonEmptyPlan: true},
			resource.TestStep{Config: other},
		)
	})
}

func TestAccAPlanTellsWhenDrillsWouldBeginAndAnApplyStartsNone(t *testing.T) {
	n := drillable(t)
	before := text(n.do(t, http.MethodGet, "drills", nil)["drills"])
	terraform, example := installed(t, n)
	root := shell{folder: t.TempDir(), environment: example.environment}
	write := func(config string) {
		t.Helper()
		required := "terraform {\n  required_providers {\n    meridian = { source = \"terraform.local/meridian/meridian\" }\n  }\n}\n"
		if err := os.WriteFile(filepath.Join(root.folder, "main.tf"), []byte(required+config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	warned := func(printed string, parts ...string) {
		t.Helper()
		if !says(parts...).MatchString(printed) {
			t.Errorf("it does not say %v: %s", parts, printed)
		}
	}
	quiet := func(printed string) {
		t.Helper()
		if strings.Contains(printed, "begin by themselves") {
			t.Errorf("it warns of drills: %s", printed)
		}
	}
	planned := func() string { return root.run(t, 0, terraform, "plan", "-input=false", "-no-color") }
	applied := func() string { return root.run(t, 0, terraform, "apply", "-input=false", "-no-color", "-auto-approve") }
	yearly := "name = \"yearly\"\nscenario = \"my-loss\"\nregion = \"east\"\ncron = \"0 3 1 1 *\"\ntime_zone = \"Asia/Tokyo\"\n"

	write(schedule(yearly + "enabled = false\n"))
	root.run(t, 0, terraform, "init", "-input=false", "-no-color")
	quiet(planned())
	applied()
	write(schedule(yearly))
	warned(planned(), "Drills will begin by themselves", "The apply starts none", "drill my-loss about east whenever '0 3 1 1 *' comes in time zone Asia/Tokyo",
		"The first one is due at 20", "-01-01T03:00:00+09:00")
	applied()
	write(schedule(yearly + "note = \"who asked\"\n"))
	quiet(planned())
	write(schedule(strings.Replace(yearly, "my-loss", "my-los", 1)))
	warned(planned(), "As things stand, this schedule cannot be declared", "there is no scenario 'my-los'")
	write(schedule(strings.Replace(yearly, `"east"`, `"north"`, 1)))
	warned(planned(), "Drills will begin by themselves", "When the first one is due was not told", "no region north in the topology")

	if after := text(n.do(t, http.MethodGet, "drills", nil)["drills"]); after != before {
		t.Errorf("drills were asked for: %s", after)
	}
	write("")
	applied()
	if left := n.schedules(t); len(left) != 0 {
		t.Errorf("there are %s", text(left))
	}
}

// What a plan refuses without asking, the control plane refuses, too, and for the same attribute: else somebody could not declare what is right.
func TestAccNoTimeIsRefusedThatTheControlPlaneTakes(t *testing.T) {
	n := drillable(t)
	taken := func(t *testing.T, cron string, days ...string) bool {
		t.Helper()
		_, err := n.client.Do(t.Context(), api.Request{
			Method: http.MethodPut, Path: "drills/schedules/weekly", Query: url.Values{"dryRun": {"true"}},
			Body: map[string]any{"scenario": "my-loss", "cron": cron, "blackouts": days},
		})
		if err != nil && !api.IsProblem(err, "invalid-document") {
			t.Fatal(err)
		}
		return err == nil
	}
	var minutes, others []string
	for _, part := range []string{"0", "00", "07", "59", "60", "*", "*/2", "*/0", "*/59", "*/60", "*/90", "5/10", "30/30", "30/31", "1-5", "5-1", "5-5", "0-0", "1,3", "3,3", "1,", ",1", "1--2",
		"1-2-3", "1/2/3", "1-5/2", "1-5/9", "*-5", "*,1", "*/1", "/2", "-1", "2/", "x", "0x1", "999999999999", "MON", "JAN"} {
		minutes = append(minutes, part+" 3 * * *")
		for place := 1; place < 5; place++ {
			fields := []string{"0", "3", "1", "1", "1"}
			fields[place] = part
			others = append(others, strings.Join(fields, " "))
		}
	}
	for _, part := range []string{"mon", "Mon", "SUN", "0", "7", "8", "MON-FRI", "FRI-MON", "SUN-MON", "MON-SUN", "SAT-SUN", "5-7", "6-7", "0-7", "7-7", "MON-5", "1-FRI", "5-MON", "MON,3", "MON/2", "MONDAY", "L", "5L", "W", "TUE-THU/2"} {
		others = append(others, "0 3 * * "+part)
	}
	for _, part := range []string{"jan", "DEC", "JAN-MAR", "NOV-FEB", "JAN,3", "JAN-3", "3-JAN", "JAN/2", "MAI", "0", "12", "13"} {
		others = append(others, "0 3 1 "+part+" *")
	}
	count := 0
	for _, cron := range slices.Concat(minutes, others, []string{" 0 3 * * * ", "0  3 * * *", "0 3 * *", "0 3 * * * *", "0\t3 * * *", strings.Repeat("0,", 45) + "0 3 * * *"}) {
		if err := timetable.Cron(cron); err != nil {
			count++
			if taken(t, cron) {
				t.Errorf("the control plane takes %q, and a plan would say %v", cron, err)
			}
		}
	}
	for _, days := range []string{"2026-12-24", "2026-12-24/2026-12-24", "2026-12-24/2026-12-26", "2026-12-26/2026-12-24", "2026-02-29", "2028-02-29", "2026-13-01", "0000-01-01", "9999-12-31", "24.12.2026", "2026-12-24/", ""} {
		if err := timetable.Days(days); (err == nil) != taken(t, "0 3 * * *", days) {
			t.Errorf("of %q a plan would say %v, and the control plane another thing", days, err)
		}
	}
	if count < 50 {
		t.Errorf("only %d expressions were refused", count)
	}
}
