locals {
  added = concat(
    [for ours in values(local.control_planes) : { ours = keys(ours), theirs = var.control_plane.settings }],
    [for name, ours in local.agents : { ours = keys(ours), theirs = var.store_groups[name].settings }],
    [{ ours = concat(keys(local.edge_settings), ["meridian.router.name"]), theirs = var.edge.settings }],
  )
  set_twice  = distinct(flatten([for part in local.added : [for key, _ in part.theirs : key if contains(part.ours, key)]]))
  unreadable = distinct(flatten([for part in local.added : [for key, text in part.theirs : key if !can(regex("^(meridian|quarkus)[.][A-Za-z0-9.\"_-]+$", key)) || length(regexall("[\n\r]", text)) > 0]]))
}

output "services" {
  description = "Names of the Services, and what a load balancer gave each: its host name or address, null as long as there is none."
  value = { for service in concat(values(kubernetes_service_v1.control_plane), values(kubernetes_service_v1.agent), [kubernetes_service_v1.edge, kubernetes_service_v1.gateway]) :
    service.metadata[0].name => try(coalesce(
      service.status[0].load_balancer[0].ingress[0].hostname,
      service.status[0].load_balancer[0].ingress[0].ip,
    ), null)
  }
}

output "voter_addresses" {
  description = "What `./meridian voters add` and `replace` want behind the equals sign: the same in every region."
  value       = { for name, port in local.local_ports.raft : name => "127.0.0.1:${port}" }
}

output "files" {
  description = "What the pods find in /meridian/config, /meridian/mesh and, at the edge, /meridian/envoy, by pod and name."
  value = merge(
    { for name, workload in module.control_plane : "control-plane-${name}" => workload.files },
    { for name, workload in module.agent : "agent-${name}" => workload.files },
    { edge = module.edge.files },
  )

  # Told at the plan, for outputs are a part of it.
  precondition {
    condition     = length(local.set_twice) == 0
    error_message = "The module sets these itself; take them out of settings: ${join(", ", local.set_twice)}."
  }
  precondition {
    condition     = length(local.unreadable) == 0
    error_message = "settings are keys of the program, such as quarkus.log.level, each with one line of text. Mend: ${join(", ", local.unreadable)}."
  }
}
