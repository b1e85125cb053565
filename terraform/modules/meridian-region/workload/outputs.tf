output "files" {
  description = "As in the config map."
  value       = kubernetes_config_map_v1.this.data
}

output "pod" {
  description = "What the pods are made of."
  value       = kubernetes_stateful_set_v1.this.spec[0].template[0].spec[0]
}
