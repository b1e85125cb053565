package io.meridian.local.envoy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The static part of an Envoy's configuration, from {@code bootstrap.yaml} in this package (the reference configuration, with placeholders). */
public final class EnvoyBootstrap {
    private EnvoyBootstrap() {}

    /**
     * @param adsAddresses host:port of the routers' ADS
     * @param adsTls empty: without TLS
     * @param holdAddresses host:port of the routers' hold endpoints
     * @param gatewaySds folder with {@code identity.yaml} and {@code trust.yaml}
     */
    public record Input(
            String node,
            String cluster,
            int edgePort,
            int gatewayPort,
            int adminPort,
            List<String> adsAddresses,
            Optional<AdsTls> adsTls,
            List<String> holdAddresses,
            Path luaScript,
            Path gatewaySds,
            Path accessLog) {}

    /**
     * @param sds as of the gateway, for this Envoy's own certificate
     * @param router SPIFFE id that the router must show
     */
    public record AdsTls(Path sds, String router) {}

    public static String render(Input input) {
        return template()
                .replace("@NODE@", input.node())
                .replace("@CLUSTER@", input.cluster())
                .replace("@EDGE_PORT@", Integer.toString(input.edgePort()))
                .replace("@GATEWAY_PORT@", Integer.toString(input.gatewayPort()))
                .replace("@ADMIN_PORT@", Integer.toString(input.adminPort()))
                .replace("@ADS_ENDPOINTS@", endpoints(input.adsAddresses()))
                .replace("@ADS_TLS@", input.adsTls().map(EnvoyBootstrap::socket).orElse("# without TLS"))
                .replace("@HOLD_ENDPOINTS@", endpoints(input.holdAddresses()))
                .replace("@LUA@", input.luaScript().toString())
                .replace("@GATEWAY_SDS@", input.gatewaySds().toString())
                .replace("@ACCESS_LOG@", input.accessLog().toString());
    }

    private static String endpoints(List<String> addresses) {
        return addresses.stream()
                .map(address -> {
                    int colon = address.lastIndexOf(':');
                    return "{endpoint: {address: {socket_address: {address: \"%s\", port_value: %s}}}}"
                            .formatted(address.substring(0, colon), address.substring(colon + 1));
                })
                .collect(Collectors.joining(", "));
    }

    private static String socket(AdsTls tls) {
        return """
                transport_socket: {name: envoy.transport_sockets.tls, typed_config: {\
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext, \
                common_tls_context: {alpn_protocols: [h2], \
                tls_certificate_sds_secret_configs: [{name: identity, sds_config: {path_config_source: {path: "%s"}, resource_api_version: V3}}], \
                combined_validation_context: {\
                default_validation_context: {match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: "%s"}}]}, \
                validation_context_sds_secret_config: {name: trust, sds_config: {path_config_source: {path: "%s"}, resource_api_version: V3}}}}}}""".formatted(
                tls.sds().resolve("identity.yaml"), tls.router(), tls.sds().resolve("trust.yaml"));
    }

    private static String template() {
        try (var stream = EnvoyBootstrap.class.getResourceAsStream("bootstrap.yaml")) {
            if (stream == null) {
                throw new IllegalStateException("bootstrap.yaml is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
