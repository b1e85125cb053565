variable "topology" {
  description = "The whole topology, as docs/topology.md has it, with names as keys. A zone's region is in its name: east-1 is in east."
  nullable    = false
  type = object({
    name         = string
    shards       = optional(number, 1024)
    store_groups = optional(list(object({ name = string, partitions = number, shards = optional(string) })), [{ name = "main", partitions = 16 }])
    regions = map(object({
      city = string, number = optional(number), failover = optional(object({ mode = string, max_loss = optional(string) }))
    }))
    zones = map(object({
      kind      = optional(string, "R")
      weight    = optional(number)
      endpoints = list(string)
      capacity  = optional(number)
      backups   = optional(list(string))
      elastic   = optional(bool, false)
      group     = optional(string)
    }))
    gateways = optional(map(map(string)), {})
    services = optional(map(object({
      kind        = optional(string, "R")
      hosts       = optional(list(string))
      keys        = optional(list(string))
      unknown_key = optional(string)
      jwt         = optional(object({ issuer = string, audiences = optional(list(string)), jwks = string }))
      endpoints   = optional(map(list(string)))
      outlier     = optional(object({ consecutive_5xx = number, interval = string, ejection = string, max_ejection_percent = number }))
      circuit_breaker = optional(object({
        max_connections = number, max_pending_requests = number, max_requests = number, max_retries = number
      }))
      retries     = optional(object({ attempts = number, budget_percent = optional(number), min_concurrency = optional(number) }))
      weight_cut  = optional(object({ error_percent = number, floor_percent = number, window = string }))
      diagnostics = optional(bool, false)
    })), {})
    tables = optional(map(object({
      sharding_column = string
      kind            = optional(string, "sharded")
      resolver        = optional(string)
      columns         = optional(map(string))
      orphans         = optional(string)
      bulk            = optional(bool, false)
      safe            = optional(list(string))
    })), {})
    residency = optional(list(object({ shards = string, regions = list(string) })), [])
    limits = optional(object({
      wave          = optional(number)
      wave_pause    = optional(string)
      lag           = optional(string)
      lag_rows      = optional(number)
      catch_up      = optional(string)
      moves_at_once = optional(number)
      rps           = optional(number)
    }))
    safety_rules = optional(object({
      min_regions_with_capacity = optional(number)
      never_all_zones_of_city   = optional(bool)
    }))
    maintenance_windows = optional(list(object({
      from = string, to = string, days = optional(list(string)), regions = optional(list(string))
    })), [])
  })

  validation {
    condition     = contains([64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536], var.topology.shards)
    error_message = "shards is ${var.topology.shards}; make it a power of two from 64 to 65536, such as 1024. It is fixed once declared."
  }

  validation {
    condition     = length(var.topology.store_groups) == 1 || alltrue([for group in var.topology.store_groups : group.shards != null])
    error_message = "With several store groups each says which shards it holds, such as shards = \"0-511\"; give every one its range."
  }

  validation {
    condition     = alltrue([for name, _ in var.topology.zones : can(regex("^[a-z][a-z0-9-]*-[1-9][0-9]{0,2}$", name))])
    error_message = "A zone is named after its region, with a number, such as east-1. Rename: ${join(", ", [for name, _ in var.topology.zones : name if !can(regex("^[a-z][a-z0-9-]*-[1-9][0-9]{0,2}$", name))])}."
  }

  validation {
    condition     = alltrue([for name, _ in var.topology.zones : contains(keys(var.topology.regions), replace(name, "/-[0-9]+$/", ""))])
    error_message = "No region of that name for: ${join(", ", [for name, _ in var.topology.zones : name if !contains(keys(var.topology.regions), replace(name, "/-[0-9]+$/", ""))])}. Add the region, or rename the zone; there are ${join(", ", keys(var.topology.regions))}."
  }

  validation {
    condition     = alltrue([for zone in var.topology.zones : contains(["R", "G", "C"], zone.kind)])
    error_message = "A zone's kind is R, G or C; leave it out for R."
  }

  validation {
    condition     = length([for zone in var.topology.zones : zone if zone.kind == "G"]) <= 1
    error_message = "There is at most one G zone, the one copy of what cannot be sharded; make the others C or R: ${join(", ", [for name, zone in var.topology.zones : name if zone.kind == "G"])}."
  }

  validation {
    condition     = alltrue([for zone in var.topology.zones : zone.weight != null if zone.kind == "R"])
    error_message = "An R zone needs a weight, its relative share of the shards (0 for none). Add it to: ${join(", ", [for name, zone in var.topology.zones : name if zone.kind == "R" && zone.weight == null])}."
  }

  validation {
    condition     = alltrue([for zone in var.topology.zones : zone.weight == null ? true : zone.weight >= 0 && zone.weight <= 1000 && floor(zone.weight) == zone.weight])
    error_message = "A weight is a whole number from 0 to 1000; only how they relate counts. Mend: ${join(", ", [for name, zone in var.topology.zones : name if zone.weight == null ? false : zone.weight < 0 || zone.weight > 1000 || floor(zone.weight) != zone.weight])}."
  }

  validation {
    condition     = anytrue([for zone in var.topology.zones : zone.weight == null ? false : zone.kind == "R" && zone.weight > 0])
    error_message = "No R zone has a weight above 0, so no shard has a place; give at least one a weight, such as 100."
  }

  validation {
    condition     = alltrue([for zone in var.topology.zones : !zone.elastic || zone.weight == 0])
    error_message = "An elastic zone has shards only while they are popped out to it: set weight = 0 for ${join(", ", [for name, zone in var.topology.zones : name if zone.elastic && zone.weight != 0])}."
  }

  validation {
    condition     = alltrue(flatten([for name, zone in var.topology.zones : [for backup in coalesce(zone.backups, []) : backup != name && try(var.topology.zones[backup].kind, "") == "R"]]))
    error_message = "A backup is another R zone. Take out or mend: ${join(", ", flatten([for name, zone in var.topology.zones : [for backup in coalesce(zone.backups, []) : "${backup} of ${name}" if backup == name || try(var.topology.zones[backup].kind, "") != "R"]]))}."
  }

  validation {
    condition = alltrue(flatten([for from, _ in var.topology.regions : [for to, _ in var.topology.regions :
      from == to || !anytrue([for name, _ in var.topology.zones : replace(name, "/-[0-9]+$/", "") == from]) ||
    !anytrue([for name, _ in var.topology.zones : replace(name, "/-[0-9]+$/", "") == to]) || can(var.topology.gateways[from][to])]]))
    error_message = "Each ordered pair of regions with zones needs a gateway: gateways = { FROM = { TO = \"host:port\" } }. Missing, from/to: ${join(", ", flatten([for from, _ in var.topology.regions : [for to, _ in var.topology.regions : "${from}/${to}" if from != to && anytrue([for name, _ in var.topology.zones : replace(name, "/-[0-9]+$/", "") == from]) && anytrue([for name, _ in var.topology.zones : replace(name, "/-[0-9]+$/", "") == to]) && !can(var.topology.gateways[from][to])]]))}."
  }

  validation {
    condition     = alltrue([for service in var.topology.services : length(coalesce(service.keys, [])) > 0 if service.kind == "R"])
    error_message = "An R service says where the user key is: keys = [\"header:x-user-key\"]. Add it to: ${join(", ", [for name, service in var.topology.services : name if service.kind == "R" && length(coalesce(service.keys, [])) == 0])}."
  }

  validation {
    condition     = length([for service in var.topology.services : service if length(coalesce(service.hosts, [])) == 0]) <= 1
    error_message = "One service at most takes whatever no other does; give hosts to all but one of: ${join(", ", [for name, service in var.topology.services : name if length(coalesce(service.hosts, [])) == 0])}."
  }

  validation {
    condition     = length(flatten([for service in var.topology.services : coalesce(service.hosts, [])])) == length(distinct(flatten([for service in var.topology.services : coalesce(service.hosts, [])])))
    error_message = "No host is two services'. Look at which hosts stand twice: ${join(", ", flatten([for service in var.topology.services : coalesce(service.hosts, [])]))}."
  }

  validation {
    condition = try(var.topology.safety_rules.min_regions_with_capacity, null) == null ? true : (
    var.topology.safety_rules.min_regions_with_capacity <= length(distinct([for name, zone in var.topology.zones : replace(name, "/-[0-9]+$/", "") if zone.kind == "R" && coalesce(zone.weight, 0) > 0])))
    error_message = "min_regions_with_capacity is more than the regions that have an R zone with a weight above 0; lower it, or give another region a weight."
  }
}

