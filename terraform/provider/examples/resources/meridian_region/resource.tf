resource "meridian_region" "east" {
  name = "east"
  city = "alpha"
}
