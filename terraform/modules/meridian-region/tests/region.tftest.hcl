mock_provider "kubernetes" {}

variables {
  region  = "east"
  regions = ["east", "west", "north"]
  images = {
    control_plane = "registry.example.org/meridian/control-plane:1.0.0", router = "registry.example.org/meridian/router-xds:1.0.0"
    agent         = "registry.example.org/meridian/sync-agent:1.0.0", envoy = "registry.example.org/envoy:v1.40.0"
  }
  voters = {
    east  = { region = "east", number = 1, host = "control.east.example.org" }
    west  = { region = "west", number = 2, host = "control.west.example.org" }
    north = { region = "north", number = 3, host = "control.north.example.org", raft_port = 17443 }
  }
  certificates  = { secrets = { control_plane = "tls-control-plane", router = "tls-router", agent = "tls-agent", gateway = "tls-gateway" } }
  control_plane = { token_secret = "meridian-token" }
  store_groups = {
    main = {
      store = { url = "jdbc:postgresql://pg.east.example.org:5432/shop?sslmode=verify-full&sslrootcert=/meridian/store/ca.crt", secret = "store-main" }
      kafka = { bootstrap = "kafka.east.example.org:9092", peers = { west = "kafka.west.example.org:9094", north = "kafka.north.example.org:9094" } }
      peers = { west = "agent-main.west.example.org:7445", north = "agent-main.north.example.org:7445" }
    }
  }
}

run "each_program_is_told_what_it_has_to_know" {
  assert {
    condition = alltrue([for line in [
      "meridian.region=east", "meridian.raft.node=east", "meridian.raft.port=21001", "meridian.raft.voters=east=127.0.0.1:21001,north=127.0.0.1:21003,west=127.0.0.1:21002",
      "meridian.feed.port=22001", "meridian.raft.join=false", "meridian.api.token-file=/meridian/token/token", "meridian.lease.transaction-limit=3s",
    ] : contains(split("\n", output.files["control-plane-east"]["application.properties"]), line)])
    error_message = output.files["control-plane-east"]["application.properties"]
  }
  assert {
    condition = alltrue([for line in [
      "meridian.group=main", "meridian.feed.servers=127.0.0.1:22001,127.0.0.1:22003,127.0.0.1:22002", "meridian.peers=north=127.0.0.1:23002,west=127.0.0.1:23003",
      "meridian.kafka.peers=north=kafka.north.example.org:9094,west=kafka.west.example.org:9094", "meridian.peer.port=23000", "meridian.capture.slot=meridian_main",
    ] : contains(split("\n", output.files["agent-main"]["application.properties"]), line)])
    error_message = output.files["agent-main"]["application.properties"]
  }
  assert {
    condition     = alltrue([for pod in values(output.files) : contains(split("\n", pod["application.properties"]), "quarkus.http.host=127.0.0.1")])
    error_message = "a program listens on more than 127.0.0.1"
  }
}

run "what_leaves_a_pod_has_a_certificate_on_both_ends" {
  assert {
    condition = alltrue([for pod in values(output.files) : alltrue([for listener in yamldecode(pod["mesh.yaml"]).static_resources.listeners :
      startswith(listener.name, "out/") ? listener.address.socket_address.address == "127.0.0.1" : (
      listener.name == "probes" ? true : try(listener.filter_chains[0].transport_socket.typed_config.require_client_certificate, false) || listener.name == "in/api")
    ])])
    error_message = "a listener that other pods reach asks for no certificate"
  }
  assert {
    condition = alltrue([for pod in values(output.files) : alltrue([for cluster in yamldecode(pod["mesh.yaml"]).static_resources.clusters :
      startswith(cluster.name, "out/") == can(cluster.transport_socket.typed_config.common_tls_context.tls_certificate_sds_secret_configs)
    ])])
    error_message = "something goes out without a certificate"
  }
  assert {
    condition = [for listener in yamldecode(output.files["control-plane-east"]["mesh.yaml"]).static_resources.listeners :
      jsonencode([for matcher in listener.filter_chains[0].transport_socket.typed_config.common_tls_context.combined_validation_context.default_validation_context.match_typed_subject_alt_names : matcher.matcher.exact])
      if listener.name == "in/raft"
    ][0] == jsonencode(["spiffe://meridian/control-plane/east", "spiffe://meridian/control-plane/north", "spiffe://meridian/control-plane/west"])
    error_message = "others than control planes may speak Raft"
  }
  assert {
    condition = [for cluster in yamldecode(output.files["control-plane-east"]["mesh.yaml"]).static_resources.clusters :
      "${cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address}:${cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value}"
    if startswith(cluster.name, "out/")] == ["control.north.example.org:17443", "control.west.example.org:7443"]
    error_message = "the other voters are not where they were said to be"
  }
  # Within the cluster the Service is nearer.
  assert {
    condition     = strcontains(output.files["edge"]["mesh.yaml"], "meridian-control-plane-east.meridian.svc") && !strcontains(output.files["edge"]["mesh.yaml"], "control.east.example.org")
    error_message = "the own region's feed is asked by way of outside"
  }
}

