mock_provider "meridian" {}

variables {
  topology = {
    name    = "shop"
    regions = { east = { city = "alpha" }, west = { city = "beta", number = 2 } }
    zones = {
      east-1  = { weight = 100, endpoints = ["10.1.1.1:8080"], capacity = 5000, backups = ["west-1"] }
      west-1  = { weight = 300, endpoints = ["10.2.1.1:8080"], backups = ["east-1"] }
      west-9  = { weight = 0, elastic = true, endpoints = ["10.2.9.1:8080"] }
      east-20 = { kind = "G", endpoints = ["10.1.20.1:8080"] }
    }
    gateways = { east = { west = "10.2.0.10:8443" }, west = { east = "10.1.0.10:8443" } }
    services = { ledger = { keys = ["header:x-user-key"] }, admin = { kind = "G", hosts = ["admin.example.org"] } }
    tables   = { "public.account" = { sharding_column = "user_key" } }
    limits   = { wave = 64 }
  }
}

run "all_of_it_is_declared" {
  assert {
    condition     = meridian_zone.this["west-1"].region == "west" && meridian_zone.this["west-1"].backups[0] == "east-1"
    error_message = "west-1 is not as it was given"
  }
  assert {
    condition     = length(meridian_topology.this.first.zones) == 4 && length(meridian_topology.this.first.gateways) == 2
    error_message = "the first declaration does not know every zone and gateway"
  }
  assert {
    condition     = meridian_region.this["west"].number == 2 && meridian_gateway.this["east/west"].address == "10.2.0.10:8443"
    error_message = "regions or gateways are not as they were given"
  }
  assert {
    condition     = length(meridian_service.this) == 2 && length(meridian_table.this) == 1 && meridian_limits.this[0].wave == 64
    error_message = "services, tables or limits are not as they were given"
  }
  assert {
    condition     = length(meridian_safety_rule.this) + length(meridian_residency.this) + length(meridian_maintenance_windows.this) + length(meridian_drill_schedule.this) == 0
    error_message = "something was declared that was not given"
  }
  assert {
    condition     = output.weights["east-1"] == 25 && output.weights["west-9"] == 0 && length(output.weights) == 3
    error_message = "weights are ${jsonencode(output.weights)}"
  }
}

run "one_region_needs_no_gateway" {
  variables {
    topology = {
      name    = "shop"
      regions = { east = { city = "alpha" } }
      zones   = { east-1 = { weight = 1, endpoints = ["10.1.1.1:8080"] } }
    }
  }
  assert {
    condition     = meridian_topology.this.first.gateways == null && meridian_topology.this.shards == 1024
    error_message = "the least topology is not the least"
  }
}

run "shards_are_a_power_of_two" {
  command = plan
  variables {
    topology = { name = "shop", shards = 1000, regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "a_zone_is_in_a_region_that_is_there" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, south-1 = { weight = 1, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "an_r_zone_has_a_weight" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, east-2 = { endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "a_weight_is_at_most_1000" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1001, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "not_all_weights_are_0" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 0, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "an_elastic_zone_has_no_weight" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, east-2 = { weight = 1, elastic = true, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "a_backup_is_a_zone_that_is_there" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"], backups = ["east-7"] } } }
  }
  expect_failures = [var.topology]
}

run "regions_with_zones_reach_each_other" {
  command = plan
  variables {
    topology = {
      name     = "shop", regions = { east = { city = "a" }, west = { city = "b" } }
      zones    = { east-1 = { weight = 1, endpoints = ["a:1"] }, west-1 = { weight = 1, endpoints = ["a:1"] } }
      gateways = { east = { west = "a:1" } }
    }
  }
  expect_failures = [var.topology]
}

run "an_r_service_says_where_its_key_is" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } }, services = { ledger = {} } }
  }
  expect_failures = [var.topology]
}

run "one_service_takes_what_no_other_does" {
  command = plan
  variables {
    topology = {
      name     = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } }
      services = { ledger = { keys = ["header:x"] }, other = { keys = ["header:x"] } }
    }
  }
  expect_failures = [var.topology]
}

