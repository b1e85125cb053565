package io.meridian.router;

import io.meridian.router.ads.AdsTls;
import io.meridian.router.compile.GatewayTls;
import io.meridian.router.hold.HoldLimits;
import io.meridian.topology.RegionId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a router is told at its start.
 *
 * @param host that ADS and hold endpoint listen on ({@code quarkus.http.host})
 * @param name of the router, stable over restarts
 * @param feedServers host:port of control-plane nodes, the own region's first
 * @param data folder of what is kept over restarts
 * @param adsTls of the ADS port; empty: whoever reaches it is served everything, for loopbacks
 */
public record RouterSettings(
        RegionId region,
        String host,
        String name,
        List<String> feedServers,
        int adsPort,
        int holdPort,
        HoldLimits holdLimits,
        Path data,
        GatewayTls gatewayTls,
        Optional<AdsTls.PemFiles> adsTls) {
    private static final Set<String> KEYS = Set.of(
            "meridian.region",
            "meridian.router.name",
            "meridian.router.data",
            "meridian.feed.servers",
            "meridian.ads.port",
            "meridian.ads.tls.certificate",
            "meridian.ads.tls.key",
            "meridian.ads.tls.ca",
            "meridian.hold.port",
            "meridian.hold.max-waiting",
            "meridian.hold.max-bytes",
            "meridian.gateway.sds");

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final String NAME_RULE = "1 to 63 letters, digits, dots, dashes and underscores";

    /** Without TLS on the ADS port. */
    public RouterSettings(
            RegionId region,
            String host,
            String name,
            List<String> feedServers,
            int adsPort,
            int holdPort,
            HoldLimits holdLimits,
            Path data,
            GatewayTls gatewayTls) {
        this(region, host, name, feedServers, adsPort, holdPort, holdLimits, data, gatewayTls, Optional.empty());
    }

    /** What came of reading: settings, or every fault there is. */
    public sealed interface Reading {
        record Read(RouterSettings settings) implements Reading {}

        /** @param faults at least one, each with key, value and rule */
        record Faulty(List<String> faults) implements Reading {}
    }

    /**
     * @param named names of all keys that the operator wrote
     * @param value of a key
     */
    public static Reading read(Set<String> named, Function<String, Optional<String>> value) {
        var reader = new Reader(value);
        for (String key : new TreeSet<>(named)) {
            if (key.startsWith("meridian.") && !KEYS.contains(key)) {
                reader.faults.add(key + ": is not a key of the router; known are " + new TreeSet<>(KEYS));
            }
        }
        var settings = new RouterSettings(
                RegionId.of(reader.text("meridian.region", NAME, NAME_RULE)),
                value.apply("quarkus.http.host").orElse("0.0.0.0"),
                reader.text("meridian.router.name", NAME, NAME_RULE),
                reader.addresses("meridian.feed.servers"),
                reader.port("meridian.ads.port"),
                reader.port("meridian.hold.port"),
                new HoldLimits(
                        (int) reader.number("meridian.hold.max-waiting", HoldLimits.DEFAULT.requests(), 1_000_000),
                        reader.number("meridian.hold.max-bytes", HoldLimits.DEFAULT.bytes(), 1L << 40)),
                Path.of(value.apply("meridian.router.data").orElse("data")),
                new GatewayTls(reader.text("meridian.gateway.sds", ".+", "a folder, as Envoy sees it")),
                reader.adsTls());
        return reader.faults.isEmpty() ? new Reading.Read(settings) : new Reading.Faulty(List.copyOf(reader.faults));
    }

    private static final class Reader {
        private final Function<String, Optional<String>> value;
        private final List<String> faults = new ArrayList<>();

        Reader(Function<String, Optional<String>> value) {
            this.value = value;
        }

        String text(String key, String pattern, String rule) {
            String text = value.apply(key).orElse("").strip();
            if (!text.matches(pattern)) {
                faults.add(key + "=" + text + ": must be " + rule);
            }
            return text;
        }

        Optional<AdsTls.PemFiles> adsTls() {
            List<String> keys = List.of("meridian.ads.tls.certificate", "meridian.ads.tls.key", "meridian.ads.tls.ca");
            List<String> missing =
                    keys.stream().filter(key -> value.apply(key).isEmpty()).toList();
            if (missing.size() == keys.size()) {
                return Optional.empty();
            }
            missing.forEach(key -> faults.add(key + "=: must be the path of a PEM file, because others of " + keys
                    + " are set: all of them or none"));
            List<Path> paths = keys.stream()
                    .map(key -> Path.of(value.apply(key).orElse("").strip()))
                    .toList();
            return Optional.of(new AdsTls.PemFiles(paths.get(0), paths.get(1), paths.get(2)));
        }

        int port(String key) {
            String text = text(key, "\\d{1,5}", "a port, 0 to 65535");
            int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
            if (port > 65_535) {
                faults.add(key + "=" + text + ": must be a port, 0 to 65535");
            }
            return port;
        }

        /** A whole number from 1. */
        long number(String key, long otherwise, long most) {
            String text = value.apply(key).map(String::strip).orElse(Long.toString(otherwise));
            long number = text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
            if (number < 1 || number > most) {
                faults.add(key + "=" + text + ": must be a whole number, 1 to " + most);
                return otherwise;
            }
            return number;
        }

        List<String> addresses(String key) {
            List<String> addresses = List.of(value.apply(key).orElse("").strip().split("\\s*,\\s*", -1));
            if (!addresses.stream()
                    .allMatch(address -> address.matches("[^\\s:]+:\\d{1,5}|\\[[0-9a-fA-F:]+]:\\d{1,5}"))) {
                faults.add(key + "=" + String.join(",", addresses)
                        + ": must be host:port of control-plane nodes, separated by commas, the own region's first");
            }
            return addresses;
        }
    }
}