variable "drill_schedules" {
  description = "Drills that begin by themselves, by name, as docs/drills.md has them. Their scenarios are registered by then: ./meridian drill serve does that for those that come with Meridian."
  nullable    = false
  type = map(object({
    scenario       = string
    region         = optional(string)
    cron           = string
    time_zone      = optional(string, "UTC")
    window_minutes = optional(number, 30)
    blackouts      = optional(set(string), [])
    enabled        = optional(bool, true)
    note           = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for name, _ in var.drill_schedules : can(regex("^[a-z][a-z0-9-]{0,39}$", name))])
    error_message = "A schedule's name is up to 40 lower-case letters, digits and hyphens, a letter first. Rename: ${join(", ", [for name, _ in var.drill_schedules : name if !can(regex("^[a-z][a-z0-9-]{0,39}$", name))])}."
  }

  validation {
    condition     = alltrue([for schedule in var.drill_schedules : schedule.region == null ? true : contains(keys(var.topology.regions), schedule.region)])
    error_message = "No region of that name for: ${join(", ", [for name, schedule in var.drill_schedules : "${name} (${coalesce(schedule.region, "none")})" if schedule.region == null ? false : !contains(keys(var.topology.regions), schedule.region)])}. Mend the region; there are ${join(", ", keys(var.topology.regions))}."
  }

  validation {
    condition     = alltrue([for schedule in var.drill_schedules : length(regexall("\\S+", schedule.cron)) == 5])
    error_message = "A schedule's cron has five fields, minute, hour, day of the month, month, day of the week, such as \"0 3 * * MON\". Mend: ${join(", ", [for name, schedule in var.drill_schedules : name if length(regexall("\\S+", schedule.cron)) != 5])}."
  }

  validation {
    condition     = alltrue([for schedule in var.drill_schedules : schedule.window_minutes >= 1 && schedule.window_minutes <= 720 && floor(schedule.window_minutes) == schedule.window_minutes])
    error_message = "window_minutes is a whole number from 1 to 720. Mend: ${join(", ", [for name, schedule in var.drill_schedules : name if schedule.window_minutes < 1 || schedule.window_minutes > 720 || floor(schedule.window_minutes) != schedule.window_minutes])}."
  }

  validation {
    condition     = alltrue(flatten([for schedule in var.drill_schedules : [for days in schedule.blackouts : alltrue([for day in split("/", days) : can(timecmp("${day}T00:00:00Z", "${day}T00:00:00Z"))]) && length(split("/", days)) <= 2]]))
    error_message = "blackouts are days such as 2026-12-24, or the first and the last of several, such as 2026-12-21/2027-01-06. Mend: ${join(", ", flatten([for name, schedule in var.drill_schedules : [for days in schedule.blackouts : "${days} of ${name}" if !(alltrue([for day in split("/", days) : can(timecmp("${day}T00:00:00Z", "${day}T00:00:00Z"))]) && length(split("/", days)) <= 2)]]))}."
  }
}
