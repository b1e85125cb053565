package io.meridian.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.instance.Layout;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
    private final Layout layout = Layout.of("up", 21_000, 3);

    @Test
    void otherRegionsAreReachedThroughLinksOnly() {
        assertThat(ServiceSettings.controlPlane(layout, "west"))
                .containsEntry(
                        "meridian.raft.voters", "east=127.0.0.1:21162,west=127.0.0.1:21112,north=127.0.0.1:21178");
        assertThat(ServiceSettings.router(layout, "west"))
                .containsEntry("meridian.feed.servers", "127.0.0.1:21111,127.0.0.1:21163,127.0.0.1:21179");
        assertThat(ServiceSettings.agent(layout, "west"))
                .containsEntry("meridian.kafka.bootstrap", "127.0.0.1:21101")
                .containsEntry("meridian.kafka.peers", "east=127.0.0.1:21160,north=127.0.0.1:21176");
    }

    @Test
    void aSingleRegionHasNoPeers() {
        Layout single = Layout.of("up", 21_000, 1);

        assertThat(ServiceSettings.agent(single, "east")).containsEntry("meridian.kafka.peers", "");
        assertThat(ServiceSettings.controlPlane(single, "east"))
                .containsEntry("meridian.raft.voters", "east=127.0.0.1:21012");
    }

    @Test
    void theTopologyNamesEveryZoneAndEveryPairOfGateways() throws Exception {
        String document = TopologyDocument.render(layout);

        assertThat(document)
                .contains("name: \"east-2\"", "public.transfer", "address: \"127.0.0.1:21069\"")
                .containsOnlyOnce("from: \"north\"\n  to: \"west\"");
    }
}
