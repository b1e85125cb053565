locals {
  zones = merge([for region, of in var.regions : {
    for i, endpoints in of.zones : "${region}-${i + 1}" => endpoints
  }]...)
}

module "topology" {
  source = "../../../modules/meridian-topology"

  topology = {
    name    = "shop"
    regions = { for name, region in var.regions : name => { city = region.city } }
    zones = { for name, endpoints in local.zones : name => {
      # Regions get equal shares, whatever number of zones they have.
      weight    = floor(600 / length(var.regions[replace(name, "/-[0-9]+$/", "")].zones))
      endpoints = endpoints
      # The zones of the same region first, since they share its databases.
      backups = concat(
        [for other, _ in local.zones : other if other != name && replace(other, "/-[0-9]+$/", "") == replace(name, "/-[0-9]+$/", "")],
        [for other, _ in local.zones : other if replace(other, "/-[0-9]+$/", "") != replace(name, "/-[0-9]+$/", "")],
      )
    } }
    gateways = { for from, _ in var.regions : from => { for to, region in var.regions : to => region.gateway if to != from } }
    services = { ledger = { keys = ["header:x-user-key", "path:2"], retries = { attempts = 2 } } }
    tables = {
      "public.account"  = { sharding_column = "user_key" }
      "public.transfer" = { sharding_column = "user_key" }
    }
    limits = { wave = 64, lag = "2s", moves_at_once = 2 }
  }
}

data "meridian_shards" "now" {
  depends_on = [module.topology]
}

# What the weights ask for and the shards do not do yet. Moving them is an act: ./meridian rebalance --wait
data "meridian_plan" "rebalance" {
  depends_on = [module.topology]
}
