package acceptance

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

const firstZones = `
locals {
  regions = [{ name = "east", city = "alpha" }, { name = "west", city = "beta" }]
  zones = [
    { name = "east-1", region = "east", weight = 100, endpoints = ["10.1.1.1:8080"], backups = ["west-1"] },
    { name = "west-1", region = "west", weight = %d, endpoints = ["10.2.1.1:8080"], backups = ["east-1"] },
  ]
  gateways = [
    { from = "east", to = "west", address = "10.2.0.10:8443" },
    { from = "west", to = "east", address = "10.1.0.10:8443" },
  ]
}
resource "meridian_topology" "shop" {
  name         = "shop"
  shards       = 64
  store_groups = [{ name = "main", partitions = 4, shards = "0-63" }]
  first        = { regions = local.regions, zones = local.zones, gateways = local.gateways }
}
resource "meridian_region" "all" {
  for_each = { for region in local.regions : region.name => region }
  name     = each.key
  city     = each.value.city
}
resource "meridian_gateway" "all" {
  for_each = { for gateway in local.gateways : "${gateway.from}/${gateway.to}" => gateway }
  from     = meridian_region.all[each.value.from].name
  to       = meridian_region.all[each.value.to].name
  address  = each.value.address
}
resource "meridian_zone" "all" {
  for_each   = { for zone in local.zones : zone.name => zone }
  name       = each.key
  region     = meridian_region.all[each.value.region].name
  weight     = each.value.weight
  endpoints  = each.value.endpoints
  backups    = each.value.backups
  depends_on = [meridian_gateway.all]
}
resource "meridian_service" "ledger" {
  name       = "ledger"
  keys       = ["header:x-user-key"]
  depends_on = [meridian_zone.all]
}
resource "meridian_table" "account" {
  name            = "public.account"
  sharding_column = "user_key"
  depends_on      = [meridian_zone.all]
}
data "meridian_shards" "now" {
  depends_on = [meridian_zone.all]
}
`

func TestAccOneApplyDeclaresAnEmptyControlPlaneAndSharesTheShardsOutByAllWeights(t *testing.T) {
	n := own(t)
	run(t, n,
		resource.TestStep{
			Config:      `resource "meridian_region" "east" { name = "east", city = "alpha" }`,
			ExpectError: says("Invalid single-argument block definition"),
		},
		resource.TestStep{
			Config:      "resource \"meridian_region\" \"east\" {\n  name = \"east\"\n  city = \"alpha\"\n}\n",
			ExpectError: says("declaring region east failed", "no topology yet", "meridian_topology"),
		},
		resource.TestStep{
			Config: fmt.Sprintf(firstZones, 300),
			ConfigStateChecks: checks(
				value("data.meridian_shards.now", exactly("east-1"), "zones", 0, "zone"),
				value("data.meridian_shards.now", number(16), "zones", 0, "count"),
				value("data.meridian_shards.now", number(48), "zones", 1, "count"),
				n.expect(t, "services", "ledger", `{"keys":["header:x-user-key"],"name":"ledger"}`),
				n.expect(t, "tables", "public.account", `{"name":"public.account","shardingColumn":"user_key"}`),
				look(func() error {
					if count := n.revisions(t); count > 3 {
						return fmt.Errorf("%d revisions for what came together", count)
					}
					return nil
				}),
			),
		},
		resource.TestStep{ // 'first' was about that moment; the weight is the zone's own
			Config: fmt.Sprintf(firstZones, 100),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("meridian_topology.shop", plancheck.ResourceActionNoop),
				plancheck.ExpectResourceAction(`meridian_zone.all["west-1"]`, plancheck.ResourceActionUpdate),
			}},
			ConfigStateChecks: checks(value("data.meridian_shards.now", number(48), "zones", 1, "count")),
		},
		resource.TestStep{Config: letGo("meridian_region.all", "meridian_gateway.all", "meridian_zone.all", "meridian_table.account", "meridian_service.ledger")},
	)
}
