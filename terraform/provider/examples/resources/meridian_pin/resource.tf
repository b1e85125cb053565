resource "meridian_pin" "stress" {
  name   = "stress"
  prefix = "stress-"
  to     = meridian_zone.east_2.name
  until  = "2027-01-01T00:00:00Z"
}
