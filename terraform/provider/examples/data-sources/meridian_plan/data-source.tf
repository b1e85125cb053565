data "meridian_plan" "without_west" {
  evacuate_regions = ["west"]
}

check "west_can_go" {
  assert {
    condition     = alltrue([for gate in data.meridian_plan.without_west.gates : gate.state != "CLOSED"])
    error_message = "West cannot be evacuated now: ${join("; ", data.meridian_plan.without_west.gates[*].says)}"
  }
}
