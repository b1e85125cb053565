package io.meridian.router.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteMapTest {
    @Test
    void zonesGetCodesInTheOrderOfTheirNames() {
        RouteMap map = compiled(Views.routing(), "east");

        assertThat(map.zones())
                .isEqualTo("A=east-1,zone-east-1;B=east-2,zone-east-2;C=north-1,gw-north;D=west-1,gw-west");
        assertThat(map.map()).isEqualTo("A".repeat(16) + "B".repeat(16) + "D".repeat(16) + "*-" + "C".repeat(14));
        assertThat(map.keys()).containsExactly(Map.entry("ledger", "header:x-user-key;cookie:uid"));
    }

    @Test
    void zoneWithoutAWayFromHereIsNobodys() {
        RouteMap map = compiled(Views.routing(), "west"); // west has no gateway to north

        assertThat(map.zones()).isEqualTo("A=east-1,gw-east;B=east-2,gw-east;D=west-1,zone-west-1");
        assertThat(map.map()).endsWith("*-" + "-".repeat(14));
    }

    @Test
    void zonesThatOwnNoShardsHaveNoCodeAndOtherServicesNoKeys() {
        RouteMap map = compiled(Views.routing().with(Views.threeServices(), new TreeMap<>()), "east");

        assertThat(map.zones()).isEqualTo("A=east-1,zone-east-1;B=west-1,gw-west");
        assertThat(map.keys()).containsExactly(Map.entry("orders", "jwt:sub;header:x-user-key;zone:A"));
    }

    @Test
    void versionIsOfTheContentAndOfAllOfIt() {
        RouteMap before = compiled(Views.routing(), "east");
        Routing moved =
                Views.with(Views.view(1), 2, 5, Views.owned("west-1", 3)).routing();
        Places places = Views.places();
        Routing otherKeys = Views.routing()
                .with(new Places(Views.services("query:uid"), places.zones(), places.gateways()), new TreeMap<>());

        assertThat(compiled(Views.routing(), "east")).isEqualTo(before);
        assertThat(compiled(moved, "east").version()).isNotEqualTo(before.version());
        assertThat(compiled(otherKeys, "east").version()).isNotEqualTo(before.version());
    }

    @Test
    void zoneOfRequestsWithoutAKeyStandsBehindTheKeysByItsCode() {
        Places places = Views.places();
        var ledger = new Topology.Service(
                "ledger", List.of("cookie:uid"), Optional.of(ZoneId.of("north-1")), Optional.empty(), Optional.empty());
        Routing routing =
                Views.routing().with(new Places(List.of(ledger), places.zones(), places.gateways()), new TreeMap<>());

        assertThat(compiled(routing, "east").keys()).containsExactly(Map.entry("ledger", "cookie:uid;zone:C"));
        assertThat(compiled(routing, "west").keys())
                .as("no way to north: rejected")
                .containsExactly(Map.entry("ledger", "cookie:uid"));
    }

    @Test
    void pinsNameTheirZoneAndThoseOfItsRegionByCode() {
        Routing routing = pinned(
                new Places.Pin("alice;=,%*\u00fc", false, ZoneId.of("east-2")),
                new Places.Pin("stress-", true, ZoneId.of("west-1")),
                new Places.Pin("lost", false, ZoneId.of("gone-1")));

        RouteMap map = compiled(routing, "east");

        assertThat(map.pins()).isEqualTo("key:alice%3b%3d%2c%25%2a%c3%bc,B,AB;prefix:stress-,D,D");
        assertThat(map.version()).isNotEqualTo(compiled(Views.routing(), "east").version());
        assertThat(compiled(pinned(new Places.Pin("bob", false, ZoneId.of("north-1"))), "west")
                        .pins())
                .as("no way to north")
                .isEmpty();
    }

    private static Routing pinned(Places.Pin... pins) {
        Places places = Views.places();
        return Views.routing()
                .with(
                        new Places(
                                places.services(), places.regions(), places.zones(), places.gateways(), List.of(pins)),
                        new TreeMap<>());
    }

    @Test
    void ownerAtANewEpochIsTheSameMap() {
        Routing sameZone =
                Views.with(Views.view(1), 2, 5, Views.owned("east-1", 3)).routing();

        assertThat(compiled(sameZone, "east")).isEqualTo(compiled(Views.routing(), "east"));
    }

    @Test
    void eightyZonesHaveCodesThatMeanNothingElse() {
        RouteMap map = compiled(zones(80), "east");

        assertThat(map.map().chars().distinct().count()).isEqualTo(64); // shards, of which each has another zone
        assertThat(RouteMap.CODES.chars().distinct().count()).isGreaterThanOrEqualTo(80);
        assertThat(RouteMap.CODES).matches("[!-~]+").doesNotContain("*", "-", "=", ",", ";", "\"", "\\");
    }

    @Test
    void moreThanEightyZonesAreRefused() {
        var refused = (RouteMap.Compilation.Refused) RouteMap.of(zones(81), Views.EAST);

        assertThat(refused.why().detail()).contains("81 zones", "80");
    }

    private static Routing zones(int count) {
        var zones = new TreeMap<ZoneId, Places.Zone>();
        IntStream.rangeClosed(1, count)
                .mapToObj(number -> Views.zone("east-" + number, Views.EAST, "10.0.0.1:80"))
                .forEach(zone -> zones.put(zone.id(), zone));
        var routes = new TreeMap<ShardId, Route>();
        IntStream.range(0, 64).forEach(shard -> routes.put(ShardId.of(shard), Views.owned("east-" + (shard + 1), 1)));
        return Routing.of(new Places(Views.services("header:k"), zones, List.of()), 64, routes);
    }

    private static RouteMap compiled(Routing routing, String region) {
        return ((RouteMap.Compilation.Compiled) RouteMap.of(routing, io.meridian.topology.RegionId.of(region))).map();
    }
}
