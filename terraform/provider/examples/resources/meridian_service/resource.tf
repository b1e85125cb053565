resource "meridian_service" "ledger" {
  name        = "ledger"
  keys        = ["jwt:sub", "header:x-user-key"]
  unknown_key = "zone:${meridian_zone.east_1.name}"
  jwt = {
    issuer    = "https://id.example.org"
    audiences = ["shop"]
    jwks      = "https://id.example.org/keys.json"
  }
}
