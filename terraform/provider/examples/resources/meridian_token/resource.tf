resource "meridian_token" "dashboard" {
  name           = "dashboard"
  roles          = ["viewer"]
  valid_for_days = 90
}
