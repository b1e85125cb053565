variable "name" { type = string }
variable "component" { type = string }
variable "namespace" { type = string }
variable "labels" { type = map(string) }
variable "image" { type = string }
variable "envoy_image" { type = string }
variable "pull_secrets" { type = list(string) }
variable "service_account" { type = string }
variable "cpu" { type = string }
variable "memory" { type = string }
variable "storage" { type = string }
variable "storage_class" { type = string }
variable "probe_port" { type = number }
variable "wait_for_rollout" { type = bool }

variable "replicas" {
  type    = number
  default = 1
}

variable "grace_seconds" {
  type    = number
  default = 30
}

variable "settings" {
  description = "The program's configuration, by key."
  type        = map(string)
}

variable "more_settings" {
  description = "What the user adds to it."
  type        = map(string)
}

variable "named_by_pod" {
  description = "An environment variable that gets the pod's name: of a setting that differs from pod to pod."
  type        = string
  default     = null
}

variable "secrets" {
  description = "Existing secrets, by the folder below /meridian where the program finds them."
  type        = map(string)
  default     = {}
}

variable "certificate" {
  description = "For the sidecar: the name of a secret, or attributes for cert-manager's CSI driver."
  type        = object({ secret = string, csi = map(string) })
}

variable "mesh" {
  description = "The sidecar's bootstrap."
  type        = string
}

variable "envoy" {
  description = "An edge beside the program."
  type = object({
    bootstrap = string, lua = string, certificate = object({ secret = string, csi = map(string) })
    cpu       = string, memory = string, concurrency = number
    ports     = map(number)
  })
  default = null
}
