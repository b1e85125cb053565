package io.meridian.local.envoy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The static part of an Envoy's configuration, from {@code bootstrap.yaml} in this package (the reference configuration, with placeholders). */
public final class EnvoyBootstrap {
    private EnvoyBootstrap() {}

    /**
     * @param adsAddress host:port of the router's ADS
     * @param holdAddress host:port of the router's hold endpoint
     */
    public record Input(
            String node,
            String cluster,
            int edgePort,
            int gatewayPort,
            int adminPort,
            String adsAddress,
            String holdAddress,
            Path luaScript,
            Path gatewayCertificate,
            Path gatewayKey,
            Path gatewayCa,
            Path accessLog) {}

    public static String render(Input input) {
        return template()
                .replace("@NODE@", input.node())
                .replace("@CLUSTER@", input.cluster())
                .replace("@EDGE_PORT@", Integer.toString(input.edgePort()))
                .replace("@GATEWAY_PORT@", Integer.toString(input.gatewayPort()))
                .replace("@ADMIN_PORT@", Integer.toString(input.adminPort()))
                .replace("@ADS_HOST@", host(input.adsAddress()))
                .replace("@ADS_PORT@", port(input.adsAddress()))
                .replace("@HOLD_HOST@", host(input.holdAddress()))
                .replace("@HOLD_PORT@", port(input.holdAddress()))
                .replace("@LUA@", input.luaScript().toString())
                .replace("@CERTIFICATE@", input.gatewayCertificate().toString())
                .replace("@KEY@", input.gatewayKey().toString())
                .replace("@CA@", input.gatewayCa().toString())
                .replace("@ACCESS_LOG@", input.accessLog().toString());
    }

    private static String host(String address) {
        return address.substring(0, address.lastIndexOf(':'));
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
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
