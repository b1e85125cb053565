package acceptance

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func TestAccAZoneIsMadeImportedMendedAndRemoved(t *testing.T) {
	n := declared(t)
	zone := func(capacity string) string {
		return "resource \"meridian_zone\" \"east_2\" {\n  name = \"east-2\"\n  region = \"east\"\n  weight = 50\n  endpoints = [\"10.1.2.1:8080\"]\n" +
			"  backups = [\"east-1\"]\n  group = \"green\"\n  capacity = " + capacity + "\n}\n"
	}
	run(t, n,
		resource.TestStep{
			Config: zone("2500"),
			ConfigStateChecks: checks(n.expect(t, "zones", "east-2",
				`{"backups":["east-1"],"capacity":2500,"endpoints":["10.1.2.1:8080"],"group":"green","name":"east-2","region":"east","weight":50}`)),
		},
		resource.TestStep{
			ResourceName: "meridian_zone.east_2", ImportState: true, ImportStateId: "east-2", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
		},
		resource.TestStep{ResourceName: "meridian_zone.east_2", ImportState: true, ImportStateId: "east-9", ExpectError: says("importing zone east-9 failed", "it has east-1, west-1, east-2")},
		resource.TestStep{ // somebody else changed it and another one
			PreConfig: func() {
				topology := n.topology(t)
				for _, of := range topology["zones"].([]any) {
					of.(map[string]any)["capacity"] = 7
				}
				n.declare(t, topology)
			},
			Config: zone("2500"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("meridian_zone.east_2", plancheck.ResourceActionUpdate),
			}},
			ConfigStateChecks: checks(
				n.expect(t, "zones", "east-2", `{"backups":["east-1"],"capacity":2500,"endpoints":["10.1.2.1:8080"],"group":"green","name":"east-2","region":"east","weight":50}`),
				n.expect(t, "zones", "east-1", `{"capacity":7,"endpoints":["10.1.1.1:8080"],"name":"east-1","region":"east","weight":100}`),
			),
		},
		resource.TestStep{ // somebody else removed it
			PreConfig: func() { n.declare(t, withTables(n.topology(t))) },
			Config:    zone("9"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("meridian_zone.east_2", plancheck.ResourceActionCreate),
			}},
		},
	)
	if _, still := n.elements(t, "zones")["east-2"]; still {
		t.Error("it is there after it was destroyed")
	}
}

// withTables is the base with the tables of another topology.
func withTables(topology map[string]any) map[string]any {
	result := base()
	result["tables"] = topology["tables"]
	return result
}

const everything = `
resource "meridian_region" "north" {
  name   = "north"
  city   = "gamma"
  number = 7
}
resource "meridian_zone" "east_20" {
  name      = "east-20"
  region    = "east"
  kind      = "G"
  endpoints = ["10.1.20.1:8080"]
}
resource "meridian_zone" "west_30" {
  name      = "west-30"
  region    = "west"
  kind      = "C"
  endpoints = ["10.2.30.1:8080"]
  weight    = 100
}
resource "meridian_zone" "west_9" {
  name      = "west-9"
  region    = "west"
  weight    = 0
  elastic   = true
  endpoints = ["10.2.9.1:8080"]
}
resource "meridian_service" "ledger" {
  name            = "ledger"
  keys            = ["jwt:sub", "header:x-user-key"]
  unknown_key     = "zone:east-1"
  jwt             = { issuer = "https://id.example.org", audiences = ["shop"], jwks = "https://id.example.org/keys.json" }
  outlier         = { consecutive_5xx = 5, interval = "10000ms", ejection = "60s", max_ejection_percent = 50 }
  circuit_breaker = { max_connections = 2000, max_pending_requests = 20000, max_requests = 20000, max_retries = 100 }
  retries         = { attempts = 2, budget_percent = 20 }
  diagnostics     = true
}
resource "meridian_service" "prices" {
  name       = "prices"
  kind       = "C"
  hosts      = ["prices.example.org"]
  endpoints  = { "west-30" = ["10.2.30.1:8090"] }
  weight_cut = { error_percent = 20, floor_percent = 5, window = "10s" }
  depends_on = [meridian_zone.east_20, meridian_zone.west_30]
}
resource "meridian_residency" "all" {
  rules = [{ shards = "3,0-1,2", regions = ["east"] }]
}
resource "meridian_limits" "all" {
  wave       = 64
  wave_pause = "60s"
  LIMIT
}
resource "meridian_maintenance_windows" "all" {
  windows = [
    { days = ["tue", "mon"], from = "22:00", to = "04:00" },
    { from = "09:00", to = "12:00", regions = ["west"] },
  ]
}
`

