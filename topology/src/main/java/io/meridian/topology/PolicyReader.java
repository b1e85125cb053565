package io.meridian.topology;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The part of {@link TopologyReader} that reads what switches must heed: residency, limits, safety rules, windows. */
final class PolicyReader {
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final Set<String> LIMITS =
            Set.of("wave", "wavePause", "lag", "lagRows", "catchUp", "movesAtOnce", "rps");
    private static final Set<String> RULES = Set.of("minRegionsWithCapacity", "neverAllZonesOfCity");
    private static final Map<String, DayOfWeek> DAYS =
            Arrays.stream(DayOfWeek.values()).collect(Collectors.toUnmodifiableMap(PolicyReader::write, day -> day));

    private PolicyReader() {}

    static String write(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    static List<Residency> residency(
            DocumentNode document, Optional<Integer> shards, Set<String> regions, List<Topology.Zone> zones) {
        Map<ShardId, String> boundBy = new HashMap<>();
        return document.items("residency", node -> {
            if (!node.isObject(Set.of("shards", "regions"), Set.of())) {
                return Optional.empty();
            }
            Optional<Set<ShardId>> bound = shards.isPresent() ? bound(node, shards.get()) : Optional.empty();
            bound.ifPresent(set -> set.stream()
                    .filter(shard -> boundBy.putIfAbsent(shard, node.pointer()) != null)
                    .findFirst()
                    .ifPresent(twice -> node.child("shards")
                            .fault("shard " + twice + " is bound by " + boundBy.get(twice) + " already")));
            List<RegionId> allowed = node.references("regions", "region", regions).stream()
                    .map(RegionId::of)
                    .toList();
            if (node.size("regions") == 0) {
                node.child("regions").fault("shards need at least one region to live in");
            } else if (allowed.size() == node.size("regions")
                    && !zones.isEmpty()
                    && zones.stream().noneMatch(zone -> zone.takesShards() && allowed.contains(zone.region()))) {
                node.child("regions").fault("none of them has a zone with a weight above 0, so nobody could serve");
            }
            return bound.map(set -> new Residency(ShardSet.write(set), allowed));
        });
    }

    private static Optional<Set<ShardId>> bound(DocumentNode node, int shards) {
        return node.text("shards").flatMap(text -> switch (ShardSet.read(text, shards)) {
            case ShardSet.Reading.Read read -> Optional.of(read.shards());
            case ShardSet.Reading.Refused refused -> {
                node.child("shards").fault(refused.why().detail());
                yield Optional.empty();
            }
        });
    }

    static Limits limits(DocumentNode document) {
        DocumentNode node = document.child("limits");
        if (!document.has("limits") || !node.isObject(Set.of(), LIMITS)) {
            return Limits.NONE;
        }
        return new Limits(
                node.whole("wave", 1, 4096),
                node.duration("wavePause", Duration.ZERO, Duration.ofMinutes(60)),
                node.duration("lag", Duration.ofMillis(100), Duration.ofMinutes(10)),
                node.whole("lagRows", 1, 1_000_000_000),
                node.duration("catchUp", Duration.ofSeconds(1), Duration.ofMinutes(10)),
                node.whole("movesAtOnce", 1, 64),
                node.whole("rps", 1, 1_000_000_000));
    }

    static SafetyRules safetyRules(DocumentNode document, List<Topology.Zone> zones) {
        DocumentNode node = document.child("safetyRules");
        if (!document.has("safetyRules") || !node.isObject(Set.of(), RULES)) {
            return SafetyRules.NONE;
        }
        Optional<Integer> regions = node.whole("minRegionsWithCapacity", 1, 1000);
        var serving = new TreeSet<RegionId>();
        zones.stream().filter(Topology.Zone::takesShards).forEach(zone -> serving.add(zone.region()));
        if (regions.isPresent() && !serving.isEmpty() && regions.get() > serving.size()) {
            node.child("minRegionsWithCapacity")
                    .fault("only " + serving.size() + " regions have a zone with a weight above 0, so " + regions.get()
                            + " can never serve");
        }
        return new SafetyRules(regions, node.bool("neverAllZonesOfCity").orElse(false));
    }

    /** @param regions names of the declared regions */
    static List<MaintenanceWindow> windows(DocumentNode document, Set<String> regions) {
        return document.items("maintenanceWindows", node -> {
            if (!node.isObject(Set.of("from", "to"), Set.of("days", "regions"))) {
                return Optional.empty();
            }
            List<DayOfWeek> days = days(node);
            Optional<LocalTime> from = time(node, "from");
            Optional<LocalTime> to = time(node, "to");
            List<RegionId> forRegions = node.references("regions", "region", regions).stream()
                    .map(RegionId::of)
                    .toList();
            return from.flatMap(f -> to.map(t -> new MaintenanceWindow(days, f, t, forRegions)));
        });
    }

    private static List<DayOfWeek> days(DocumentNode node) {
        if (!node.has("days")) {
            return List.of(DayOfWeek.values());
        }
        if (node.size("days") == 0) {
            node.child("days").fault("no day, so it would never open; leave 'days' out for all of them");
        }
        List<String> names = node.items("days", item -> item.asText(PolicyReader::dayFault));
        return names.stream().distinct().map(DAYS::get).sorted().toList();
    }

    private static Optional<String> dayFault(String text) {
        return DAYS.containsKey(text)
                ? Optional.empty()
                : Optional.of("'" + text + "': expected a day such as mon, tue, wed, thu, fri, sat or sun");
    }

    private static Optional<LocalTime> time(DocumentNode node, String key) {
        if (!node.has(key)) {
            return Optional.empty();
        }
        return node.child(key)
                .asText(text -> TIME.matcher(text).matches()
                        ? Optional.empty()
                        : Optional.of("'" + text + "': expected a time of day in UTC, such as \"22:00\""))
                .map(LocalTime::parse);
    }
}
