variable "reason" {
  description = "Why, for the audit."
  type        = string
  default     = "terraform apply of examples/three-regions"
}

variable "regions" {
  description = "Of each region: its city, the gateway as the other regions reach it, and the endpoints of its zones, in their order."
  type        = map(object({ city = string, gateway = string, zones = list(list(string)) }))
  default = {
    east  = { city = "alpha", gateway = "gateway.east.example.org:8443", zones = [["app.east-1.example.org:8080"], ["app.east-2.example.org:8080"]] }
    west  = { city = "beta", gateway = "gateway.west.example.org:8443", zones = [["app.west-1.example.org:8080"]] }
    north = { city = "gamma", gateway = "gateway.north.example.org:8443", zones = [["app.north-1.example.org:8080"]] }
  }

  validation {
    condition     = length(var.regions) == 3
    error_message = "This example is about three regions, and ${length(var.regions)} were given; with another number, use the module meridian-topology itself."
  }
  validation {
    condition     = alltrue([for region in var.regions : length(region.zones) > 0 && alltrue([for endpoints in region.zones : length(endpoints) > 0])])
    error_message = "Each region has at least one zone, and each zone one endpoint: zones = [[\"host:port\"]]."
  }
}
