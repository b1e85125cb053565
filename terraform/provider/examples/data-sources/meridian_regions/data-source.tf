data "meridian_regions" "now" {}

output "leader" {
  value = one([for region in data.meridian_regions.now.regions : region.name if region.voter.leader == true])
}
