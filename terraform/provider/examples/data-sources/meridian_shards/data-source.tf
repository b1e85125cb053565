data "meridian_shards" "now" {}

output "shards_per_zone" {
  value = { for of in data.meridian_shards.now.zones : of.zone => of.count }
}
