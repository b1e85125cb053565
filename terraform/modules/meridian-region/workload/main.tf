# A pod of ours: the program on 127.0.0.1, the sidecar that speaks for it, perhaps an edge, and a volume that stays.
locals {
  files = merge(
    {
      "application.properties" = join("", [for key, value in merge(var.more_settings, var.settings) : "${key}=${replace(value, "\\", "\\\\")}\n"])
      "mesh.yaml"              = var.mesh
      "identity.yaml"          = templatefile("${path.module}/../envoy/sds.yaml.tftpl", { name = "identity", folder = "/meridian/tls" })
      "trust.yaml"             = templatefile("${path.module}/../envoy/sds.yaml.tftpl", { name = "trust", folder = "/meridian/tls" })
    },
    var.envoy == null ? {} : {
      "envoy.yaml"            = var.envoy.bootstrap
      "shard_router.lua"      = var.envoy.lua
      "gateway-identity.yaml" = templatefile("${path.module}/../envoy/sds.yaml.tftpl", { name = "identity", folder = "/meridian/gateway-tls" })
      "gateway-trust.yaml"    = templatefile("${path.module}/../envoy/sds.yaml.tftpl", { name = "trust", folder = "/meridian/gateway-tls" })
    },
  )
  # Volume: file in the pod = key of the config map.
  config_volumes = merge(
    {
      config = { "application.properties" = "application.properties" }
      mesh   = { "mesh.yaml" = "mesh.yaml", "identity.yaml" = "identity.yaml", "trust.yaml" = "trust.yaml" }
    },
    var.envoy == null ? {} : {
      envoy       = { "envoy.yaml" = "envoy.yaml", "shard_router.lua" = "shard_router.lua" }
      gateway-sds = { "identity.yaml" = "gateway-identity.yaml", "trust.yaml" = "gateway-trust.yaml" }
    },
  )
  certificates = merge({ tls = var.certificate }, var.envoy == null ? {} : { gateway-tls = var.envoy.certificate })

  program_mounts = merge({ config = true, data = false, tmp = false }, { for folder, _ in var.secrets : folder => true })

  selector = { "app.kubernetes.io/name" = var.name, "app.kubernetes.io/component" = var.component, "app.kubernetes.io/part-of" = "meridian" }
}

resource "kubernetes_config_map_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = var.labels
  }
  data = local.files

  lifecycle {
    # One left over would be read by Envoy as a name.
    precondition {
      condition     = !can(regex("(?m)^[^#\n]*@[A-Z_]+@", join("\n", values(local.files))))
      error_message = "envoy/bootstrap.yaml has a name between @ that edge.tf does not fill in."
    }
    precondition {
      condition     = var.envoy == null ? true : alltrue([for port in values(var.envoy.ports) : strcontains(var.envoy.bootstrap, "{address: 0.0.0.0, port_value: ${port}}")])
      error_message = "envoy/bootstrap.yaml no longer has its listeners' addresses as edge.tf knows them."
    }
  }
}

