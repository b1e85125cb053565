variable "region" {
  description = "This region's name, as in the topology."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.region))
    error_message = "A region's name is a lower-case letter and up to 19 letters, digits and dashes, such as east; it becomes a part of names in Kubernetes."
  }
}

variable "regions" {
  description = "All regions' names, this one too: who may speak to this region's programs."
  type        = set(string)

  validation {
    condition     = contains(var.regions, var.region)
    error_message = "regions has to name ${var.region}, too; there are ${join(", ", var.regions)}."
  }
}

variable "namespace" {
  description = "An existing namespace; its secrets have to be there before pods can start."
  type        = string
  default     = "meridian"
}

variable "images" {
  description = "The four images. Those of the services have java (25) in their PATH and /app/quarkus-run.jar with what it needs beside it; docs/terraform.md, Images."
  type        = object({ control_plane = string, router = string, agent = string, envoy = string })

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$", image)) && !endswith(image, ":latest")])
    error_message = "Name each image with a tag other than latest, or with a digest, so that a pod that starts anew is the same program. Mend: ${join(", ", [for image in values(var.images) : image if !can(regex("(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})$", image)) || endswith(image, ":latest")])}."
  }
}

variable "image_pull_secrets" {
  description = "Names of secrets of the namespace, for a registry that asks."
  type        = list(string)
  default     = []
}

variable "voters" {
  description = "All nodes of the control plane, in all regions, by name: a region's name, or with a number behind it (east-2) for one that took another's place. `number` is its own for good. `host` is how other regions reach it; `join` is for a node with an empty disk beside a control plane that exists."
  type = map(object({
    region    = string
    number    = number
    host      = string
    raft_port = optional(number, 7443)
    feed_port = optional(number, 7444)
    join      = optional(bool, false)
  }))

  validation {
    condition     = alltrue([for name, voter in var.voters : can(regex("^${voter.region}(-[0-9]+)?$", name))])
    error_message = "A voter is called as its region, or that with a dash and a number. Rename: ${join(", ", [for name, voter in var.voters : "${name} of region ${voter.region}" if !can(regex("^${voter.region}(-[0-9]+)?$", name))])}."
  }
  validation {
    condition     = alltrue([for voter in var.voters : contains(var.regions, voter.region)])
    error_message = "A voter's region is one of regions (${join(", ", var.regions)}). Mend: ${join(", ", [for name, voter in var.voters : "${name} of ${voter.region}" if !contains(var.regions, voter.region)])}."
  }
  validation {
    condition     = length(var.voters) > 0
    error_message = "Name at least one voter; three in three regions survive the loss of one region."
  }
  validation {
    condition     = alltrue([for voter in var.voters : voter.number >= 1 && voter.number <= 900 && floor(voter.number) == voter.number]) && length(distinct([for voter in var.voters : voter.number])) == length(var.voters)
    error_message = "Each voter has a number of its own, 1 to 900, which never changes and which no later voter gets: it is its port on 127.0.0.1 in every pod. There are ${jsonencode({ for name, voter in var.voters : name => voter.number })}."
  }
}

variable "certificates" {
  description = "Whose certificates the pods show: either names of existing secrets with tls.crt, tls.key and ca.crt, or an issuer of cert-manager, asked through its CSI driver, pod by pod."
  type = object({
    secrets      = optional(object({ control_plane = string, router = string, agent = string, gateway = string }))
    cert_manager = optional(object({ issuer = string, kind = optional(string, "Issuer"), group = optional(string, "cert-manager.io"), duration = optional(string, "720h") }))
  })

  validation {
    condition     = (var.certificates.secrets == null) != (var.certificates.cert_manager == null)
    error_message = "Say one of certificates = { secrets = {...} } and certificates = { cert_manager = { issuer = \"...\" } }; nothing here speaks to another pod without a certificate."
  }
}

variable "lease" {
  description = "How long a region may write unheard by the control plane, and how long a transaction lasts at most there. The same in all regions."
  type        = object({ duration = optional(string, "15s"), transaction_limit = optional(string, "3s") })
  default     = {}

  validation {
    condition     = alltrue([for text in values(var.lease) : can(regex("^[1-9][0-9]*(ms|s|m)$", text))])
    error_message = "Durations are whole numbers with ms, s or m behind them, such as 15s."
  }
}

variable "control_plane" {
  description = "`token_secret` is an existing secret whose key `token` holds the token of admin; the same in all regions. `api_names` are the DNS names that a certificate of cert-manager has besides. `egress_ports`: of an identity provider, of traces."
  type = object({
    token_secret  = string
    api_names     = optional(list(string), [])
    cpu           = optional(string, "500m")
    memory        = optional(string, "768Mi")
    storage       = optional(string, "10Gi")
    storage_class = optional(string)
    service_type  = optional(string, "LoadBalancer")
    annotations   = optional(map(string), {})
    egress_ports  = optional(list(number), [])
    settings      = optional(map(string), {})
  })

  validation {
    condition     = contains(["LoadBalancer", "NodePort", "ClusterIP"], var.control_plane.service_type)
    error_message = "service_type is LoadBalancer, NodePort or ClusterIP; the last when something else brings other regions to the pods."
  }
}

