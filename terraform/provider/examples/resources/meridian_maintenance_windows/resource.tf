resource "meridian_maintenance_windows" "all" {
  windows = [
    { days = ["mon", "tue", "wed", "thu"], from = "22:00", to = "04:00" },
    { from = "09:00", to = "12:00", regions = ["west"] },
  ]
}
