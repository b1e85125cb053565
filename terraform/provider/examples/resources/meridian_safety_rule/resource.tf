resource "meridian_safety_rule" "all" {
  min_regions_with_capacity = 1
  never_all_zones_of_city   = true
}