run "the_edge_is_the_one_that_runs_here" {
  assert {
    condition = toset([for listener in yamldecode(output.files["edge"]["envoy.yaml"]).static_resources.listeners :
    "${listener.name} ${listener.address.socket_address.address}:${listener.address.socket_address.port_value}"]) == toset(["edge 0.0.0.0:10080", "gateway 0.0.0.0:8443"])
    error_message = "listeners are ${jsonencode([for listener in yamldecode(output.files["edge"]["envoy.yaml"]).static_resources.listeners : listener.address])}"
  }
  assert {
    condition     = yamldecode(output.files["edge"]["envoy.yaml"]).admin.address.socket_address.address == "127.0.0.1"
    error_message = "Envoy's admin port is reached from outside the pod"
  }
}

run "pods_may_do_little" {
  assert {
    condition = alltrue([for pod in concat(values(module.control_plane), values(module.agent), [module.edge]) :
      pod.pod.security_context[0].run_as_non_root && pod.pod.automount_service_account_token == false && alltrue([for container in concat(pod.pod.container, pod.pod.init_container) :
        container.security_context[0].run_as_non_root && container.security_context[0].read_only_root_filesystem && !container.security_context[0].allow_privilege_escalation && contains(container.security_context[0].capabilities[0].drop, "ALL") &&
    can(container.resources[0].limits["memory"])])])
    error_message = "a container may more than it needs"
  }
  assert {
    condition     = length(kubernetes_network_policy_v1.this) == 3 && length(kubernetes_pod_disruption_budget_v1.this) == 3 && alltrue([for policy in kubernetes_network_policy_v1.this : length(policy.spec[0].egress) == 2 && length(policy.spec[0].ingress) == 1])
    error_message = "policies are not one for each kind of pod"
  }
  assert {
    condition     = kubernetes_service_v1.control_plane["east"].spec[0].publish_not_ready_addresses && length(kubernetes_service_v1.control_plane) == 1
    error_message = "a voter cannot be reached before it is ready, so it never would be"
  }
}

run "certificates_come_from_cert_manager" {
  variables {
    certificates  = { cert_manager = { issuer = "meridian" } }
    control_plane = { token_secret = "meridian-token", api_names = ["control.east.example.org"] }
  }
  assert {
    condition = [for volume in module.control_plane["east"].pod.volume : volume.csi[0].volume_attributes if volume.name == "tls"][0] == tomap({
      "csi.cert-manager.io/issuer-name" = "meridian", "csi.cert-manager.io/issuer-kind" = "Issuer", "csi.cert-manager.io/issuer-group" = "cert-manager.io", "csi.cert-manager.io/duration" = "720h"
      "csi.cert-manager.io/uri-sans"    = "spiffe://meridian/control-plane/east", "csi.cert-manager.io/dns-names" = "control-plane.east.meridian,control.east.example.org"
      "csi.cert-manager.io/key-usages"  = "digital signature,key encipherment,server auth,client auth", "csi.cert-manager.io/fs-group" = "10001"
    })
    error_message = "cert-manager is asked for something else"
  }
  assert {
    condition     = [for volume in module.edge.pod.volume : volume.csi[0].volume_attributes["csi.cert-manager.io/uri-sans"] if volume.name == "gateway-tls"] == ["spiffe://meridian/gateway/east"]
    error_message = "the gateway has another's name"
  }
}

