resource "meridian_zone" "east_1" {
  name      = "east-1"
  region    = meridian_region.east.name
  weight    = 100
  endpoints = ["10.1.1.1:8080", "10.1.1.2:8080"]
  capacity  = 5000
  backups   = ["east-2", "west-1"] # names, not references: zones may be each other's backup

  depends_on = [meridian_gateway.east_west, meridian_gateway.west_east]
}
