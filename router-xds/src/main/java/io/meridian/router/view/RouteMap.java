package io.meridian.router.view;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The four flat strings that an edge's script routes by ({@code shard_router.lua}).
 *
 * @param version content hash of the other three; the script caches by it
 * @param map one character per shard: a zone's code, {@code *} frozen, {@code -} nobody, or no way there
 * @param zones {@code A=east-1,zone-east-1;B=west-1,gw-west}
 * @param keys {@code header:x-user-key;cookie:uid;zone:A}; the last: the zone for requests without a key, else they are rejected
 */
public record RouteMap(String version, String map, String zones, String keys) {
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
        if (places.zones().size() > ZONES_AT_MOST) {
            return refused("cannot make a map of " + places.zones().size() + " zones: there are codes for "
                    + ZONES_AT_MOST + "; remove zones");
        }
        Map<ZoneId, Character> codes = new HashMap<>();
        List<String> zones = new ArrayList<>();
        int next = 0;
        for (ZoneId zone : places.zones().keySet()) {
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
        List<String> keys = new ArrayList<>(places.keys());
        places.withoutKey().map(codes::get).ifPresent(code -> keys.add("zone:" + code));
        return new Compilation.Compiled(of(map.toString(), String.join(";", zones), String.join(";", keys)));
    }

    private static RouteMap of(String map, String zones, String keys) {
        return new RouteMap(ContentHash.of(map + "\n" + zones + "\n" + keys), map, zones, keys);
    }

    private static Compilation refused(String detail) {
        return new Compilation.Refused(Problem.of(ProblemType.INVALID_ARGUMENT, detail));
    }
}
