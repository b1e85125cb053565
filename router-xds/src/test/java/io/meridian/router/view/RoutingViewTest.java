package io.meridian.router.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import io.meridian.topology.ShardId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoutingViewTest {
    private static final ShardId SHARD = ShardId.of(5);

    @Test
    void partialChangeReplacesOnlyWhatItNames() {
        RoutingView view = Views.view(7).after(new ViewChange.Partial(9, Optional.empty(), route(Views.frozen(1))));

        assertThat(view.revision()).isEqualTo(9);
        assertThat(view.routing().route(SHARD)).isEqualTo(Views.frozen(1));
        assertThat(view.routing().route(ShardId.of(6))).isEqualTo(Views.owned("east-1", 1));
        assertThat(view.routing().places()).isEqualTo(Views.places());
    }

    @Test
    void completeChangeDropsWhatItDoesNotName() {
        RoutingView view = Views.view(7)
                .after(new ViewChange.Complete(9, 64, Optional.of(Views.places()), route(Views.owned("west-1", 3))));

        assertThat(view.routing().route(SHARD)).isEqualTo(Views.owned("west-1", 3));
        assertThat(view.routing().route(ShardId.of(6))).isEqualTo(Route.UNOWNED);
    }

    @Test
    void messageOlderThanWhatIsHeldChangesNothing() {
        RoutingView held = Views.view(7);

        assertThat(held.after(new ViewChange.Complete(6, 64, Optional.of(Views.places()), route(Views.frozen(1)))))
                .isSameAs(held);
        assertThat(held.after(new ViewChange.Partial(6, Optional.empty(), route(Views.frozen(1)))))
                .isSameAs(held);
    }

    @Test
    void revisionWithoutAChangeKeepsTheSameRouting() {
        RoutingView held = Views.view(7);

        RoutingView later = held.after(new ViewChange.Partial(8, Optional.empty(), new TreeMap<>()));

        assertThat(later.revision()).isEqualTo(8);
        assertThat(later.routing()).isSameAs(held.routing());
    }

    @Test
    void completeChangeWithoutATopologyIsNothingToRouteBy() {
        RoutingView view = RoutingView.NOTHING.after(new ViewChange.Complete(1, 0, Optional.empty(), new TreeMap<>()));

        assertThat(view.routing().shards()).isZero();
    }

    private static SortedMap<ShardId, Route> route(Route route) {
        var routes = new TreeMap<ShardId, Route>();
        routes.put(SHARD, route);
        return routes;
    }
}
