data "meridian_readiness" "now" {}

check "drills_are_recent" {
  assert {
    condition     = alltrue([for of in data.meridian_readiness.now.regions : of.score == null ? true : of.score >= 50])
    error_message = join("; ", flatten([for of in data.meridian_readiness.now.regions : [for cell in of.scenarios : "${of.region}, ${cell.scenario}: ${cell.why}" if cell.score < 50]]))
  }
}
