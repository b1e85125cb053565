package io.meridian.ledger;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code --config} holds; the README has an example.
 *
 * @param ownerCheck empty: reads are not checked
 */
record LedgerConfig(
        String jdbcUrl,
        String user,
        String password,
        int poolSize,
        Map<String, InetSocketAddress> zones,
        String ownerCheck) {
    /** 2 zones on a small machine; max_connections is 60 in the local profile and shared with the agent. */
    private static final int POOL_SIZE = 10;

    private static final String OWNER_CHECK = "select meridian.assert_owner(?)";
    private static final Set<String> KNOWN = Set.of(
            "ledger.jdbc-url",
            "ledger.user",
            "ledger.password-file",
            "ledger.pool-size",
            "ledger.zones",
            "ledger.owner-check");

    sealed interface Reading {
        record Read(LedgerConfig config) implements Reading {}

        /** @param faults all of them, each with its key */
        record Faulty(List<String> faults) implements Reading {}
    }

    static Reading read(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            return new Reading.Faulty(List.of(file + " cannot be read: " + unreadable));
        }
        return new Faults(file, properties).read();
    }

    private record Faults(Path file, Properties properties, List<String> found) {
        Faults(Path file, Properties properties) {
            this(file, properties, new ArrayList<>());
        }

        Reading read() {
            for (String key : new TreeSet<>(properties.stringPropertyNames())) {
                if (!KNOWN.contains(key)) {
                    found.add(key + ": unknown; known are " + new TreeSet<>(KNOWN));
                }
            }
            var config = new LedgerConfig(
                    required("ledger.jdbc-url"),
                    required("ledger.user"),
                    password(required("ledger.password-file")),
                    poolSize(properties.getProperty("ledger.pool-size", String.valueOf(POOL_SIZE))),
                    zones(required("ledger.zones")),
                    properties.getProperty("ledger.owner-check", OWNER_CHECK).strip());
            return found.isEmpty() ? new Reading.Read(config) : new Reading.Faulty(List.copyOf(found));
        }

        private String required(String key) {
            String value = properties.getProperty(key, "").strip();
            if (value.isEmpty()) {
                found.add(key + ": missing");
            }
            return value;
        }

        private String password(String name) {
            if (name.isEmpty()) {
                return "";
            }
            Path place = file.toAbsolutePath().resolveSibling(name);
            try {
                return Files.readString(place).strip();
            } catch (IOException unreadable) {
                found.add("ledger.password-file: " + place + " cannot be read: " + unreadable);
                return "";
            }
        }

        private int poolSize(String text) {
            if (!text.strip().matches("[1-9][0-9]{0,2}")) {
                found.add("ledger.pool-size: '" + text + "' is not a number from 1 to 999");
                return POOL_SIZE;
            }
            return Integer.parseInt(text.strip());
        }

        private Map<String, InetSocketAddress> zones(String text) {
            Map<String, InetSocketAddress> zones = new LinkedHashMap<>();
            for (String zone : text.isEmpty() ? new String[0] : text.split(",", -1)) {
                if (!zone.strip().matches("[a-z][a-z0-9-]*=[^=:]+:[0-9]{1,5}")) {
                    found.add("ledger.zones: '" + zone + "' is not NAME=HOST:PORT, such as east-1=127.0.0.1:21050");
                    continue;
                }
                String name = zone.substring(0, zone.indexOf('=')).strip();
                String host = zone.substring(zone.indexOf('=') + 1, zone.indexOf(':'));
                int port =
                        Integer.parseInt(zone.substring(zone.indexOf(':') + 1).strip());
                if (port > 65_535 || zones.put(name, new InetSocketAddress(host, port)) != null) {
                    found.add("ledger.zones: '" + zone + "': the port is above 65535, or the zone is named twice");
                }
            }
            return zones;
        }
    }
}
