mock_provider "kubernetes" {
  alias = "east"
}
mock_provider "kubernetes" {
  alias = "west"
}
mock_provider "kubernetes" {
  alias = "north"
}

variables {
  domain = "shop.example.org"
  images = { control_plane = "example.org/c:1", router = "example.org/r:1", agent = "example.org/a:1", envoy = "example.org/e:1" }
  regions = { for region in ["east", "west", "north"] : region => {
    context = region, store = "jdbc:postgresql://pg.${region}:5432/shop?sslmode=verify-full", kafka = "kafka.${region}:9092", kafka_from_outside = "kafka.${region}.shop.example.org:9094"
  } }
}

run "three_regions_that_know_each_other" {
  assert {
    condition     = output.gateways == { east = "gateway.east.shop.example.org:8443", north = "gateway.north.shop.example.org:8443", west = "gateway.west.shop.example.org:8443" }
    error_message = "gateways are ${jsonencode(output.gateways)}"
  }
  # A voter has one address in all regions: it is written into the log.
  assert {
    condition     = length(distinct([for region, pods in output.files : [for line in split("\n", pods["control-plane-${region}"]["application.properties"]) : line if startswith(line, "meridian.raft.voters=")][0]])) == 1
    error_message = "the regions name their voters differently"
  }
  assert {
    condition     = strcontains(output.files.west["agent-main"]["mesh.yaml"], "agent.east.shop.example.org") && !strcontains(output.files.west["agent-main"]["mesh.yaml"], "agent.west.shop.example.org")
    error_message = "west's agent does not know those of the others, or asks itself"
  }
  assert {
    condition     = keys(output.names_to_make.east) == ["agent.east.shop.example.org", "control.east.shop.example.org", "gateway.east.shop.example.org"]
    error_message = "names are ${jsonencode(keys(output.names_to_make.east))}"
  }
}

run "a_voter_takes_anothers_place" {
  variables {
    voters = { east = null, east-2 = { region = "east", number = 4, host = "control-2.east.shop.example.org", join = true } }
  }
  assert {
    condition     = output.voter_addresses == { east-2 = "127.0.0.1:21004", north = "127.0.0.1:21003", west = "127.0.0.1:21002" }
    error_message = "voters are ${jsonencode(output.voter_addresses)}"
  }
}

run "a_domain_is_a_name" {
  command = plan
  variables {
    domain = "https://shop.example.org/"
  }
  expect_failures = [var.domain]
}
