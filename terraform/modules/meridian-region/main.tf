locals {
  # In a pod, on 127.0.0.1. A voter is on the same two ports in every pod, its own or carried there: an address that all of them can write into the log.
  local_ports = {
    http  = 8080
    raft  = { for name, voter in var.voters : name => 21000 + voter.number }
    feed  = { for name, voter in var.voters : name => 22000 + voter.number }
    agent = 23000
    ads   = 18000
    hold  = 18001
    admin = 9901
  }
  # On the pod's own address: with certificates, but for probes, and the edge, which clients come to.
  ports = { probes = 9000, api = 8443, raft = 7443, feed = 7444, agent = 7445, edge = 10080, gateway = 8443 }

  peer_ports = { for i, region in sort(tolist(var.regions)) : region => local.local_ports.agent + 1 + i }
  own_voters = { for name, voter in var.voters : name => voter if voter.region == var.region }

  # The own region's first: that one is asked before the others.
  feeds = concat(
    [for name, _ in local.own_voters : "127.0.0.1:${local.local_ports.feed[name]}"],
    [for name, voter in var.voters : "127.0.0.1:${local.local_ports.feed[name]}" if voter.region != var.region],
  )
  # Within the cluster the Service is nearer than the address that other regions use.
  voter_hosts = { for name, voter in var.voters : name => voter.region != var.region ? voter : merge(voter, {
    host      = "meridian-control-plane-${name}.${var.namespace}.svc"
    raft_port = local.ports.raft
    feed_port = local.ports.feed
  }) }
  to_feeds = [for name, voter in local.voter_hosts : {
    name     = "feed-${name}", port = local.local_ports.feed[name], host = voter.host, host_port = voter.feed_port
    identity = "spiffe://meridian/control-plane/${voter.region}"
  }]

  labels = { "app.kubernetes.io/part-of" = "meridian", "app.kubernetes.io/managed-by" = "terraform", "meridian/region" = var.region }

  # As cert-manager's CSI driver writes them, and as cert-manager writes a secret: the same three files.
  certificates = { for part in ["control-plane", "router", "agent", "gateway"] : part => {
    secret = try(var.certificates.secrets[replace(part, "-", "_")], null)
    csi = var.certificates.cert_manager == null ? null : merge({
      "csi.cert-manager.io/issuer-name"  = var.certificates.cert_manager.issuer
      "csi.cert-manager.io/issuer-kind"  = var.certificates.cert_manager.kind
      "csi.cert-manager.io/issuer-group" = var.certificates.cert_manager.group
      "csi.cert-manager.io/duration"     = var.certificates.cert_manager.duration
      "csi.cert-manager.io/uri-sans"     = "spiffe://meridian/${part}/${var.region}"
      "csi.cert-manager.io/dns-names"    = join(",", concat(["${part}.${var.region}.meridian"], part == "control-plane" ? var.control_plane.api_names : []))
      "csi.cert-manager.io/key-usages"   = "digital signature,key encipherment,server auth,client auth"
      "csi.cert-manager.io/fs-group"     = "10001"
    })
  } }
}

resource "kubernetes_service_account_v1" "this" {
  for_each = toset(["control-plane", "agent", "edge"])

  metadata {
    name      = "meridian-${each.key}"
    namespace = var.namespace
    labels    = local.labels
  }
  # None of the programs asks Kubernetes for anything.
  automount_service_account_token = false
}

# One of a kind at a time is drained; a voter's loss is for the other regions to bear.
resource "kubernetes_pod_disruption_budget_v1" "this" {
  for_each = kubernetes_service_account_v1.this

  metadata {
    name      = "meridian-${each.key}"
    namespace = var.namespace
    labels    = local.labels
  }
  spec {
    max_unavailable = "1"
    selector {
      match_labels = { "app.kubernetes.io/part-of" = "meridian", "app.kubernetes.io/component" = each.key }
    }
  }
}
