package acceptance

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
)

func TestAccReadinessIsToldPerRegionAndScenarioWithWhatItComesFrom(t *testing.T) {
	n := drillable(t)
	const of = "data.meridian_readiness.now"
	config := "data \"meridian_readiness\" \"now\" {}\n"
	run(t, n,
		resource.TestStep{Config: config, ConfigStateChecks: checks(
			value(of, number(30), "whole_days"),
			value(of, number(90), "gone_days"),
			value(of, exactly("west"), "regions", 1, "region"),
			value(of, number(0), "regions", 1, "score"),
			value(of, exactly("my-loss"), "regions", 1, "scenarios", 1, "scenario"),
			value(of, exactly("never drilled"), "regions", 1, "scenarios", 1, "why"),
			value(of, knownvalue.Null(), "regions", 1, "scenarios", 1, "drill"),
		)},
		resource.TestStep{
			PreConfig: func() { n.pass(t, "my-loss", "west") },
			Config:    config,
			ConfigStateChecks: checks(
				value(of, number(50), "regions", 1, "score"),
				value(of, number(100), "regions", 1, "scenarios", 1, "score"),
				value(of, exactly("PASSED"), "regions", 1, "scenarios", 1, "state"),
				value(of, knownvalue.NotNull(), "regions", 1, "scenarios", 1, "ended_at"),
				value(of, number(0), "regions", 0, "score"),
			),
		},
		resource.TestStep{ // no scenario is about it any more
			PreConfig: func() {
				for _, name := range []string{"my-loss", "my-link"} {
					n.do(t, http.MethodDelete, "drills/scenarios/"+name, nil)
				}
			},
			Config:            config,
			ConfigStateChecks: checks(value(of, knownvalue.Null(), "regions", 0, "score"), value(of, knownvalue.ListSizeExact(0), "regions", 0, "scenarios")),
		},
	)
}

// pass a drill about a region, as a runner tells it.
func (n *node) pass(t *testing.T, scenario, region string) {
	t.Helper()
	id := n.do(t, http.MethodPost, "drills", map[string]any{"scenario": scenario, "region": region, "why": "the test"})["id"].(string)
	n.do(t, http.MethodPost, "drills/"+id+"/claim", map[string]any{"runner": "the-test"})
	n.do(t, http.MethodPost, "drills/"+id+"/result", map[string]any{"runner": "the-test", "outcome": "PASSED"})
}

func TestAccARegionsRoutersAreToldAndNoneIsMadeUp(t *testing.T) {
	n := declared(t)
	run(t, n, resource.TestStep{
		Config:            "data \"meridian_routers\" \"now\" {}\n",
		ConfigStateChecks: checks(value("data.meridian_routers.now", knownvalue.ListSizeExact(0), "routers")),
	})
}
