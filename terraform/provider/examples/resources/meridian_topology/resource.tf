locals {
  regions  = [{ name = "east", city = "alpha" }]
  zones    = [{ name = "east-1", region = "east", weight = 100, endpoints = ["10.1.1.1:8080"] }]
  gateways = []
}

resource "meridian_topology" "shop" {
  name         = "shop"
  shards       = 1024
  store_groups = [{ name = "main", partitions = 16 }]
  # Only for a control plane that has no topology yet: all zones at once, so that each gets its share of the shards.
  first = { regions = local.regions, zones = local.zones }
}
