resource "meridian_limits" "all" {
  wave          = 64
  lag           = "2s"
  moves_at_once = 2
}
