mock_provider "meridian" {}

run "three_regions_with_equal_shares" {
  assert {
    condition     = module.topology.weights == { east-1 = 16.6, east-2 = 16.6, north-1 = 33.3, west-1 = 33.3 }
    error_message = "weights are ${jsonencode(module.topology.weights)}"
  }
  assert {
    condition     = jsonencode(module.topology.zones) == jsonencode({ east = ["east-1", "east-2"], north = ["north-1"], west = ["west-1"] })
    error_message = "zones are ${jsonencode(module.topology.zones)}"
  }
}

run "two_regions_are_another_example" {
  command = plan
  variables {
    regions = {
      east = { city = "alpha", gateway = "a:1", zones = [["a:1"]] }
      west = { city = "beta", gateway = "a:1", zones = [["a:1"]] }
    }
  }
  expect_failures = [var.regions]
}
