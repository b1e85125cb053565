package document

import (
	"encoding/json"
	"reflect"
	"testing"
)

var zones = Place{Key: "zones", Names: []string{"name"}, Word: "zone", Absent: map[string]any{"kind": "R", "elastic": false}, AbsentOf: ofKind}

func ofKind(zone map[string]any) map[string]any {
	if zone["kind"] == "C" {
		return map[string]any{"weight": 100}
	}
	return nil
}

var gateways = Place{Key: "gateways", Names: []string{"from", "to"}, Word: "gateway"}
var limits = Place{Key: "limits", Word: "limits"}

func read(t *testing.T, text string) Document {
	t.Helper()
	d, err := Read(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnElementIsPutInWithoutTouchingTheOthersOrWhatIsNotKnown(t *testing.T) {
	d := read(t, `{"name":"shop","later":{"x":1},"zones":[{"name":"east-1","weight":1},{"name":"west-1","weight":2,"later":[1]}]}`)
	before := string(written(d))
	changed := zones.With(d, map[string]any{"name": "east-1", "weight": json.Number("5")})
	added := zones.With(changed, map[string]any{"name": "north-1"})
	without := zones.Without(added, "east-1")
	for what, rows := range map[string][2]string{
		"in its place":       {string(written(changed)), `{"later":{"x":1},"name":"shop","zones":[{"name":"east-1","weight":5},{"later":[1],"name":"west-1","weight":2}]}`},
		"behind all others":  {string(written(added)), `{"later":{"x":1},"name":"shop","zones":[{"name":"east-1","weight":5},{"later":[1],"name":"west-1","weight":2},{"name":"north-1"}]}`},
		"out":                {string(written(without)), `{"later":{"x":1},"name":"shop","zones":[{"later":[1],"name":"west-1","weight":2},{"name":"north-1"}]}`},
		"the first as it is": {string(written(d)), before},
	} {
		if rows[0] != rows[1] {
			t.Errorf("%s: %s, not %s", what, rows[0], rows[1])
		}
	}
}

func TestAMemberOfTheDocumentIsAnElement(t *testing.T) {
	d := limits.With(read(t, `{"name":"shop"}`), map[string]any{"wave": json.Number("7")})
	if limits.Find(d, "limits") == nil || limits.Find(limits.Without(d, "limits"), "limits") != nil {
		t.Errorf("limits are not where they were put: %v", d)
	}
}

func TestAPointerIsToldWhoseItIs(t *testing.T) {
	d := read(t, `{"zones":[{"name":"east-1"},{"name":"west-1"}],"gateways":[{"from":"east","to":"west"}],"limits":{}}`)
	for _, row := range []struct {
		name    string
		place   Place
		id      string
		pointer string
		has     bool
	}{
		{"its own", zones, "west-1", "/zones/1/backups/0", true},
		{"another's", zones, "east-1", "/zones/1/backups/0", false},
		{"of the list as a whole", zones, "east-1", "/zones", false},
		{"one that is gone", zones, "north-1", "/zones/-1", false},
		{"two names", gateways, "east/west", "/gateways/0/address", true},
		{"a member", limits, "limits", "/limits/wave", true},
		{"the whole document", zones, "east-1", "", false},
	} {
		if has := row.place.Has(d, row.id, row.pointer); has != row.has {
			t.Errorf("%s: %v", row.name, has)
		}
	}
}

func TestWhatMeansTheSameIsEqual(t *testing.T) {
	for _, row := range []struct {
		name   string
		a, b   string
		differ []string
	}{
		{"what is so anyway", `{"name":"a","kind":"R","elastic":false,"backups":[]}`, `{"name":"a"}`, nil},
		{"durations", `{"lag":"60s"}`, `{"lag":"1m"}`, nil},
		{"durations behind rows", `{"failover":{"maxLoss":"5rows|2m"}}`, `{"failover":{"maxLoss":"5rows|120s"}}`, nil},
		{"other durations behind rows", `{"failover":{"maxLoss":"5rows|2m"}}`, `{"failover":{"maxLoss":"5rows|2s"}}`, []string{"failover"}},
		{"other durations", `{"lag":"60s"}`, `{"lag":"61s"}`, []string{"lag"}},
		{"shards", `{"shards":"3,0-1,2"}`, `{"shards":"0-3"}`, nil},
		{"other shards", `{"shards":"0-3"}`, `{"shards":"0-4"}`, []string{"shards"}},
		{"days in another order", `{"days":["tue","mon"]}`, `{"days":["mon","tue"]}`, nil},
		{"an order that means something", `{"backups":["a-1","b-1"]}`, `{"backups":["b-1","a-1"]}`, []string{"backups"}},
		{"what is so of a kind", `{"kind":"C","weight":100}`, `{"kind":"C"}`, nil},
		{"what is so of another kind only", `{"weight":100}`, `{}`, []string{"weight"}},
		{"another kind", `{"kind":"G"}`, `{}`, []string{"kind"}},
		{"one more key", `{"name":"a","capacity":5}`, `{"name":"a"}`, []string{"capacity"}},
	} {
		a, b := read(t, row.a), read(t, row.b)
		if differ := zones.Differences(map[string]any(a), map[string]any(b)); !reflect.DeepEqual(differ, row.differ) {
			t.Errorf("%s: differ in %v", row.name, differ)
		}
		if differ := zones.Differences(map[string]any(b), map[string]any(a)); !reflect.DeepEqual(differ, row.differ) {
			t.Errorf("%s, the other way round: differ in %v", row.name, differ)
		}
	}
}
