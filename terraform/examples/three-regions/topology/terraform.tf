terraform {
  required_version = ">= 1.9.0"
  required_providers {
    meridian = {
      source  = "terraform.local/meridian/meridian"
      version = ">= 0.1.0"
    }
  }
}

# Address and token come from MERIDIAN_API and MERIDIAN_TOKEN_FILE.
provider "meridian" {
  reason = var.reason
}
