locals {
  store_ports = distinct([for group in var.store_groups : try(tonumber(regex("^jdbc:postgresql://[^/]*:([0-9]+)/", group.store.url)[0]), 5432)])
  kafka_ports = distinct(flatten([for group in var.store_groups : [for address in concat(split(",", group.kafka.bootstrap), values(group.kafka.peers)) : tonumber(split(":", address)[1])]]))
  agent_ports = distinct(flatten([for group in var.store_groups : [for address in values(group.peers) : tonumber(split(":", address)[1])]]))
  raft_ports  = distinct([for voter in local.voter_hosts : voter.raft_port])
  feed_ports  = distinct([for voter in local.voter_hosts : voter.feed_port])

  # What each kind of pod is reached on, and what it reaches. Peers are other clusters', so it is ports that are named: the certificates say who.
  network = {
    control-plane = { ingress = [local.ports.api, local.ports.raft, local.ports.feed], egress = concat(local.raft_ports, var.control_plane.egress_ports) }
    agent         = { ingress = [local.ports.agent], egress = concat(local.feed_ports, local.agent_ports, local.store_ports, local.kafka_ports) }
    edge          = { ingress = [local.ports.edge, local.ports.gateway], egress = concat(local.feed_ports, var.edge.application_ports) }
  }
}

resource "kubernetes_network_policy_v1" "this" {
  for_each = local.network

  metadata {
    name      = "meridian-${each.key}"
    namespace = var.namespace
    labels    = local.labels
  }
  spec {
    pod_selector {
      match_labels = { "app.kubernetes.io/part-of" = "meridian", "app.kubernetes.io/component" = each.key }
    }
    policy_types = ["Ingress", "Egress"]

    ingress {
      dynamic "ports" {
        for_each = each.value.ingress
        content {
          port     = ports.value
          protocol = "TCP"
        }
      }
    }
    dynamic "ingress" {
      for_each = var.monitoring_namespace == null ? [] : [var.monitoring_namespace]
      content {
        from {
          namespace_selector {
            match_labels = { "kubernetes.io/metadata.name" = ingress.value }
          }
        }
        ports {
          port     = local.ports.probes
          protocol = "TCP"
        }
      }
    }
    egress {
      dynamic "ports" {
        for_each = sort(distinct([for port in each.value.egress : tostring(port)]))
        content {
          port     = ports.value
          protocol = "TCP"
        }
      }
    }
    egress {
      dynamic "ports" {
        for_each = ["UDP", "TCP"]
        content {
          port     = 53
          protocol = ports.value
        }
      }
    }
  }
}
