package io.meridian.control.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.wire.Kind;
import io.meridian.wire.RegionMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ZoneMessage;
import io.meridian.wire.mapping.ServiceMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RouterViewsTest {
    private static final Topology.Service PRICES = new Topology.Service(
            "prices",
            Topology.Kind.C,
            List.of("prices.example.com"),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Collections.emptySortedMap(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Topology.Retries(2, 20, 3)),
            Optional.of(new Topology.WeightCut(10, 5, Duration.ofSeconds(5))),
            true);

    /** {@link MoveLab#topology()} with a G and a C zone and a service that reads at them. */
    private static Topology kinds() {
        Topology lab = MoveLab.topology();
        var zones = new ArrayList<>(lab.zones());
        zones.add(zone("east-8", 0, Topology.Kind.G));
        zones.add(zone("east-9", 30, Topology.Kind.C));
        return new Topology(
                lab.name(),
                lab.shards(),
                lab.regions(),
                lab.storeGroups(),
                zones,
                List.of(lab.services().getFirst(), PRICES),
                lab.tables(),
                lab.gateways());
    }

    private static Topology.Zone zone(String name, int weight, Topology.Kind kind) {
        return new Topology.Zone(
                ZoneId.of(name),
                MoveLab.EAST,
                weight,
                List.of("127.0.0.1:9"),
                OptionalInt.empty(),
                List.of(),
                false,
                Optional.empty(),
                kind);
    }

    @Test
    void routersHearOfKindsWeightsCitiesAndOfAllThatAServiceDeclares() {
        MoveLab lab = MoveLab.ready();
        ControlState told = lab.state();

        lab.accept(new Command.ApplyTopology("kinds", lab.tick(), kinds()));
        RouterView view = RouterViews.view(Optional.of(told), lab.state());

        assertThat(view.getTopologyChanged()).isTrue();
        assertThat(view.getServicesList().stream().map(ServiceMapper::fromMessage))
                .isEqualTo(kinds().services());
        assertThat(view.getZonesList())
                .extracting(ZoneMessage::getName, ZoneMessage::getKind, ZoneMessage::getWeight)
                .contains(
                        tuple("east-1", Kind.KIND_R, 4),
                        tuple("east-8", Kind.KIND_G, 0),
                        tuple("east-9", Kind.KIND_C, 30));
        assertThat(view.getRegionsList())
                .extracting(RegionMessage::getName, RegionMessage::getCity)
                .containsExactly(tuple("east", "alpha"), tuple("west", "beta"));
    }

    @Test
    void regionsComeOnlyWithTheServices() {
        MoveLab lab = MoveLab.ready();
        ControlState told = lab.state();

        lab.accept(lab.move("0", "east-2"));
        RouterView view = RouterViews.view(Optional.of(told), lab.state());

        assertThat(view.getTopologyChanged()).isFalse();
        assertThat(view.getRegionsList()).isEmpty();
        assertThat(RouterViews.view(Optional.empty(), lab.state()).getRegionsCount())
                .isEqualTo(2);
    }
}
