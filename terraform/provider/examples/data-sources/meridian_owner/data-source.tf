data "meridian_owner" "alice" {
  key = "alice"
}
