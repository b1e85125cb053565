terraform {
  required_providers {
    meridian = {
      source = "terraform.local/meridian/meridian" # from a mirror on disk: docs/terraform.md
    }
  }
}

# Address and token from MERIDIAN_API and MERIDIAN_TOKEN_FILE, so that no secret stands here.
provider "meridian" {
  reason = "capacity for the spring sale"
}
