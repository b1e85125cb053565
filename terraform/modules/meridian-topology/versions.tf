terraform {
  required_version = ">= 1.9.0"
  required_providers {
    meridian = {
      source  = "terraform.local/meridian/meridian"
      version = ">= 0.1.0"
    }
  }
}
