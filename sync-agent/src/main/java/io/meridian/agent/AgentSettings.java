package io.meridian.agent;

import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.server.Standby;
import io.meridian.agent.stream.Outages;
import io.meridian.topology.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What an agent is told at its start.
 *
 * @param feedServers host:port of control-plane nodes, the own region's first
 * @param kafkaPeers Kafka of every other region, as this one reaches it
 * @param captureSource who reads the store's log
 * @param data folder of what is kept over restarts
 * @param renewEvery a fraction of the lease, so that a lost answer costs nothing
 * @param transactionLimit T_tx, as the store was installed with
 * @param outages what the data path is to live through
 * @param peerPort where other regions' agents ask for promises; 0: any free one
 * @param standby whether a synchronous standby is required for what is relied on
 * @param peers agents of this group in the other regions, as this one reaches them; none: no failsafe
 */
public record AgentSettings(
        RegionId region,
        String group,
        List<String> feedServers,
        StoreConnections store,
        String kafkaBootstrap,
        Map<RegionId, String> kafkaPeers,
        CaptureSource captureSource,
        String slot,
        Path data,
        Duration renewEvery,
        Duration transactionLimit,
        Outages outages,
        int peerPort,
        Map<RegionId, String> peers,
        Standby standby) {
    private static final String REGION = "meridian.region";
    private static final String GROUP = "meridian.group";
    private static final String FEED_SERVERS = "meridian.feed.servers";
    private static final String STORE_URL = "meridian.store.url";
    private static final String STORE_USER = "meridian.store.user";
    private static final String STORE_PASSWORD_FILE = "meridian.store.password-file";
    private static final String STORE_STANDBY = "meridian.store.standby";
    private static final String KAFKA_BOOTSTRAP = "meridian.kafka.bootstrap";
    private static final String KAFKA_PEERS = "meridian.kafka.peers";
    private static final String SOURCE = "meridian.capture.source";
    private static final String SLOT = "meridian.capture.slot";
    private static final String DATA = "meridian.agent.data";
    private static final String RENEW_EVERY = "meridian.lease.renew-every";
    private static final String TRANSACTION_LIMIT = "meridian.lease.transaction-limit";
    private static final String LONGEST_OUTAGE = "meridian.kafka.longest-outage";
    private static final String RETAINED_WARN = "meridian.capture.retained-wal-warn";
    private static final String PEER_PORT = "meridian.peer.port";
    private static final String PEERS = "meridian.peers";
    private static final Set<String> KEYS = new TreeSet<>(Set.of(
            REGION,
            GROUP,
            FEED_SERVERS,
            STORE_URL,
            STORE_USER,
            STORE_PASSWORD_FILE,
            STORE_STANDBY,
            KAFKA_BOOTSTRAP,
            KAFKA_PEERS,
            SOURCE,
            SLOT,
            DATA,
            RENEW_EVERY,
            TRANSACTION_LIMIT,
            LONGEST_OUTAGE,
            RETAINED_WARN,
            PEER_PORT,
            PEERS));

    private static final String GROUP_NAME = "[a-z][a-z0-9_]{0,30}";
    private static final String NAME = "[a-z][a-z0-9_-]{0,30}";
    private static final String ADDRESS = "[^\\s:,=]+:\\d{1,5}";

    /** With the defaults for the source and for outages, without a failsafe. */
    public AgentSettings(
            RegionId region,
            String group,
            List<String> feedServers,
            StoreConnections store,
            String kafkaBootstrap,
            Map<RegionId, String> kafkaPeers,
            String slot,
            Path data,
            Duration renewEvery,
            Duration transactionLimit) {
        this(
                region,
                group,
                feedServers,
                store,
                kafkaBootstrap,
                kafkaPeers,
                CaptureSource.PGOUTPUT,
                slot,
                data,
                renewEvery,
                transactionLimit,
                Outages.DEFAULT,
                0,
                Map.of(),
                Standby.NONE);
    }

    /** What came of reading: settings, or every fault there is. */
    public sealed interface Reading {
        record Read(AgentSettings settings) implements Reading {}

        /** @param faults at least one, each with key, value and rule */
        record Faulty(List<String> faults) implements Reading {}
    }

    /**
     * @param named names of all keys that the operator wrote
     * @param value of a key
     */
    public static Reading read(Set<String> named, Function<String, Optional<String>> value) {
        List<String> faults = new ArrayList<>();
        new TreeSet<>(named)
                .stream()
                        .filter(key -> key.startsWith("meridian.") && !KEYS.contains(key))
                        .forEach(key -> faults.add(key + ": is not a key of the agent; known are " + KEYS));
        Reader reader = new Reader(value, faults);
        RegionId region =
                RegionId.of(reader.text(REGION, NAME, "a region's name: a letter, then letters, digits and dashes"));
        String group = reader.optional(
                GROUP, "main", GROUP_NAME, "a store group's name: lower-case letters, digits and underscores");
        AgentSettings settings = new AgentSettings(
                region,
                group,
                reader.list(FEED_SERVERS, ADDRESS, "host:port of control-plane nodes, the own region's first"),
                new StoreConnections(
                        reader.text(STORE_URL, "jdbc:postgresql://.+", "a JDBC address of PostgreSQL"),
                        reader.text(STORE_USER, ".+", "the agent's role in the store"),
                        reader.secret(STORE_PASSWORD_FILE)),
                reader.text(KAFKA_BOOTSTRAP, ADDRESS + "(," + ADDRESS + ")*", "host:port of the own region's Kafka"),
                reader.peers(KAFKA_PEERS, region),
                reader.source(SOURCE, CaptureSource.PGOUTPUT),
                reader.optional(SLOT, "meridian_" + group, "[a-z0-9_]{1,63}", "a replication slot's name"),
                Path.of(reader.optional(DATA, "data", ".+", "a folder")),
                reader.duration(RENEW_EVERY, "2s"),
                reader.duration(TRANSACTION_LIMIT, "3s"),
                new Outages(
                        reader.duration(
                                LONGEST_OUTAGE, Outages.DEFAULT.longest().toHours() + "h"),
                        reader.bytes(RETAINED_WARN, Outages.DEFAULT.retainedWarnBytes() + "")),
                Integer.parseInt(reader.optional(PEER_PORT, "0", "\\d{1,5}", "a port")),
                reader.peers(PEERS, region),
                Standby.valueOf(
                        reader.choice(STORE_STANDBY, "none", "none", "required").toUpperCase(Locale.ROOT)));
        return faults.isEmpty() ? new Reading.Read(settings) : new Reading.Faulty(List.copyOf(faults));
    }

    private record Reader(Function<String, Optional<String>> value, List<String> faults) {
        String text(String key, String pattern, String rule) {
            return optional(key, "", pattern, rule);
        }

        String optional(String key, String otherwise, String pattern, String rule) {
            String text = value.apply(key).map(String::strip).orElse(otherwise);
            if (!text.matches(pattern)) {
                faults.add(key + "=" + text + ": must be " + rule);
            }
            return text;
        }

        /** @return one of {@code choices} */
        String choice(String key, String otherwise, String... choices) {
            String text = value.apply(key).map(String::strip).orElse(otherwise);
            if (List.of(choices).contains(text)) {
                return text;
            }
            faults.add(key + "=" + text + ": must be " + String.join(" or ", choices));
            return otherwise;
        }

        CaptureSource source(String key, CaptureSource otherwise) {
            String text = value.apply(key).map(String::strip).orElse(nameOf(otherwise));
            for (CaptureSource source : CaptureSource.values()) {
                if (text.equals(nameOf(source))) {
                    return source;
                }
            }
            faults.add(key + "=" + text + ": must be pgoutput or debezium");
            return otherwise;
        }

        private static String nameOf(CaptureSource source) {
            return source.name().toLowerCase(Locale.ROOT);
        }

        List<String> list(String key, String pattern, String rule) {
            List<String> items = List.of(value.apply(key).orElse("").strip().split("\\s*,\\s*", -1));
            if (!items.stream().allMatch(item -> item.matches(pattern))) {
                faults.add(key + "=" + String.join(",", items) + ": must be " + rule + ", separated by commas");
            }
            return items;
        }

        /** Empty when the region is alone. */
        Map<RegionId, String> peers(String key, RegionId here) {
            Map<RegionId, String> peers = new TreeMap<>();
            String text = value.apply(key).orElse("").strip();
            for (String item : text.isEmpty() ? List.<String>of() : List.of(text.split("\\s*,\\s*", -1))) {
                if (!item.matches(NAME + "=" + ADDRESS)) {
                    faults.add(key + "=" + item + ": must be region=host:port, separated by commas");
                    continue;
                }
                RegionId peer = RegionId.of(item.substring(0, item.indexOf('=')));
                if (peer.equals(here) || peers.put(peer, item.substring(item.indexOf('=') + 1)) != null) {
                    faults.add(key + "=" + item + ": names this region, or a region twice");
                }
            }
            return peers;
        }

        String secret(String key) {
            String file = text(key, ".+", "the path of a file that holds the password");
            try {
                return file.isEmpty() ? "" : Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                faults.add(key + "=" + file + ": cannot be read: " + e);
                return "";
            }
        }

        /** Bytes, or with MB or GB behind it: powers of two, as PostgreSQL counts. */
        long bytes(String key, String otherwise) {
            String text = value.apply(key).map(String::strip).orElse(otherwise);
            if (!text.matches("[1-9]\\d{0,11}(MB|GB)?")) {
                faults.add(key + "=" + text + ": must be a size above zero, like 500MB or 2GB");
                return 1;
            }
            long number = Long.parseLong(text.replaceAll("\\D", ""));
            return text.endsWith("GB") ? number << 30 : text.endsWith("MB") ? number << 20 : number;
        }

        Duration duration(String key, String otherwise) {
            String text = value.apply(key).map(String::strip).orElse(otherwise);
            try {
                Duration duration = text.endsWith("ms")
                        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                        : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
                if (duration.isPositive()) {
                    return duration;
                }
            } catch (DateTimeParseException | NumberFormatException e) {
                // told below, as a duration that is not positive is
            }
            faults.add(key + "=" + text + ": must be a duration above zero, like 2s or 1500ms");
            return Duration.ofSeconds(1);
        }
    }
}
