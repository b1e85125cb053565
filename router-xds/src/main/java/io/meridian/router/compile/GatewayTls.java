package io.meridian.router.compile;

/** Files of the region's gateway identity, by the paths that Envoy sees: the key itself never passes through the router. */
public record GatewayTls(String certificate, String key, String authority) {}