func TestAccEveryKindOfElementIsDeclaredAsItWasWrittenAndRemoved(t *testing.T) {
	n := declared(t)
	before := text(n.topology(t))
	run(t, n,
		resource.TestStep{
			Config: strings.Replace(everything, "LIMIT", "", 1),
			ConfigStateChecks: checks(
				n.expect(t, "regions", "north", `{"city":"gamma","name":"north","number":7}`),
				n.expect(t, "zones", "east-20", `{"endpoints":["10.1.20.1:8080"],"kind":"G","name":"east-20","region":"east"}`),
				n.expect(t, "zones", "west-30", `{"endpoints":["10.2.30.1:8080"],"kind":"C","name":"west-30","region":"west"}`),
				n.expect(t, "zones", "west-9", `{"elastic":true,"endpoints":["10.2.9.1:8080"],"name":"west-9","region":"west","weight":0}`),
				n.expect(t, "services", "ledger", `{"circuitBreaker":{"maxConnections":2000,"maxPendingRequests":20000,"maxRequests":20000,"maxRetries":100},"diagnostics":true,`+
					`"jwt":{"audiences":["shop"],"issuer":"https://id.example.org","jwks":"https://id.example.org/keys.json"},"keys":["jwt:sub","header:x-user-key"],"name":"ledger",`+
					`"outlier":{"consecutive5xx":5,"ejection":"1m","interval":"10s","maxEjectionPercent":50},"retries":{"attempts":2},"unknownKey":"zone:east-1"}`),
				n.expect(t, "services", "prices", `{"endpoints":{"west-30":["10.2.30.1:8090"]},"hosts":["prices.example.org"],"kind":"C","name":"prices",`+
					`"weightCut":{"errorPercent":20,"floorPercent":5,"window":"10s"}}`),
				n.expectMember(t, "residency", `[{"regions":["east"],"shards":"0-3"}]`),
				n.expectMember(t, "limits", `{"wave":64,"wavePause":"1m"}`),
				n.expectMember(t, "maintenanceWindows", `[{"days":["mon","tue"],"from":"22:00","to":"04:00"},{"from":"09:00","regions":["west"],"to":"12:00"}]`),
			),
		},
		resource.TestStep{
			Config:            strings.Replace(everything, "LIMIT", "lag = \"2s\"", 1),
			ConfigStateChecks: checks(n.expectMember(t, "limits", `{"lag":"2s","wave":64,"wavePause":"1m"}`)),
		},
		resource.TestStep{
			ResourceName: "meridian_service.prices", ImportState: true, ImportStateId: "prices", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
		},
		resource.TestStep{ResourceName: "meridian_maintenance_windows.all", ImportState: true, ImportStateId: "all"},
	)
	if after := text(n.topology(t)); after != before {
		t.Errorf("after all was destroyed: %s", after)
	}
}

const table = "resource \"meridian_table\" \"cart\" {\n  name = \"public.cart\"\n  sharding_column = \"%\"\n  kind = \"multi-writer\"\n  resolver = \"column-wise\"\n  columns = { items_seen = \"set\" }\n}\n"

func TestAccATableCannotBeRemovedOrShardedAnewOnlyLetGo(t *testing.T) {
	n := declared(t)
	run(t, n,
		resource.TestStep{
			Config: strings.Replace(table, "%", "user_key", 1),
			ConfigStateChecks: checks(n.expect(t, "tables", "public.cart",
				`{"columns":{"items_seen":"set"},"kind":"multi-writer","name":"public.cart","resolver":"column-wise","shardingColumn":"user_key"}`)),
		},
		resource.TestStep{Config: strings.Replace(table, "%", "other", 1), ExpectError: says("declaring table public.cart failed", "Topology conflict (409)", "it cannot be removed")},
		resource.TestStep{Config: "resource \"meridian_limits\" \"all\" {\n  wave = 5\n}\n", ExpectError: says("removing table public.cart failed", "it cannot be removed")},
		resource.TestStep{Config: letGo("meridian_table.cart")},
	)
	if _, still := n.elements(t, "tables")["public.cart"]; !still {
		t.Error("it is gone")
	}
}

func TestAccWhatBecomesOfATablesOrphansMayChange(t *testing.T) {
	n := declared(t)
	wish := "resource \"meridian_table\" \"wish\" {\n  name = \"public.wish\"\n  sharding_column = \"user_key\"\n  orphans = \"%\"\n}\n"
	run(t, n,
		resource.TestStep{Config: strings.Replace(wish, "%", "latest", 1), ExpectError: says("reject, newest, column-wise, salvage or custom:NAME")},
		resource.TestStep{
			Config: strings.Replace(wish, "%", "newest", 1),
			ConfigStateChecks: checks(n.expect(t, "tables", "public.wish",
				`{"name":"public.wish","orphans":"newest","shardingColumn":"user_key"}`)),
		},
		resource.TestStep{
			Config:            strings.Replace(wish, "%", "reject", 1),
			ConfigStateChecks: checks(n.expect(t, "tables", "public.wish", `{"name":"public.wish","shardingColumn":"user_key"}`)),
		},
		resource.TestStep{Config: letGo("meridian_table.wish")},
	)
}

