package io.meridian.router;

import io.meridian.router.view.Places;
import io.meridian.router.view.Route;
import io.meridian.router.view.Routing;
import io.meridian.router.view.RoutingView;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values for tests: three regions, four zones, 64 shards. */
public final class Views {
    public static final RegionId EAST = RegionId.of("east");
    public static final RegionId WEST = RegionId.of("west");
    public static final RegionId NORTH = RegionId.of("north");

    /** A shard that nobody may use at the moment. */
    public static final int FROZEN = 48;

    private Views() {}

    public static Places places() {
        return new Places(
                services("header:x-user-key", "cookie:uid"),
                zones(
                        zone("west-1", WEST, "10.2.0.1:8080"),
                        zone("east-2", EAST, "app.east.test:8080", "10.1.2.2:8080"),
                        zone("east-1", EAST, "10.1.1.1:8080", "10.1.1.2:8080"),
                        zone("north-1", NORTH, "10.3.0.1:8080")),
                List.of(
                        new Places.Gateway(EAST, WEST, "10.2.0.10:8443"),
                        new Places.Gateway(EAST, NORTH, "gateway.north.test:8443"),
                        new Places.Gateway(WEST, EAST, "10.1.0.10:8443")));
    }

    public static List<Topology.Service> services(String... keys) {
        return List.of(new Topology.Service("ledger", List.of(keys)));
    }

    /** An R, a G and a C service, with everything that a service can declare; east and west are one city, the G zone is in north. */
    public static Places threeServices() {
        var orders = new Topology.Service(
                "orders",
                Topology.Kind.R,
                List.of("orders.example.com", "*.orders.example.com"),
                List.of("jwt:sub", "header:x-user-key"),
                Optional.of(ZoneId.of("east-1")),
                Optional.of(new Topology.Jwt(
                        "https://id.example.com", List.of("orders"), "https://id.example.com:8443/keys")),
                new TreeMap<>(Map.of(ZoneId.of("east-1"), List.of("10.1.1.9:9000"))),
                Optional.of(new Topology.Outlier(5, Duration.ofSeconds(10), Duration.ofMillis(1500), 40)),
                Optional.of(new Topology.CircuitBreaker(1, 2, 3, 4)),
                Optional.of(new Topology.Retries(2, 25, 5)),
                Optional.empty(),
                true);
        var rates = new Topology.Service(
                "rates",
                Topology.Kind.G,
                List.of("rates.example.com"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        var catalog = new Topology.Service(
                "catalog",
                Topology.Kind.C,
                List.of("catalog.example.com"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Topology.WeightCut(10, 20, Duration.ofSeconds(5))),
                false);
        return new Places(
                List.of(orders, rates, catalog),
                List.of(
                        new Topology.Region(NORTH, "oslo"),
                        new Topology.Region(EAST, "rome"),
                        new Topology.Region(WEST, "rome")),
                zones(
                        zone("east-1", EAST, "10.1.1.1:8080"),
                        zone("west-1", WEST, "10.2.0.1:8080"),
                        new Places.Zone(ZoneId.of("north-9"), NORTH, List.of("10.3.0.9:8080"), Topology.Kind.G, 0),
                        new Places.Zone(ZoneId.of("east-8"), EAST, List.of("10.1.8.1:8080"), Topology.Kind.C, 100),
                        new Places.Zone(ZoneId.of("east-7"), EAST, List.of("10.1.7.1:8080"), Topology.Kind.C, 300),
                        new Places.Zone(ZoneId.of("north-8"), NORTH, List.of("10.3.8.1:8080"), Topology.Kind.C, 100),
                        new Places.Zone(ZoneId.of("west-8"), WEST, List.of("10.2.8.1:8080"), Topology.Kind.C, 100)),
                places().gateways(),
                List.of());
    }

    public static Places.Zone zone(String name, RegionId region, String... endpoints) {
        return new Places.Zone(ZoneId.of(name), region, List.of(endpoints));
    }

    public static SortedMap<ZoneId, Places.Zone> zones(Places.Zone... zones) {
        var byId = new TreeMap<ZoneId, Places.Zone>();
        for (Places.Zone zone : zones) {
            byId.put(zone.id(), zone);
        }
        return byId;
    }

    public static Route owned(String zone, long epoch) {
        return new Route.Owned(ZoneId.of(zone), Epoch.of(epoch));
    }

    public static Route frozen(long epoch) {
        return new Route.Frozen("mv-1", Epoch.of(epoch));
    }

    /** 0..15 east-1, ..31 east-2, ..47 west-1, 48 frozen, 49 nobody's, the rest north-1. */
    public static Routing routing() {
        var routes = new TreeMap<ShardId, Route>();
        for (int shard = 0; shard < 64; shard++) {
            routes.put(
                    ShardId.of(shard),
                    shard < 16
                            ? owned("east-1", 1)
                            : shard < 32
                                    ? owned("east-2", 1)
                                    : shard < 48
                                            ? owned("west-1", 3)
                                            : shard == FROZEN
                                                    ? frozen(3)
                                                    : shard == 49 ? Route.UNOWNED : owned("north-1", 1));
        }
        return Routing.of(places(), 64, routes);
    }

    public static RoutingView view(long revision) {
        return new RoutingView(revision, routing());
    }

    public static RoutingView with(RoutingView view, long revision, int shard, Route route) {
        var changed = new TreeMap<ShardId, Route>();
        changed.put(ShardId.of(shard), route);
        return new RoutingView(revision, view.routing().with(view.routing().places(), changed));
    }
}
