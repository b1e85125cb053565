package io.meridian.ledger;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --config} holds; the README has an example.
 *
 * @param shards N, with several stores; 1 with one
 * @param stores that together have every shard
 * @param poolSize of each store
 * @param ownerCheck empty: reads are not checked
 */
record LedgerConfig(
        int shards,
        List<Store> stores,
        String user,
        String password,
        int poolSize,
        Map<String, InetSocketAddress> zones,
        String ownerCheck) {
    /** @param first and {@code last}: the shards whose users are in this database */
    record Store(int first, int last, String jdbcUrl) {}

    private static final String URL = "ledger.jdbc-url";
    private static final Pattern URL_OF_RANGE = Pattern.compile("ledger\\.jdbc-url\\.(\\d{1,6})-(\\d{1,6})");

    /** 2 zones on a small machine; max_connections is 60 in the local profile and shared with the agent. */
    private static final int POOL_SIZE = 10;

    private static final String OWNER_CHECK = "select meridian.assert_owner(?)";
    private static final Set<String> KNOWN = Set.of(
            URL,
            "ledger.shards",
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
                if (!KNOWN.contains(key) && !URL_OF_RANGE.matcher(key).matches()) {
                    found.add(key + ": unknown; known are " + new TreeSet<>(KNOWN));
                }
            }
            List<Store> ranges = ranges();
            int shards = ranges.isEmpty() ? 1 : shards(properties.getProperty("ledger.shards", ""));
            List<Store> stores = ranges.isEmpty() ? List.of(new Store(0, 0, required(URL))) : ranges;
            if (!ranges.isEmpty() && shards > 0) {
                cover(ranges, shards);
            }
            var config = new LedgerConfig(
                    shards,
                    stores,
                    required("ledger.user"),
                    password(required("ledger.password-file")),
                    poolSize(properties.getProperty("ledger.pool-size", String.valueOf(POOL_SIZE))),
                    zones(required("ledger.zones")),
                    properties.getProperty("ledger.owner-check", OWNER_CHECK).strip());
            return found.isEmpty() ? new Reading.Read(config) : new Reading.Faulty(List.copyOf(found));
        }

        /** Of {@code ledger.jdbc-url.FIRST-LAST}, by their first shard. */
        private List<Store> ranges() {
            return properties.stringPropertyNames().stream()
                    .map(URL_OF_RANGE::matcher)
                    .filter(Matcher::matches)
                    .map(range -> new Store(
                            Integer.parseInt(range.group(1)),
                            Integer.parseInt(range.group(2)),
                            required(range.group())))
                    .sorted(Comparator.comparingInt(Store::first))
                    .toList();
        }

        private int shards(String text) {
            if (!text.strip().matches("[1-9][0-9]{0,5}") || Integer.bitCount(Integer.parseInt(text.strip())) != 1) {
                found.add("ledger.shards: '" + text + "' is not a power of two; with " + URL
                        + ".FIRST-LAST it is the topology's number of shards");
                return 0;
            }
            return Integer.parseInt(text.strip());
        }

        private void cover(List<Store> ranges, int shards) {
            if (properties.containsKey(URL)) {
                found.add(URL + ": either this, or one " + URL + ".FIRST-LAST for each store");
            }
            int next = 0;
            for (Store store : ranges) {
                if (store.first() != next || store.last() < store.first()) {
                    break;
                }
                next = store.last() + 1;
            }
            if (next != shards) {
                found.add(URL + ".FIRST-LAST: together they must have the shards 0-" + (shards - 1)
                        + ", each once; shard " + next + " is where that ends");
            }
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
