resource "meridian_drill_schedule" "west_is_lost" {
  name           = "west-is-lost"
  scenario       = "lose-region" # ./meridian drill serve has registered it
  region         = meridian_region.west.name
  cron           = "0 3 * * MON"
  time_zone      = "Europe/Berlin"
  window_minutes = 60
  blackouts      = ["2026-12-21/2027-01-06"]
  note           = "agreed with payments"
}
