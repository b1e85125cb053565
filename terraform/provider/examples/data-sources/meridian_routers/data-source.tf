data "meridian_routers" "now" {}

check "no_envoy_refuses_its_rules" {
  assert {
    condition     = alltrue([for of in flatten(data.meridian_routers.now.routers[*].envoys) : of.nack == null])
    error_message = join("; ", [for of in flatten(data.meridian_routers.now.routers[*].envoys) : "${of.node}: ${of.nack}" if of.nack != null])
  }
}
