package io.meridian.control.feed;

import io.meridian.control.pinning.Pin;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Topology;
import io.meridian.wire.GatewayMessage;
import io.meridian.wire.PinMessage;
import io.meridian.wire.RegionMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import io.meridian.wire.ZoneMessage;
import io.meridian.wire.mapping.KindMapper;
import io.meridian.wire.mapping.ServiceMapper;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** What a router is told: where requests of each shard go, or that they wait. Routers never see grants. Pure. */
public final class RouterViews {
    /** A router that heard nothing for so long stops holding; the control plane stops counting it later than that. */
    static final Duration FEED_LEASE = Duration.ofSeconds(8);

    private RouterViews() {}

    /** @param told the state that the router was last told; empty: nothing yet */
    public static RouterView view(Optional<ControlState> told, ControlState state) {
        var view = RouterView.newBuilder()
                .setRevision(state.revision().number())
                .setFeedLeaseMillis(FEED_LEASE.toMillis());
        if (state.declared().isEmpty()) {
            return view.build();
        }
        Topology topology = state.declared().get().topology();
        boolean complete = told.isEmpty() || told.get().declared().isEmpty();
        if (complete) {
            view.setComplete(true).setShardCount(topology.shards());
        }
        view.setTopologyRevision(state.declared().get().at().number());
        if (complete
                || !told.get().declared().equals(state.declared())
                || !told.get().assignments().pins().equals(state.assignments().pins())) {
            topology(view, topology);
            pins(view, state);
        }
        state.shards().stream()
                .filter(shard -> complete || changed(told.get().shard(shard.shard()), shard))
                .forEach(shard -> view.addRoutes(route(shard)));
        return view.build();
    }

    private static void topology(RouterView.Builder view, Topology topology) {
        view.setTopologyChanged(true);
        topology.services().forEach(service -> view.addServices(ServiceMapper.toMessage(service)));
        topology.zones()
                .forEach(zone -> view.addZones(ZoneMessage.newBuilder()
                        .setName(zone.id().name())
                        .setRegion(zone.region().name())
                        .addAllEndpoints(zone.endpoints())
                        .setKind(KindMapper.toMessage(zone.kind()))
                        .setWeight(zone.weight())));
        topology.regions()
                .forEach(region -> view.addRegions(
                        RegionMessage.newBuilder().setName(region.id().name()).setCity(region.city())));
        topology.gateways()
                .forEach(gateway -> view.addGateways(GatewayMessage.newBuilder()
                        .setFrom(gateway.from().name())
                        .setTo(gateway.to().name())
                        .setAddress(gateway.address())));
    }

    /** Where two populations overlap, the narrower one holds. */
    private static void pins(RouterView.Builder view, ControlState state) {
        state.assignments().pins().stream()
                .sorted(Comparator.comparingInt((Pin pin) -> pin.key().length()).reversed())
                .forEach(pin -> view.addPins(PinMessage.newBuilder()
                        .setKey(pin.key())
                        .setPrefix(pin.prefix())
                        .setZone(pin.zone().name())));
    }

    /** States share what did not change, so most shards are told apart by identity alone. */
    private static boolean changed(ShardState told, ShardState now) {
        return told != now && !route(told).equals(route(now));
    }

    private static ShardRoute route(ShardState shard) {
        return ShardRoute.newBuilder()
                .setShard(shard.shard().number())
                .setZone(shard.zone().name())
                .setEpoch(shard.ownership().epoch().number())
                .setFrozenBy(shard.frozenBy().orElse(""))
                .build();
    }
}
