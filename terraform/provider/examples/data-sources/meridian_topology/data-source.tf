data "meridian_topology" "now" {}

output "zones" {
  value = jsondecode(data.meridian_topology.now.document).zones[*].name
}
