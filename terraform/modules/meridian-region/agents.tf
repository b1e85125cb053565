locals {
  agents = { for name, group in var.store_groups : name => {
    "meridian.region"                  = var.region
    "meridian.group"                   = name
    "quarkus.http.host"                = "127.0.0.1"
    "quarkus.http.port"                = local.local_ports.http
    "meridian.feed.servers"            = join(",", local.feeds)
    "meridian.store.url"               = group.store.url
    "meridian.store.user"              = group.store.user
    "meridian.store.password-file"     = "/meridian/store/password"
    "meridian.store.standby"           = group.store.standby
    "meridian.kafka.bootstrap"         = group.kafka.bootstrap
    "meridian.kafka.peers"             = join(",", [for region, address in group.kafka.peers : "${region}=${address}"])
    "meridian.peer.port"               = local.local_ports.agent
    "meridian.peers"                   = join(",", [for region, _ in group.peers : "${region}=127.0.0.1:${local.peer_ports[region]}"])
    "meridian.capture.slot"            = "meridian_${name}"
    "meridian.agent.data"              = "data"
    "meridian.lease.transaction-limit" = var.lease.transaction_limit
  } }
}

# One per group and region, never two: a StatefulSet starts the next only when the one before is gone.
module "agent" {
  source   = "./workload"
  for_each = local.agents

  name             = "meridian-agent-${replace(each.key, "_", "-")}"
  component        = "agent"
  namespace        = var.namespace
  labels           = local.labels
  image            = var.images.agent
  envoy_image      = var.images.envoy
  pull_secrets     = var.image_pull_secrets
  service_account  = kubernetes_service_account_v1.this["agent"].metadata[0].name
  settings         = each.value
  more_settings    = var.store_groups[each.key].settings
  cpu              = var.store_groups[each.key].cpu
  memory           = var.store_groups[each.key].memory
  storage          = var.store_groups[each.key].storage
  storage_class    = var.store_groups[each.key].storage_class
  secrets          = { store = var.store_groups[each.key].store.secret }
  certificate      = local.certificates["agent"]
  probe_port       = local.ports.probes
  grace_seconds    = 60
  wait_for_rollout = var.wait_for_rollout
  mesh = templatefile("${path.module}/envoy/mesh.yaml.tftpl", {
    name       = "meridian-agent-${replace(each.key, "_", "-")}"
    probe_port = local.ports.probes
    probes     = [for path in ["/q/health/live", "/q/health/ready", "/q/metrics"] : { path = path, port = local.local_ports.http }]
    inbound = [
      { name = "agent", port = local.ports.agent, to = local.local_ports.agent, alpn = "h2", from = [for region in var.regions : "spiffe://meridian/agent/${region}"] },
    ]
    outbound = concat(local.to_feeds, [for region, address in var.store_groups[each.key].peers : {
      name     = "agent-${region}", port = local.peer_ports[region], host = split(":", address)[0], host_port = split(":", address)[1]
      identity = "spiffe://meridian/agent/${region}"
    }])
  })
}

resource "kubernetes_service_v1" "agent" {
  for_each = var.store_groups

  metadata {
    name        = "meridian-agent-${replace(each.key, "_", "-")}"
    namespace   = var.namespace
    labels      = local.labels
    annotations = each.value.annotations
  }
  spec {
    type     = each.value.service_type
    selector = { "app.kubernetes.io/name" = "meridian-agent-${replace(each.key, "_", "-")}" }
    # Other agents ask it for its promise, whatever it is waiting for itself.
    publish_not_ready_addresses = true
    port {
      name        = "agent"
      port        = local.ports.agent
      target_port = local.ports.agent
    }
  }
  wait_for_load_balancer = var.wait_for_rollout
}
