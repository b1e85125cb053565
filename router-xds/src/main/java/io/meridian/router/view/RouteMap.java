package io.meridian.router.view;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The flat strings that an edge's script routes requests of R services by ({@code shard_router.lua}).
 *
 * @param version content hash of the others
 * @param map one character per shard: a zone's code, {@code *} frozen, {@code -} nobody, or no way there
 * @param zones {@code A=east-1,zone-east-1;B=west-1,gw-west}
 * @param keys by R service: {@code header:x-user-key;cookie:uid;zone:A}; the last: the zone for requests without a key, else they are rejected
 * @param pins {@code key:alice,B,AB;prefix:stress-,B,AB}: percent-encoded key, code of the zone, codes of the zones of its region: where the map
 *     leads to one of these, requests of that key go to that zone; empty: none
 */
public record RouteMap(String version, String map, String zones, SortedMap<String, String> keys, String pins) {
    /** Printable ASCII without {@code * - = , ; " \}: the first four and the comma mean something to the script, the last two to JSON. */
    static final String CODES =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'()+./:<>?@[]^_{|}~";

    static final int ZONES_AT_MOST = 80;
    private static final char FROZEN = '*';
    private static final char NOBODY = '-';

    public sealed interface Compilation {
        record Compiled(RouteMap map) implements Compilation {}

        record Refused(Problem why) implements Compilation {}
    }

    /** As seen from {@code region}'s edges. */
    public static Compilation of(Routing routing, RegionId region) {
        Places places = routing.places();
        int shards = routing.shards();
        if (Integer.bitCount(shards) != 1) {
            return refused("cannot make a map of " + shards + " shards: the edges' script needs a power of two");
        }
        List<Places.Zone> owners = places.ofKind(Topology.Kind.R);
        if (owners.size() > ZONES_AT_MOST) {
            return refused("cannot make a map of " + owners.size() + " zones: there are codes for " + ZONES_AT_MOST
                    + "; remove zones");
        }
        Map<ZoneId, Character> codes = new HashMap<>();
        List<String> zones = new ArrayList<>();
        int next = 0;
        for (Places.Zone place : owners) {
            ZoneId zone = place.id();
            char code = CODES.charAt(next++);
            places.cluster(zone, region).ifPresent(cluster -> {
                codes.put(zone, code);
                zones.add(code + "=" + zone.name() + "," + cluster);
            });
        }
        var map = new StringBuilder(shards);
        for (Route route : routing.routes()) {
            char code = switch (route) {
                case Route.Owned owned -> codes.getOrDefault(owned.zone(), NOBODY);
                case Route.Frozen _ -> FROZEN;
                case Route.Unowned _ -> NOBODY;
            };
            map.append(code);
        }
        return new Compilation.Compiled(
                of(map.toString(), String.join(";", zones), keys(places, codes), pins(places, codes)));
    }

    private static RouteMap of(String map, String zones, SortedMap<String, String> keys, String pins) {
        String all = map + "\n" + zones + "\n" + keys + "\n" + pins;
        return new RouteMap(ContentHash.of(all), map, zones, keys, pins);
    }

    private static SortedMap<String, String> keys(Places places, Map<ZoneId, Character> codes) {
        var byService = new TreeMap<String, String>();
        for (Topology.Service service : places.services()) {
            if (service.kind() == Topology.Kind.R) {
                List<String> keys = new ArrayList<>(service.keys());
                service.withoutKey().map(codes::get).ifPresent(code -> keys.add("zone:" + code));
                byService.put(service.name(), String.join(";", keys));
            }
        }
        return Collections.unmodifiableSortedMap(byService);
    }

    private static String pins(Places places, Map<ZoneId, Character> codes) {
        List<String> pins = new ArrayList<>();
        for (Places.Pin pin : places.pins()) {
            Character code = codes.get(pin.zone());
            if (code != null) {
                String home = places.zones().keySet().stream()
                        .filter(zone -> codes.containsKey(zone) && places.together(zone, pin.zone()))
                        .map(zone -> String.valueOf(codes.get(zone)))
                        .collect(Collectors.joining());
                pins.add((pin.prefix() ? "prefix:" : "key:") + encoded(pin.key()) + "," + code + "," + home);
            }
        }
        return String.join(";", pins);
    }

    /** For the script, which takes every byte after a percent sign as its two hexadecimal digits say. */
    private static String encoded(String key) {
        var encoded = new StringBuilder();
        for (byte one : key.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9');
            if (plain || one == '-' || one == '_' || one == '.') {
                encoded.append((char) one);
            } else {
                encoded.append('%').append(HexFormat.of().toHexDigits(one));
            }
        }
        return encoded.toString();
    }

    private static Compilation refused(String detail) {
        return new Compilation.Refused(Problem.of(ProblemType.INVALID_ARGUMENT, detail));
    }
}
