output "name" {
  description = "Of the topology."
  value       = meridian_topology.this.name
}

output "zones" {
  description = "Zones of each region, by its name."
  value       = { for region, _ in var.topology.regions : region => sort([for zone in meridian_zone.this : zone.name if zone.region == region]) }
}

output "weights" {
  description = "What a rebalance aims at: the share of the shards of each R zone, in percent."
  value = { for name, zone in meridian_zone.this : name => floor(1000 * zone.weight / sum([
    for other in meridian_zone.this : other.weight if other.kind == "R"])) / 10 if zone.kind == "R"
  }
}
