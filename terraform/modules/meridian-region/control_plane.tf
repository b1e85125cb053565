locals {
  control_planes = { for name, voter in local.own_voters : name => {
    "meridian.region"                  = var.region
    "quarkus.http.host"                = "127.0.0.1"
    "quarkus.http.port"                = local.local_ports.http
    "meridian.raft.node"               = name
    "meridian.raft.port"               = local.local_ports.raft[name]
    "meridian.raft.voters"             = join(",", [for voter, port in local.local_ports.raft : "${voter}=127.0.0.1:${port}"])
    "meridian.raft.join"               = voter.join
    "meridian.raft.storage"            = "data/raft"
    "meridian.feed.port"               = local.local_ports.feed[name]
    "meridian.signing.key-file"        = "data/signing.key"
    "meridian.api.token-file"          = "/meridian/token/token"
    "meridian.lease.duration"          = var.lease.duration
    "meridian.lease.transaction-limit" = var.lease.transaction_limit
  } }
}

module "control_plane" {
  source   = "./workload"
  for_each = local.control_planes

  name             = "meridian-control-plane-${each.key}"
  component        = "control-plane"
  namespace        = var.namespace
  labels           = local.labels
  image            = var.images.control_plane
  envoy_image      = var.images.envoy
  pull_secrets     = var.image_pull_secrets
  service_account  = kubernetes_service_account_v1.this["control-plane"].metadata[0].name
  settings         = each.value
  more_settings    = var.control_plane.settings
  cpu              = var.control_plane.cpu
  memory           = var.control_plane.memory
  storage          = var.control_plane.storage
  storage_class    = var.control_plane.storage_class
  secrets          = { token = var.control_plane.token_secret }
  certificate      = local.certificates["control-plane"]
  probe_port       = local.ports.probes
  wait_for_rollout = var.wait_for_rollout
  mesh = templatefile("${path.module}/envoy/mesh.yaml.tftpl", {
    name       = "meridian-control-plane-${each.key}"
    probe_port = local.ports.probes
    probes     = [for path in ["/q/health/live", "/q/health/ready", "/q/metrics"] : { path = path, port = local.local_ports.http }]
    inbound = [
      { name = "raft", port = local.ports.raft, to = local.local_ports.raft[each.key], alpn = "h2", from = [for region in var.regions : "spiffe://meridian/control-plane/${region}"] },
      { name = "feed", port = local.ports.feed, to = local.local_ports.feed[each.key], alpn = "h2", from = flatten([for part in ["router", "agent"] : [for region in var.regions : "spiffe://meridian/${part}/${region}"]]) },
      # Whoever comes here shows a token.
      { name = "api", port = local.ports.api, to = local.local_ports.http, alpn = "http/1.1", from = [] },
    ]
    outbound = [for name, voter in local.voter_hosts : {
      name     = "raft-${name}", port = local.local_ports.raft[name], host = voter.host, host_port = voter.raft_port
      identity = "spiffe://meridian/control-plane/${voter.region}"
    } if name != each.key]
  })
}

# For each voter its own: other nodes mean this one.
resource "kubernetes_service_v1" "control_plane" {
  for_each = local.own_voters

  metadata {
    name        = "meridian-control-plane-${each.key}"
    namespace   = var.namespace
    labels      = local.labels
    annotations = var.control_plane.annotations
  }
  spec {
    type     = var.control_plane.service_type
    selector = { "app.kubernetes.io/name" = "meridian-control-plane-${each.key}" }
    # A node is ready when it knows a leader, for which it has to be reached.
    publish_not_ready_addresses = true
    dynamic "port" {
      for_each = { api = local.ports.api, raft = local.ports.raft, feed = local.ports.feed }
      content {
        name        = port.key
        port        = port.value
        target_port = port.value
      }
    }
  }
  wait_for_load_balancer = var.wait_for_rollout
}
