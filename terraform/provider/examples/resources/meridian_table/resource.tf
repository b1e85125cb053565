resource "meridian_table" "account" {
  name            = "public.account"
  sharding_column = "user_key"

  lifecycle {
    prevent_destroy = true # it cannot be removed anyway
  }
}