func TestAccARegionSaysWhatIsDoneWhenItLooksLost(t *testing.T) {
	n := declared(t)
	region := "resource \"meridian_region\" \"north\" {\n  name = \"north\"\n  city = \"oslo\"\n  failover = { % }\n}\n"
	run(t, n,
		resource.TestStep{Config: strings.Replace(region, "%", `mode = "auto"`, 1), ExpectError: says("needs to know how much may be lost")},
		resource.TestStep{
			Config: strings.Replace(region, "%", `mode = "off"`, 1),
			ConfigStateChecks: checks(n.expect(t, "regions", "north",
				`{"city":"oslo","failover":{"mode":"off"},"name":"north"}`)),
		},
		resource.TestStep{
			Config: strings.Replace(region, "%", `mode = "recommend", max_loss = "500rows|2s"`, 1),
			ConfigStateChecks: checks(n.expect(t, "regions", "north",
				`{"city":"oslo","failover":{"maxLoss":"500rows|2s","mode":"recommend"},"name":"north"}`)),
		},
		resource.TestStep{
			Config:            strings.Replace(region, "  failover = { % }\n", "", 1),
			ConfigStateChecks: checks(n.expect(t, "regions", "north", `{"city":"oslo","name":"north"}`)),
		},
	)
}

func TestAccTheGroundIsImportedAndRefusesToChangeItsShards(t *testing.T) {
	n := declared(t)
	ground := "resource \"meridian_topology\" \"shop\" {\n  name = \"shop\"\n  shards = %\n  store_groups = [{ name = \"main\", partitions = 4 }]\n}\n"
	run(t, n,
		resource.TestStep{Config: strings.Replace(ground, "%", "64", 1)},
		resource.TestStep{
			ResourceName: "meridian_topology.shop", ImportState: true, ImportStateId: "shop", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
		},
		resource.TestStep{Config: strings.Replace(ground, "%", "100", 1), ExpectError: says("100 is not a power of two")},
		resource.TestStep{Config: strings.Replace(ground, "%", "128", 1), ExpectError: says("declaring the topology failed", "/shards: the number of shards is fixed once set: 64, not 128")},
	)
	run(t, n, resource.TestStep{
		Config: strings.Replace(strings.Replace(ground, "%", "64", 1), "partitions = 4", "partitions = 8", 1), ExpectError: says("it differs in storeGroups", "terraform import"),
	})
}

func TestAccDataSourcesTellWhatTheControlPlaneKnows(t *testing.T) {
	n := declared(t)
	run(t, n, resource.TestStep{
		Config: `
data "meridian_topology" "now" {}
data "meridian_regions" "now" {}
data "meridian_owner" "alice" { key = "alice" }
data "meridian_plan" "spread" {}
data "meridian_plan" "empty_west" { evacuate_zones = ["west-1"] }
`,
		ConfigStateChecks: checks(
			value("data.meridian_topology.now", exactly("shop"), "name"),
			value("data.meridian_topology.now", number(64), "shards"),
			value("data.meridian_regions.now", exactly("beta"), "regions", 1, "city"),
			value("data.meridian_regions.now", number(32), "regions", 1, "zones", 0, "shards"),
			value("data.meridian_regions.now", knownvalue.Null(), "regions", 1, "router"),
			value("data.meridian_owner.alice", exactly("OWNED"), "state"),
			value("data.meridian_plan.spread", exactly(""), "shards"),
			value("data.meridian_plan.spread", knownvalue.ListSizeExact(0), "moves"),
			value("data.meridian_plan.empty_west", exactly("east-1"), "moves", 0, "to"),
			value("data.meridian_plan.empty_west", exactly("west-1"), "moves", 0, "from"),
		),
	})
}

func TestAccZonesThatAreEachOthersBackupComeAndGoInOneApply(t *testing.T) {
	n := declared(t)
	before := n.revisions(t)
	runTogether(t, n, resource.TestStep{
		Config: zone("east", "name = \"east-3\"\nweight = 0\nbackups = [\"east-4\"]") + zone("other", "name = \"east-4\"\nweight = 0\nbackups = [\"east-3\"]"),
		ConfigStateChecks: checks(
			n.expect(t, "zones", "east-3", `{"backups":["east-4"],"endpoints":["10.1.9.1:8080"],"name":"east-3","region":"east","weight":0}`),
			n.expect(t, "zones", "east-4", `{"backups":["east-3"],"endpoints":["10.1.9.1:8080"],"name":"east-4","region":"east","weight":0}`),
		),
	})
	if made := n.revisions(t) - before; made > 2 {
		t.Errorf("%d revisions, not one to come and one to go", made)
	}
}