resource "kubernetes_stateful_set_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = merge(var.labels, local.selector)
  }
  wait_for_rollout = var.wait_for_rollout

  spec {
    replicas              = var.replicas
    service_name          = var.name
    pod_management_policy = "Parallel"

    selector {
      match_labels = local.selector
    }

    template {
      metadata {
        labels      = merge(var.labels, local.selector)
        annotations = { "meridian/files" = sha256(jsonencode(local.files)) }
      }
      spec {
        service_account_name             = var.service_account
        automount_service_account_token  = false
        enable_service_links             = false
        termination_grace_period_seconds = var.grace_seconds

        security_context {
          run_as_non_root        = true
          run_as_user            = 10001
          run_as_group           = 10001
          fs_group               = 10001
          fs_group_change_policy = "OnRootMismatch"
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        dynamic "image_pull_secrets" {
          for_each = var.pull_secrets
          content {
            name = image_pull_secrets.value
          }
        }

        dynamic "topology_spread_constraint" {
          for_each = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
          content {
            max_skew           = 1
            topology_key       = topology_spread_constraint.value
            when_unsatisfiable = "ScheduleAnyway"
            label_selector {
              match_labels = local.selector
            }
          }
        }

        # Each container says run_as_non_root: where it is left out, the provider sends false, and that goes before the pod's.
        # A sidecar in Kubernetes' sense: there before the program starts and until it has ended (Kubernetes 1.29 or newer).
        init_container {
          name           = "mesh"
          image          = var.envoy_image
          restart_policy = "Always"
          command        = ["envoy", "-c", "/meridian/mesh/mesh.yaml", "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]

          port {
            name           = "probes"
            container_port = var.probe_port
          }
          resources {
            requests = { cpu = "50m", memory = "128Mi" }
            limits   = { memory = "128Mi" }
          }
          startup_probe {
            http_get {
              path = "/mesh"
              port = var.probe_port
            }
            period_seconds    = 1
            failure_threshold = 60
          }
          liveness_probe {
            http_get {
              path = "/mesh"
              port = var.probe_port
            }
            timeout_seconds   = 3
            period_seconds    = 5
            failure_threshold = 6
          }
          security_context {
            run_as_non_root            = true
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            privileged                 = false
            capabilities {
              drop = ["ALL"]
            }
          }
          dynamic "volume_mount" {
            for_each = ["mesh", "tls"]
            content {
              name       = volume_mount.value
              mount_path = "/meridian/${volume_mount.value}"
              read_only  = true
            }
          }
        }

        container {
          name        = var.component == "edge" ? "router" : var.component
          image       = var.image
          working_dir = "/meridian"
          command = [
            "java", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-jar", "/app/quarkus-run.jar",
          ]

          dynamic "env" {
            for_each = var.named_by_pod == null ? [] : [var.named_by_pod]
            content {
              name = env.value
              value_from {
                field_ref {
                  field_path = "metadata.name"
                }
              }
            }
          }
          resources {
            requests = { cpu = var.cpu, memory = var.memory }
            limits   = { memory = var.memory }
          }
          startup_probe {
            http_get {
              path = "/q/health/live"
              port = var.probe_port
            }
            timeout_seconds   = 5
            period_seconds    = 2
            failure_threshold = 90
          }
          liveness_probe {
            http_get {
              path = "/q/health/live"
              port = var.probe_port
            }
            timeout_seconds   = 5
            period_seconds    = 10
            failure_threshold = 6
          }
          readiness_probe {
            http_get {
              path = "/q/health/ready"
              port = var.probe_port
            }
            timeout_seconds = 5
            period_seconds  = 5
          }
          # While the edge beside it drains, its router is there for what it holds.
          dynamic "lifecycle" {
            for_each = var.envoy == null ? [] : [1]
            content {
              pre_stop {
                exec {
                  command = ["sleep", "20"]
                }
              }
            }
          }
          security_context {
            run_as_non_root            = true
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            privileged                 = false
            capabilities {
              drop = ["ALL"]
            }
          }
          dynamic "volume_mount" {
            for_each = local.program_mounts
            content {
              name       = volume_mount.key
              mount_path = volume_mount.key == "tmp" ? "/tmp" : "/meridian/${volume_mount.key}"
              read_only  = volume_mount.value
            }
          }
        }

        dynamic "container" {
          for_each = var.envoy == null ? [] : [var.envoy]
          content {
            name  = "envoy"
            image = var.envoy_image
            command = [
              "envoy", "-c", "/meridian/envoy/envoy.yaml", "--service-node", "$(POD_NAME)", "--concurrency", tostring(container.value.concurrency),
              "--disable-hot-restart", "--log-level", "warning",
            ]

            env {
              name = "POD_NAME"
              value_from {
                field_ref {
                  field_path = "metadata.name"
                }
              }
            }
            dynamic "port" {
              for_each = container.value.ports
              content {
                name           = port.key
                container_port = port.value
              }
            }
            resources {
              requests = { cpu = container.value.cpu, memory = container.value.memory }
              limits   = { memory = container.value.memory }
            }
            # Ready when it has clusters and routes; it is never killed for want of them.
            readiness_probe {
              http_get {
                path = "/ready"
                port = var.probe_port
              }
              timeout_seconds = 3
              period_seconds  = 3
            }
            # New requests stop coming when the Service has left it out; those that it has are answered meanwhile.
            lifecycle {
              pre_stop {
                exec {
                  command = ["sleep", "15"]
                }
              }
            }
            security_context {
              run_as_non_root            = true
              allow_privilege_escalation = false
              read_only_root_filesystem  = true
              privileged                 = false
              capabilities {
                drop = ["ALL"]
              }
            }
            dynamic "volume_mount" {
              for_each = ["envoy", "gateway-sds", "gateway-tls"]
              content {
                name       = volume_mount.value
                mount_path = "/meridian/${volume_mount.value}"
                read_only  = true
              }
            }
          }
        }

        dynamic "volume" {
          for_each = local.config_volumes
          content {
            name = volume.key
            config_map {
              name         = kubernetes_config_map_v1.this.metadata[0].name
              default_mode = "0444"
              dynamic "items" {
                for_each = volume.value
                content {
                  key  = items.value
                  path = items.key
                }
              }
            }
          }
        }
        dynamic "volume" {
          for_each = var.secrets
          content {
            name = volume.key
            secret {
              secret_name  = volume.value
              default_mode = "0440"
            }
          }
        }
        dynamic "volume" {
          for_each = local.certificates
          content {
            name = volume.key
            dynamic "secret" {
              for_each = volume.value.secret == null ? [] : [volume.value.secret]
              content {
                secret_name  = secret.value
                default_mode = "0440"
              }
            }
            dynamic "csi" {
              for_each = volume.value.csi == null ? [] : [volume.value.csi]
              content {
                driver            = "csi.cert-manager.io"
                read_only         = true
                volume_attributes = csi.value
              }
            }
          }
        }
        volume {
          name = "tmp"
          empty_dir {
            size_limit = "256Mi"
          }
        }
      }
    }

    volume_claim_template {
      metadata {
        name   = "data"
        labels = local.selector
      }
      spec {
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = var.storage_class
        resources {
          requests = { storage = var.storage }
        }
      }
    }
    # Raft's log and the agent's place in the stream outlive a mistake.
    persistent_volume_claim_retention_policy {
      when_deleted = "Retain"
      when_scaled  = "Retain"
    }
  }
}
