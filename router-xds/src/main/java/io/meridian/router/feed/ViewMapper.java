package io.meridian.router.feed;

import io.meridian.router.view.Places;
import io.meridian.router.view.Route;
import io.meridian.router.view.Routing;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.ViewChange;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.GatewayMessage;
import io.meridian.wire.PinMessage;
import io.meridian.wire.RegionMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import io.meridian.wire.ZoneMessage;
import io.meridian.wire.mapping.KindMapper;
import io.meridian.wire.mapping.ServiceMapper;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Between the wire's {@code RouterView} and our own words. */
public final class ViewMapper {
    private ViewMapper() {}

    public static ViewChange change(RouterView message) {
        SortedMap<ShardId, Route> routes = new TreeMap<>();
        message.getRoutesList().forEach(route -> routes.put(ShardId.of(route.getShard()), route(route)));
        Optional<Places> places = message.getTopologyChanged() ? Optional.of(places(message)) : Optional.empty();
        if (!message.getComplete()) {
            return new ViewChange.Partial(message.getRevision(), places, routes);
        }
        int shards = message.getShardCount();
        return shards == 0
                ? new ViewChange.Complete(message.getRevision(), 0, Optional.empty(), new TreeMap<>())
                : new ViewChange.Complete(message.getRevision(), shards, Optional.of(places(message)), routes);
    }

    /** As a complete message: what a restart without a control plane begins with. */
    static RouterView message(RoutingView view) {
        Routing routing = view.routing();
        Places places = routing.places();
        var message = RouterView.newBuilder()
                .setRevision(view.revision())
                .setComplete(true)
                .setTopologyChanged(true)
                .setShardCount(routing.shards())
                .addAllServices(
                        places.services().stream().map(ServiceMapper::toMessage).toList());
        places.zones()
                .values()
                .forEach(zone -> message.addZones(ZoneMessage.newBuilder()
                        .setName(zone.id().name())
                        .setRegion(zone.region().name())
                        .addAllEndpoints(zone.endpoints())
                        .setKind(KindMapper.toMessage(zone.kind()))
                        .setWeight(zone.weight())));
        places.regions()
                .forEach(region -> message.addRegions(
                        RegionMessage.newBuilder().setName(region.id().name()).setCity(region.city())));
        places.gateways()
                .forEach(gateway -> message.addGateways(GatewayMessage.newBuilder()
                        .setFrom(gateway.from().name())
                        .setTo(gateway.to().name())
                        .setAddress(gateway.address())));
        places.pins()
                .forEach(pin -> message.addPins(PinMessage.newBuilder()
                        .setKey(pin.key())
                        .setPrefix(pin.prefix())
                        .setZone(pin.zone().name())));
        for (int shard = 0; shard < routing.shards(); shard++) {
            message.addRoutes(message(shard, routing.route(ShardId.of(shard))));
        }
        return message.build();
    }

    private static Route route(ShardRoute message) {
        Epoch epoch = Epoch.of(message.getEpoch());
        if (!message.getFrozenBy().isEmpty()) {
            return new Route.Frozen(message.getFrozenBy(), epoch);
        }
        return message.getZone().isEmpty() ? Route.UNOWNED : new Route.Owned(ZoneId.of(message.getZone()), epoch);
    }

    private static ShardRoute message(int shard, Route route) {
        var message = ShardRoute.newBuilder().setShard(shard);
        return switch (route) {
            case Route.Owned owned ->
                message.setZone(owned.zone().name())
                        .setEpoch(owned.epoch().number())
                        .build();
            case Route.Frozen frozen ->
                message.setFrozenBy(frozen.run())
                        .setEpoch(frozen.epoch().number())
                        .build();
            case Route.Unowned _ -> message.build();
        };
    }

    private static Places places(RouterView message) {
        List<Topology.Service> services = message.getServicesList().stream()
                .map(ServiceMapper::fromMessage)
                .toList();
        SortedMap<ZoneId, Places.Zone> zones = new TreeMap<>();
        message.getZonesList().forEach(zone -> {
            ZoneId id = ZoneId.of(zone.getName());
            zones.put(
                    id,
                    new Places.Zone(
                            id,
                            RegionId.of(zone.getRegion()),
                            List.copyOf(zone.getEndpointsList()),
                            KindMapper.fromMessage(zone.getKind()),
                            zone.getWeight()));
        });
        List<Places.Gateway> gateways = message.getGatewaysList().stream()
                .map(gateway -> new Places.Gateway(
                        RegionId.of(gateway.getFrom()), RegionId.of(gateway.getTo()), gateway.getAddress()))
                .toList();
        List<Places.Pin> pins = message.getPinsList().stream()
                .map(pin -> new Places.Pin(pin.getKey(), pin.getPrefix(), ZoneId.of(pin.getZone())))
                .toList();
        List<Topology.Region> regions = message.getRegionsList().stream()
                .map(region -> new Topology.Region(RegionId.of(region.getName()), region.getCity()))
                .toList();
        return new Places(services, regions, Collections.unmodifiableSortedMap(zones), gateways, pins);
    }
}