run "a_voter_is_replaced" {
  variables {
    voters = {
      east   = { region = "east", number = 1, host = "control.east.example.org" }
      east-2 = { region = "east", number = 4, host = "control-2.east.example.org", join = true }
      west   = { region = "west", number = 2, host = "control.west.example.org" }
      north  = { region = "north", number = 3, host = "control.north.example.org" }
    }
  }
  assert {
    condition     = keys(module.control_plane) == ["east", "east-2"] && strcontains(output.files["control-plane-east-2"]["application.properties"], "meridian.raft.join=true")
    error_message = "the new node does not wait to be let in"
  }
  assert {
    condition     = output.voter_addresses["east-2"] == "127.0.0.1:21004" && strcontains(output.files["control-plane-east"]["mesh.yaml"], "port_value: 21004")
    error_message = "the old nodes do not reach the new one where it will be said to be"
  }
}

run "a_region_may_have_no_store" {
  variables {
    store_groups = {}
    edge         = { replicas = 1 }
  }
  assert {
    condition     = length(module.agent) == 0 && output.services["meridian-gateway"] == null
    error_message = "there is an agent for nothing"
  }
}

# A run of this provider takes seconds, so each of these has a fault in several variables.
run "names_are_names" {
  command = plan
  variables {
    images       = { control_plane = "example.org/a", router = "example.org/a:1", agent = "example.org/a:1", envoy = "example.org:5000/a@sha256:2222222222222222222222222222222222222222222222222222222222222222" }
    voters       = { first = { region = "east", number = 1, host = "a" } }
    certificates = {}
    lease        = { duration = "15 seconds" }
    edge         = { replicas = 0 }
  }
  expect_failures = [var.images, var.voters, var.certificates, var.lease, var.edge]
}

run "a_region_has_a_name" {
  command = plan
  variables {
    region = "east_1"
  }
  expect_failures = [var.region]
}

run "the_region_is_one_of_the_regions" {
  command = plan
  variables {
    region = "south"
  }
  expect_failures = [var.regions]
}

run "nothing_is_there_twice_or_in_the_clear" {
  command = plan
  variables {
    images        = { control_plane = "example.org/a:latest", router = "example.org/a:1", agent = "example.org/a:1", envoy = "example.org/a:1" }
    voters        = { east = { region = "east", number = 1, host = "a" }, west = { region = "west", number = 1, host = "b" } }
    certificates  = { cert_manager = { issuer = "a" }, secrets = { control_plane = "a", router = "a", agent = "a", gateway = "a" } }
    control_plane = { token_secret = "t", service_type = "Ingress" }
    store_groups = { main = {
      store = { url = "jdbc:postgresql://pg:5432/shop", secret = "s" }, kafka = { bootstrap = "k:1", peers = { west = "k:1", north = "k:1" } }, peers = { west = "a:1", north = "a:1" }
    } }
  }
  expect_failures = [var.images, var.voters, var.certificates, var.control_plane, var.store_groups]
}

run "each_other_region_has_an_address" {
  command = plan
  variables {
    voters = { south = { region = "south", number = 1, host = "a" } }
    store_groups = { main = {
      store = { url = "jdbc:postgresql://pg:5432/shop?sslmode=verify-full", secret = "s" }, kafka = { bootstrap = "k:1", peers = { west = "k:1" } }, peers = { west = "a:1", north = "a:1" }
    } }
  }
  expect_failures = [var.voters, var.store_groups]
}

run "what_the_module_sets_is_not_set_twice" {
  command = plan
  variables {
    control_plane = { token_secret = "t", settings = { "meridian.raft.port" = "1" } }
    edge          = { settings = { "MERIDIAN_HOLD_PORT" = "1" } }
  }
  expect_failures = [output.files]
}
