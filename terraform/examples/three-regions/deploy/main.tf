locals {
  voters = { for name, voter in merge({
    for i, region in ["east", "west", "north"] : region => { region = region, number = i + 1, host = "control.${region}.${var.domain}", join = false }
  }, var.voters) : name => voter if voter != null }

  # What differs from region to region.
  here = { for region, of in var.regions : region => {
    control_plane = { token_secret = "meridian-token", api_names = ["control.${region}.${var.domain}"] }
    store_groups = { main = {
      store = { url = of.store, secret = "store-main" }
      kafka = { bootstrap = of.kafka, peers = { for other, its in var.regions : other => its.kafka_from_outside if other != region } }
      peers = { for other, _ in var.regions : other => "agent.${other}.${var.domain}:7445" if other != region }
    } }
  } }
}

module "east" {
  source    = "../../../modules/meridian-region"
  providers = { kubernetes = kubernetes.east }

  region           = "east"
  regions          = keys(var.regions)
  images           = var.images
  voters           = local.voters
  certificates     = { cert_manager = { issuer = var.issuer } }
  control_plane    = local.here["east"].control_plane
  store_groups     = local.here["east"].store_groups
  wait_for_rollout = var.wait_for_rollout
}

module "west" {
  source    = "../../../modules/meridian-region"
  providers = { kubernetes = kubernetes.west }

  region           = "west"
  regions          = keys(var.regions)
  images           = var.images
  voters           = local.voters
  certificates     = { cert_manager = { issuer = var.issuer } }
  control_plane    = local.here["west"].control_plane
  store_groups     = local.here["west"].store_groups
  wait_for_rollout = var.wait_for_rollout
}

module "north" {
  source    = "../../../modules/meridian-region"
  providers = { kubernetes = kubernetes.north }

  region           = "north"
  regions          = keys(var.regions)
  images           = var.images
  voters           = local.voters
  certificates     = { cert_manager = { issuer = var.issuer } }
  control_plane    = local.here["north"].control_plane
  store_groups     = local.here["north"].store_groups
  wait_for_rollout = var.wait_for_rollout
}
