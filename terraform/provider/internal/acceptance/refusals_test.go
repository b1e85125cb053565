package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"io.meridian/terraform-provider-meridian/internal/api"
)

func zone(label, rest string) string {
	return fmt.Sprintf("resource \"meridian_zone\" %q {\n  region = \"east\"\n  endpoints = [\"10.1.9.1:8080\"]\n%s\n}\n", label, rest)
}

func TestAccBadInputIsRefusedWithItsPlaceAndChangesNothing(t *testing.T) {
	n := declared(t)
	before := text(n.topology(t))
	refused := func(config string, parts ...string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: says(parts...)}
	}
	run(t, n,
		refused(zone("x", `name = "east-3"`+"\nweight = 1001"), "Attribute weight value must be between 0 and 1000, got: 1001"),
		refused(zone("x", `name = "east_3"`+"\nweight = 1"), "Attribute name the region's name, a hyphen and a number, such as east-1, got: east_3"),
		refused(zone("x", `name = "east-3"`), "declaring zone east-3 failed", "Invalid document (400)", "/zones/2/weight: missing: 'weight' is required of an R zone"),
		refused(zone("x", `name = "west-3"`+"\nweight = 1"), "/zones/2/name: 'west-3' is in region east, so it is named east-n"),
		refused(zone("x", `name = "east-3"`+"\nweight = 1\nbackups = [\"south-1\"]"), "/zones/2/backups/0", "south-1"),
		refused(zone("x", `name = "east-3"`+"\nweight = 5\nelastic = true"), "an elastic zone has shards only while they are popped out to it"),
		refused("resource \"meridian_service\" \"x\" {\n  name = \"x\"\n}\n", "/services/0/keys: missing: 'keys' is required of an R service"),
		refused("resource \"meridian_limits\" \"x\" {}\n", "Nothing is said"),
		refused("resource \"meridian_limits\" \"x\" {\n  lag = \"2 seconds\"\n}\n", "a number with a unit, such as 500ms, 2s or 10m"),
		refused("resource \"meridian_residency\" \"x\" {\n  rules = [{ shards = \"0-9\", regions = [\"east\"] }, { shards = \"5-12\", regions = [\"west\"] }]\n}\n",
			"/residency/1/shards: shard 5 is bound by /residency/0 already"),
		refused("resource \"meridian_region\" \"x\" {\n  name = \"east\"\n  city = \"elsewhere\"\n}\n", "region east is there already and differs in city", "terraform import"),
	)
	if after := text(n.topology(t)); after != before {
		t.Errorf("it is %s, and was %s", after, before)
	}
}

func TestAccARegionAndAZoneThatOwnShardsStayAndItIsToldWhatHelps(t *testing.T) {
	n := declared(t)
	zones := text(n.topology(t)["zones"])
	region := "resource \"meridian_region\" \"west\" {\n  name = \"west\"\n  city = \"beta\"\n}\n"
	zone := "resource \"meridian_zone\" \"west_1\" {\n  name = \"west-1\"\n  region = meridian_region.west.name\n  weight = 100\n  endpoints = [\"10.2.1.1:8080\"]\n}\n"
	limits := "resource \"meridian_limits\" \"all\" {\n  wave = 5\n}\n"
	run(t, n,
		resource.TestStep{Config: region + zone}, // both are there already, and are taken over
		resource.TestStep{
			Config: region + limits,
			ExpectError: says("removing zone west-1 failed", "Topology conflict (409)", "zone west-1 serves 32 shards; move them away first",
				"Terraform moves no shards", "./meridian evacuate"),
		},
		resource.TestStep{Config: region + letGo("meridian_zone.west_1") + limits},
		resource.TestStep{Config: limits, ExpectError: says("removing region west failed", "/zones/1/region", "west")},
		resource.TestStep{Config: letGo("meridian_region.west") + limits, ConfigStateChecks: checks(n.expectMember(t, "limits", `{"wave":5}`))},
	)
	if after := text(n.topology(t)["zones"]); after != zones {
		t.Errorf("zones are %s", after)
	}
}

func TestAccAControlPlaneThatIsAwayIsToldWithItsAddress(t *testing.T) {
	declared(t)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	runAs(t, address, adminToken, "300ms", resource.TestStep{
		Config: zone("x", `name = "east-3"`+"\nweight = 1"), ExpectError: says("declaring zone east-3 failed", address, "tried for 2s", "connection refused"),
	})
}

