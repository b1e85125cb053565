variable "kubeconfig" {
  description = "A file that has the contexts of all three clusters."
  type        = string
  default     = "~/.kube/config"
}

variable "regions" {
  description = "Of each region: its cluster's context, the JDBC address of its store, and its Kafka brokers as they are reached from within it and from the other regions."
  type = object({
    east  = object({ context = string, store = string, kafka = string, kafka_from_outside = string })
    west  = object({ context = string, store = string, kafka = string, kafka_from_outside = string })
    north = object({ context = string, store = string, kafka = string, kafka_from_outside = string })
  })
}

variable "domain" {
  description = "Below it are the names under which the regions reach each other: control.east, agent.east and gateway.east lead to the load balancers of the Services in east."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]+$", var.domain))
    error_message = "domain is a DNS name without a dot at its end, such as shop.example.org."
  }
}

variable "voters" {
  description = "Added to, or put in the place of, one voter for each region: { east-2 = { region = \"east\", number = 4, host = \"control-2.east.shop.example.org\", join = true } }. null takes one out: { east = null }."
  type        = map(object({ region = string, number = number, host = string, join = optional(bool, false) }))
  default     = {}
}

variable "images" {
  description = "As for the module meridian-region."
  type        = object({ control_plane = string, router = string, agent = string, envoy = string })
}

variable "issuer" {
  description = "Of cert-manager, in the namespace meridian of each cluster; all three are of one authority."
  type        = string
  default     = "meridian"
}

variable "wait_for_rollout" {
  description = "After the first declaration of the topology: an apply ends when pods are ready."
  type        = bool
  default     = false
}
