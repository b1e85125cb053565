package io.meridian.router.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.ViewChange;
import io.meridian.topology.ShardId;
import io.meridian.wire.RouterView;
import io.meridian.wire.ShardRoute;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ViewMapperTest {
    @Test
    void aViewSurvivesTheWayOutAndBack() {
        for (RoutingView view : List.of(
                Views.view(7), new RoutingView(7, Views.routing().with(Views.threeServices(), new TreeMap<>())))) {
            assertThat(RoutingView.NOTHING.after(ViewMapper.change(ViewMapper.message(view))))
                    .isEqualTo(view);
        }
    }

    @Test
    void partialMessageHasPlacesOnlyWhenTheTopologyChanged() {
        var message = RouterView.newBuilder()
                .setRevision(8)
                .addRoutes(ShardRoute.newBuilder()
                        .setShard(3)
                        .setZone("east-1")
                        .setEpoch(1)
                        .setFrozenBy("mv-1"))
                .build();

        ViewChange change = ViewMapper.change(message);

        assertThat(change).isInstanceOfSatisfying(ViewChange.Partial.class, partial -> {
            assertThat(partial.places()).isEmpty();
            assertThat(partial.routes()).containsEntry(ShardId.of(3), Views.frozen(1));
        });
    }
}
