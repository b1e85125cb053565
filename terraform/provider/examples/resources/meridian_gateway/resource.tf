resource "meridian_gateway" "east_west" {
  from    = meridian_region.east.name
  to      = meridian_region.west.name
  address = "10.2.0.10:8443"
}
