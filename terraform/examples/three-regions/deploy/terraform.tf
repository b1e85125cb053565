terraform {
  required_version = ">= 1.9.0"
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 3.2.1"
    }
  }
}

provider "kubernetes" {
  alias          = "east"
  config_path    = var.kubeconfig
  config_context = var.regions.east.context
}

provider "kubernetes" {
  alias          = "west"
  config_path    = var.kubeconfig
  config_context = var.regions.west.context
}

provider "kubernetes" {
  alias          = "north"
  config_path    = var.kubeconfig
  config_context = var.regions.north.context
}