variable "store_groups" {
  description = "An agent for each store group of the topology, by name (main, where there is one). `url` is JDBC; `secret` is an existing secret with `password`, of role meridian_agent, mounted at /meridian/store, with `ca.crt` if the url names it. `kafka.peers` and `peers` are how this region reaches the brokers, and the agents of this group, of each other region. The stores and brokers are not made here."
  type = map(object({
    store = object({ url = string, secret = string, user = optional(string, "meridian_agent"), standby = optional(string, "none") })
    kafka = object({ bootstrap = string, peers = map(string) })
    peers = map(string)

    cpu           = optional(string, "500m")
    memory        = optional(string, "1Gi")
    storage       = optional(string, "5Gi")
    storage_class = optional(string)
    service_type  = optional(string, "LoadBalancer")
    annotations   = optional(map(string), {})
    settings      = optional(map(string), {})
  }))

  validation {
    condition     = alltrue([for name, _ in var.store_groups : can(regex("^[a-z][a-z0-9_]{0,30}$", name))])
    error_message = "A store group's name is a lower-case letter and up to 30 letters, digits and underscores, as in the topology. Mend: ${join(", ", [for name, _ in var.store_groups : name if !can(regex("^[a-z][a-z0-9_]{0,30}$", name))])}."
  }
  validation {
    condition     = alltrue([for group in var.store_groups : can(regex("^jdbc:postgresql://[^/]+/.+$", group.store.url))])
    error_message = "A store's url is jdbc:postgresql://HOST:PORT/DATABASE. Mend it for: ${join(", ", [for name, group in var.store_groups : name if !can(regex("^jdbc:postgresql://[^/]+/.+$", group.store.url))])}."
  }
  validation {
    condition     = alltrue([for group in var.store_groups : can(regex("[?&]sslmode=verify-full(&|$)", group.store.url))])
    error_message = "The way to a store leaves the pod: add sslmode=verify-full (and sslrootcert=/meridian/store/ca.crt, for an authority of your own) to the url of ${join(", ", [for name, group in var.store_groups : name if !can(regex("[?&]sslmode=verify-full(&|$)", group.store.url))])}."
  }
  validation {
    condition     = alltrue([for group in var.store_groups : contains(["none", "required"], group.store.standby)])
    error_message = "store.standby is none or required (docs/postgresql-ha.md)."
  }
  validation {
    condition     = alltrue([for group in var.store_groups : alltrue([for address in concat(split(",", group.kafka.bootstrap), values(group.kafka.peers), values(group.peers)) : can(regex("^[^\\s:,=]+:[0-9]{1,5}$", address))])])
    error_message = "Addresses are host:port; kafka.bootstrap may have several with commas between them. Mend: ${join(", ", flatten([for group in var.store_groups : [for address in concat(split(",", group.kafka.bootstrap), values(group.kafka.peers), values(group.peers)) : address if !can(regex("^[^\\s:,=]+:[0-9]{1,5}$", address))]]))}."
  }
  validation {
    condition     = alltrue([for group in var.store_groups : toset(keys(group.kafka.peers)) == setsubtract(var.regions, [var.region]) && toset(keys(group.peers)) == setsubtract(var.regions, [var.region])])
    error_message = "Each group says for each other region (${join(", ", setsubtract(var.regions, [var.region]))}) how its brokers (kafka.peers) and its agent (peers) are reached, and for no other."
  }
}

variable "edge" {
  description = "Pods with an Envoy and its router. `application_ports` are where zones' endpoints and other regions' gateways listen: what an edge may connect to. Clients come in on the Service meridian-edge, without TLS: what stands in front of it has that."
  type = object({
    replicas      = optional(number, 2)
    cpu           = optional(string, "1")
    memory        = optional(string, "512Mi")
    router_cpu    = optional(string, "250m")
    router_memory = optional(string, "512Mi")
    concurrency   = optional(number, 2)
    storage       = optional(string, "1Gi")
    storage_class = optional(string)

    application_ports = optional(list(number), [8080, 8443])

    service_type        = optional(string, "ClusterIP")
    annotations         = optional(map(string), {})
    gateway_type        = optional(string, "LoadBalancer")
    gateway_annotations = optional(map(string), {})
    settings            = optional(map(string), {})
  })
  default = {}

  validation {
    condition     = var.edge.replicas >= 1 && var.edge.replicas <= 100 && floor(var.edge.replicas) == var.edge.replicas
    error_message = "edge.replicas is a whole number from 1 to 100; with 2 one may be drained or upgraded while the other serves."
  }
}

variable "monitoring_namespace" {
  description = "Whose pods may read metrics on port 9000; none unless named."
  type        = string
  default     = null
}

variable "wait_for_rollout" {
  description = "Whether an apply ends only when pods are ready. Not at the first one: they are ready when the control plane has its majority and the topology is declared."
  type        = bool
  default     = false
}
