resource "meridian_residency" "all" {
  rules = [{ shards = "0-99,200", regions = [meridian_region.east.name] }]
}
