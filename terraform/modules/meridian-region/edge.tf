locals {
  edge_settings = {
    "meridian.region"       = var.region
    "quarkus.http.host"     = "127.0.0.1"
    "quarkus.http.port"     = local.local_ports.http
    "meridian.feed.servers" = join(",", local.feeds)
    "meridian.ads.port"     = local.local_ports.ads
    "meridian.hold.port"    = local.local_ports.hold
    "meridian.router.data"  = "data"
    "meridian.gateway.sds"  = "/meridian/gateway-sds"
  }
  # The bootstrap that `./meridian up` uses, but that clients and other regions come from outside the pod. Its router is beside it, so ADS needs no TLS.
  edge_bootstrap = [for text in [file("${path.module}/envoy/bootstrap.yaml")] : replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(text,
    "{address: 127.0.0.1, port_value: @EDGE_PORT@}", "{address: 0.0.0.0, port_value: ${local.ports.edge}}"),
    "{address: 127.0.0.1, port_value: @GATEWAY_PORT@}", "{address: 0.0.0.0, port_value: ${local.ports.gateway}}"),
    "@NODE@", "set-by-service-node"),
    "@CLUSTER@", "meridian-${var.region}"),
    "@ADMIN_PORT@", local.local_ports.admin),
    "@ADS_ENDPOINTS@", "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${local.local_ports.ads}}}}}"),
    "@ADS_TLS@", "# in the same pod"),
    "@HOLD_ENDPOINTS@", "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${local.local_ports.hold}}}}}"),
    "@LUA@", "/meridian/envoy/shard_router.lua"),
    "@GATEWAY_SDS@", "/meridian/gateway-sds")
  ][0]
}

module "edge" {
  source = "./workload"

  name             = "meridian-edge"
  component        = "edge"
  namespace        = var.namespace
  labels           = local.labels
  image            = var.images.router
  envoy_image      = var.images.envoy
  pull_secrets     = var.image_pull_secrets
  service_account  = kubernetes_service_account_v1.this["edge"].metadata[0].name
  settings         = local.edge_settings
  more_settings    = var.edge.settings
  named_by_pod     = "MERIDIAN_ROUTER_NAME"
  replicas         = var.edge.replicas
  cpu              = var.edge.router_cpu
  memory           = var.edge.router_memory
  storage          = var.edge.storage
  storage_class    = var.edge.storage_class
  certificate      = local.certificates["router"]
  probe_port       = local.ports.probes
  grace_seconds    = 45
  wait_for_rollout = var.wait_for_rollout
  envoy = {
    bootstrap   = replace(local.edge_bootstrap, "@ACCESS_LOG@", "/dev/stdout")
    lua         = file("${path.module}/envoy/shard_router.lua")
    certificate = local.certificates["gateway"]
    cpu         = var.edge.cpu
    memory      = var.edge.memory
    concurrency = var.edge.concurrency
    ports       = { edge = local.ports.edge, gateway = local.ports.gateway }
  }
  mesh = templatefile("${path.module}/envoy/mesh.yaml.tftpl", {
    name       = "meridian-edge"
    probe_port = local.ports.probes
    probes = concat(
      [for path in ["/q/health/live", "/q/health/ready", "/q/metrics"] : { path = path, port = local.local_ports.http }],
      [for path in ["/ready", "/stats/prometheus"] : { path = path, port = local.local_ports.admin }],
    )
    inbound  = []
    outbound = local.to_feeds
  })
}

resource "kubernetes_service_v1" "edge" {
  metadata {
    name        = "meridian-edge"
    namespace   = var.namespace
    labels      = local.labels
    annotations = var.edge.annotations
  }
  spec {
    type     = var.edge.service_type
    selector = { "app.kubernetes.io/name" = "meridian-edge" }
    port {
      name        = "http"
      port        = 80
      target_port = local.ports.edge
    }
  }
  wait_for_load_balancer = var.wait_for_rollout
}

resource "kubernetes_service_v1" "gateway" {
  metadata {
    name        = "meridian-gateway"
    namespace   = var.namespace
    labels      = local.labels
    annotations = var.edge.gateway_annotations
  }
  spec {
    type     = var.edge.gateway_type
    selector = { "app.kubernetes.io/name" = "meridian-edge" }
    port {
      name        = "gateway"
      port        = local.ports.gateway
      target_port = local.ports.gateway
    }
  }
  wait_for_load_balancer = var.wait_for_rollout
}
