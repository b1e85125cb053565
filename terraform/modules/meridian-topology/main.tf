locals {
  regions = [for name, region in var.topology.regions : merge(region, { name = name })]
  zones   = [for name, zone in var.topology.zones : merge(zone, { name = name, region = replace(name, "/-[0-9]+$/", "") })]
  gateways = flatten([for from, all in var.topology.gateways : [
    for to, address in all : { from = from, to = to, address = address }
  ]])
}

resource "meridian_topology" "this" {
  name         = var.topology.name
  shards       = var.topology.shards
  store_groups = var.topology.store_groups
  first = {
    regions  = local.regions
    zones    = local.zones
    gateways = length(local.gateways) == 0 ? null : local.gateways
  }
}

resource "meridian_region" "this" {
  for_each = { for region in local.regions : region.name => region }

  name   = each.key
  city   = each.value.city
  number = each.value.number

  failover = each.value.failover

  depends_on = [meridian_topology.this]
}

# Before the zones that need them, and gone after them.
resource "meridian_gateway" "this" {
  for_each = { for gateway in local.gateways : "${gateway.from}/${gateway.to}" => gateway }

  from    = meridian_region.this[each.value.from].name
  to      = meridian_region.this[each.value.to].name
  address = each.value.address
}

# Backups are names: zones may be each other's. The provider declares what only holds together in one piece.
resource "meridian_zone" "this" {
  for_each = { for zone in local.zones : zone.name => zone }

  name      = each.key
  region    = meridian_region.this[each.value.region].name
  kind      = each.value.kind
  weight    = each.value.weight
  endpoints = each.value.endpoints
  capacity  = each.value.capacity
  backups   = each.value.backups
  elastic   = each.value.elastic
  group     = each.value.group

  depends_on = [meridian_gateway.this]
}

resource "meridian_service" "this" {
  for_each = var.topology.services

  name            = each.key
  kind            = each.value.kind
  hosts           = each.value.hosts
  keys            = each.value.keys
  unknown_key     = each.value.unknown_key
  jwt             = each.value.jwt
  endpoints       = each.value.endpoints
  outlier         = each.value.outlier
  circuit_breaker = each.value.circuit_breaker
  retries         = each.value.retries
  weight_cut      = each.value.weight_cut
  diagnostics     = each.value.diagnostics

  depends_on = [meridian_zone.this]
}

resource "meridian_table" "this" {
  for_each = var.topology.tables

  name            = each.key
  kind            = each.value.kind
  sharding_column = each.value.sharding_column
  resolver        = each.value.resolver
  columns         = each.value.columns
  orphans         = each.value.orphans
  bulk            = each.value.bulk
  safe            = each.value.safe

  depends_on = [meridian_zone.this]
}

resource "meridian_residency" "this" {
  count = length(var.topology.residency) > 0 ? 1 : 0

  rules = var.topology.residency

  depends_on = [meridian_zone.this]
}

resource "meridian_limits" "this" {
  count = var.topology.limits == null ? 0 : 1

  wave          = var.topology.limits.wave
  wave_pause    = var.topology.limits.wave_pause
  lag           = var.topology.limits.lag
  lag_rows      = var.topology.limits.lag_rows
  catch_up      = var.topology.limits.catch_up
  moves_at_once = var.topology.limits.moves_at_once
  rps           = var.topology.limits.rps

  depends_on = [meridian_topology.this]
}

resource "meridian_maintenance_windows" "this" {
  count = length(var.topology.maintenance_windows) > 0 ? 1 : 0

  windows = var.topology.maintenance_windows

  depends_on = [meridian_region.this]
}

# Last: a second person's word holds for the topology that they saw, so nothing else may change it in between.
resource "meridian_safety_rule" "this" {
  count = var.topology.safety_rules == null ? 0 : 1

  min_regions_with_capacity = var.topology.safety_rules.min_regions_with_capacity
  never_all_zones_of_city   = var.topology.safety_rules.never_all_zones_of_city

  depends_on = [
    meridian_service.this, meridian_table.this, meridian_residency.this, meridian_limits.this, meridian_maintenance_windows.this,
  ]
}

# When drills are due. The control plane asks for them; no apply does.
resource "meridian_drill_schedule" "this" {
  for_each = var.drill_schedules

  name           = each.key
  scenario       = each.value.scenario
  region         = each.value.region == null ? null : meridian_region.this[each.value.region].name
  cron           = each.value.cron
  time_zone      = each.value.time_zone
  window_minutes = each.value.window_minutes
  blackouts      = each.value.blackouts
  enabled        = each.value.enabled
  note           = each.value.note

  depends_on = [meridian_region.this]
}
