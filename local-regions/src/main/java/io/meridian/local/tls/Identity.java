package io.meridian.local.tls;

/**
 * Who a certificate speaks for.
 *
 * @param region and {@code name} are its place below the authority's folder, too
 * @param spiffe what the other side checks
 * @param dns what a TLS library that knows no SPIFFE checks
 */
public record Identity(String region, String name, String spiffe, String dns) {
    /** Of a region's gateway listener, and of its edges towards other regions' gateways. */
    public static Identity gateway(String region) {
        return new Identity(
                region, "gateway", "spiffe://meridian/gateway/" + region, "gateway." + region + ".meridian");
    }

    /** Of a region's routers, on their ADS port. */
    public static Identity router(String region) {
        return new Identity(region, "router", "spiffe://meridian/router/" + region, "router." + region + ".meridian");
    }

    /** Of one Envoy towards its router, which binds {@code node} to it. */
    public static Identity envoy(String region, String node) {
        return new Identity(
                region,
                "envoy-" + node,
                "spiffe://meridian/envoy/" + region + "/" + node,
                node + ".envoy." + region + ".meridian");
    }
}
