output "gateways" {
  description = "For the topology root: each region's gateway as the others reach it."
  value       = { for region, _ in var.regions : region => "gateway.${region}.${var.domain}:8443" }
}

output "names_to_make" {
  description = "Which Service each DNS name leads to, and what its load balancer has, once there is one."
  value = { for region, services in { east = module.east.services, west = module.west.services, north = module.north.services } : region => merge(
    { for name, voter in local.voters : voter.host => { service = "meridian-control-plane-${name}", address = services["meridian-control-plane-${name}"] } if voter.region == region },
    { "agent.${region}.${var.domain}" = { service = "meridian-agent-main", address = services["meridian-agent-main"] } },
    { "gateway.${region}.${var.domain}" = { service = "meridian-gateway", address = services["meridian-gateway"] } },
  ) }
}

output "voter_addresses" {
  description = "For ./meridian voters add and replace."
  value       = module.east.voter_addresses
}

output "files" {
  description = "What the pods of each region find in /meridian."
  value       = { east = module.east.files, west = module.west.files, north = module.north.files }
}
