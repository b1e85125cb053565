package io.meridian.router.compile;

/**
 * Where Envoys find the region's gateway identity: the router names files and never sees the key.
 *
 * @param sds folder, as Envoy sees it, with the secrets {@code identity} and {@code trust} in files of these names
 */
public record GatewayTls(String sds) {
    String identity() {
        return sds + "/identity.yaml";
    }

    String trust() {
        return sds + "/trust.yaml";
    }
}
