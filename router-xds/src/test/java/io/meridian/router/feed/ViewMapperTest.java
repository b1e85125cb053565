package io.meridian.router.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.Views;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.ViewChange;
import io.meridian.topology.ShardId;
import io.meridian.wire.RouterView;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.ShardRoute;
import org.junit.jupiter.api.Test;

class ViewMapperTest {
    @Test
    void aViewSurvivesTheWayOutAndBack() {
        RoutingView view = Views.view(7);

        assertThat(RoutingView.NOTHING.after(ViewMapper.change(ViewMapper.message(view))))
                .isEqualTo(view);
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

    @Test
    void keysOfAllServicesAreTriedInOrderAndOnce() {
        var message = RouterView.newBuilder()
                .setRevision(8)
                .setComplete(true)
                .setShardCount(64)
                .addServices(ServiceMessage.newBuilder().addKeys("header:a").addKeys("cookie:b"))
                .addServices(ServiceMessage.newBuilder().addKeys("cookie:b").addKeys("query:c"))
                .build();

        assertThat(ViewMapper.change(message))
                .isInstanceOfSatisfying(
                        ViewChange.Complete.class,
                        complete -> assertThat(complete.places().orElseThrow().keys())
                                .containsExactly("header:a", "cookie:b", "query:c"));
    }
}
