output "shards" {
  description = "How many shards each zone owns."
  value       = { for zone in data.meridian_shards.now.zones : zone.zone => zone.count }
}

output "would_move" {
  description = "What a rebalance would move; empty: the shards are where the weights ask for them."
  value       = data.meridian_plan.rebalance.shards
}