func TestAccATokenWithoutTheRightReadsAndIsToldWhatItLacks(t *testing.T) {
	n := declared(t)
	viewer := n.do(t, http.MethodPost, "tokens", map[string]any{"name": "terraform-viewer", "roles": []string{"viewer"}})["token"].(string)
	defer n.do(t, http.MethodDelete, "tokens/terraform-viewer", nil)
	runAs(t, n.address, viewer, "300ms",
		resource.TestStep{Config: "data \"meridian_shards\" \"now\" {}\n"},
		resource.TestStep{
			Config: zone("x", `name = "east-3"`+"\nweight = 1"), ExpectError: says("Forbidden (403)", "terraform-viewer has viewer", "takes the role operator"),
		},
	)
	runAs(t, n.address, "nobody's", "300ms", resource.TestStep{Config: "data \"meridian_shards\" \"now\" {}\n", ExpectError: says("(401)")})
}

func TestAccTwoAppliesAtOnceAndAnotherWriterTrampleNobody(t *testing.T) {
	n := declared(t)
	const each = 8
	all := func(of string) string {
		return fmt.Sprintf("resource \"meridian_zone\" \"all\" {\n  count = %d\n  name = \"%s-${count.index + 11}\"\n  region = %q\n  weight = 0\n  endpoints = [\"10.9.9.9:8080\"]\n}\n", each, of, of)
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() { stopped <- n.disturb(stop) }()
	var both sync.WaitGroup
	seen := make([]int, 2)
	for i, region := range []string{"east", "west"} {
		both.Go(func() {
			t.Run(region, func(t *testing.T) {
				run(t, n, resource.TestStep{
					Config: all(region),
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
					ConfigStateChecks: checks(look(func() error {
						for name := range n.elements(t, "zones") {
							if len(name) == len("east-11") && name[:4] == region {
								seen[i]++
							}
						}
						return nil
					})),
				})
			})
		})
	}
	both.Wait()
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if seen[0] != each || seen[1] != each {
		t.Errorf("zones of the two applies: %v", seen)
	}
	if text(n.topology(t)["zones"]) != text(base()["zones"]) {
		t.Errorf("after both were destroyed: %s", text(n.topology(t)["zones"]))
	}
}

func TestAccAnotherWriterWhoIsFasterIsNotTrampled(t *testing.T) {
	n := declared(t)
	behind, err := url.Parse(n.address)
	if err != nil {
		t.Fatal(err)
	}
	// Between what Terraform read and what it writes, somebody else adds a zone, three times.
	others := 0
	forward := httputil.NewSingleHostReverseProxy(behind)
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && r.URL.Query().Get("dryRun") == "" && others < 3 {
			others++
			topology := n.topology(t)
			topology["zones"] = append(topology["zones"].([]any), map[string]any{
				"name": fmt.Sprintf("west-%d", 50+others), "region": "west", "weight": 0, "endpoints": []any{"10.9.9.9:8080"},
			})
			n.declare(t, topology)
		}
		forward.ServeHTTP(w, r)
	}))
	defer between.Close()
	runAs(t, between.URL, adminToken, "300ms", resource.TestStep{
		Config: zone("x", `name = "east-3"`+"\nweight = 0"),
		ConfigStateChecks: checks(look(func() error {
			zones := n.elements(t, "zones")
			for _, name := range []string{"east-3", "west-51", "west-52", "west-53"} {
				if zones[name] == nil {
					return fmt.Errorf("%s is gone: %s", name, text(zones))
				}
			}
			return nil
		})),
	})
	if others != 3 {
		t.Errorf("others were faster %d times", others)
	}
}

// disturb changes the limits by itself, at the revision that it read, until it is stopped: none of its changes may be undone by others.
func (n *node) disturb(stop chan struct{}) error {
	ctx := context.Background()
	for wave := 1; ; wave++ {
		select {
		case <-stop:
			return nil
		default:
		}
		for {
			began := time.Now()
			answer, err := n.client.Do(ctx, api.Request{Method: http.MethodGet, Path: "topology"})
			if err != nil {
				return err
			}
			var read struct{ Topology map[string]any }
			if err := answer.Read(&read); err != nil {
				return err
			}
			if limits, ok := read.Topology["limits"].(map[string]any); wave > 1 && (!ok || fmt.Sprint(limits["wave"]) != fmt.Sprint((wave-1)%4096)) {
				return fmt.Errorf("limits are %v, though wave %d was declared", read.Topology["limits"], (wave-1)%4096)
			}
			read.Topology["limits"] = map[string]any{"wave": wave % 4096}
			_, err = n.client.Do(ctx, api.Request{Method: http.MethodPut, Path: "topology", Body: read.Topology, IfMatch: answer.Revision})
			time.Sleep(3 * time.Since(began)) // a busy writer, which still leaves others most of the time, however slow the machine is
			if err == nil {
				break
			}
			if !api.IsProblem(err, "revision-conflict") {
				return err
			}
		}
	}
}