run "no_host_is_two_services" {
  command = plan
  variables {
    topology = {
      name     = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } }
      services = { ledger = { keys = ["header:x"], hosts = ["a.example.org"] }, other = { keys = ["header:x"], hosts = ["a.example.org"] } }
    }
  }
  expect_failures = [var.topology]
}

run "no_more_regions_are_asked_for_than_serve" {
  command = plan
  variables {
    topology = {
      name         = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } }
      safety_rules = { min_regions_with_capacity = 2 }
    }
  }
  expect_failures = [var.topology]
}

run "several_store_groups_say_which_shards_they_hold" {
  command = plan
  variables {
    topology = {
      name         = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] } }
      store_groups = [{ name = "main", partitions = 4, shards = "0-511" }, { name = "more", partitions = 4 }]
    }
  }
  expect_failures = [var.topology]
}

run "a_zone_is_named_after_its_region" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, east = { weight = 1, endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "a_zone_is_of_a_kind_that_there_is" {
  command = plan
  variables {
    topology = { name = "shop", regions = { east = { city = "a" } }, zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, east-2 = { kind = "Z", endpoints = ["a:1"] } } }
  }
  expect_failures = [var.topology]
}

run "there_is_one_g_zone" {
  command = plan
  variables {
    topology = {
      name  = "shop", regions = { east = { city = "a" } }
      zones = { east-1 = { weight = 1, endpoints = ["a:1"] }, east-2 = { kind = "G", endpoints = ["a:1"] }, east-3 = { kind = "G", endpoints = ["a:1"] } }
    }
  }
  expect_failures = [var.topology]
}

run "drills_are_scheduled_when_somebody_says_so" {
  variables {
    drill_schedules = {
      west-is-lost = { scenario = "lose-region", region = "west", cron = "0 3 * * MON", time_zone = "Europe/Berlin", blackouts = ["2026-12-24", "2026-12-26/2027-01-06"] }
      a-link       = { scenario = "lose-link", cron = "0 4 1 * *", window_minutes = 60, enabled = false, note = "agreed with payments" }
    }
  }
  assert {
    condition     = meridian_drill_schedule.this["west-is-lost"].region == "west" && meridian_drill_schedule.this["west-is-lost"].enabled && length(meridian_drill_schedule.this["west-is-lost"].blackouts) == 2
    error_message = "west-is-lost is not as it was given"
  }
  assert {
    condition     = meridian_drill_schedule.this["a-link"].region == null && !meridian_drill_schedule.this["a-link"].enabled && meridian_drill_schedule.this["a-link"].time_zone == "UTC"
    error_message = "a-link is not as it was given"
  }
}

run "a_schedule_has_a_name" {
  command = plan
  variables {
    drill_schedules = { West = { scenario = "lose-region", cron = "0 3 * * MON" } }
  }
  expect_failures = [var.drill_schedules]
}

run "a_schedule_is_about_a_region_that_is_there" {
  command = plan
  variables {
    drill_schedules = { weekly = { scenario = "lose-region", region = "south", cron = "0 3 * * MON" } }
  }
  expect_failures = [var.drill_schedules]
}

run "a_schedules_cron_has_five_fields" {
  command = plan
  variables {
    drill_schedules = { weekly = { scenario = "lose-region", cron = "0 3 * *" } }
  }
  expect_failures = [var.drill_schedules]
}

run "a_schedules_window_is_half_a_day_at_most" {
  command = plan
  variables {
    drill_schedules = { weekly = { scenario = "lose-region", cron = "0 3 * * MON", window_minutes = 721 } }
  }
  expect_failures = [var.drill_schedules]
}

run "a_schedules_blackouts_are_days_of_the_calendar" {
  command = plan
  variables {
    drill_schedules = { weekly = { scenario = "lose-region", cron = "0 3 * * MON", blackouts = ["2026-02-30"] } }
  }
  expect_failures = [var.drill_schedules]
}
