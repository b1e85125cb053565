package io.meridian.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
    private final Layout layout = Layout.of("up", 21_000, 3);

    @Test
    void otherRegionsAreReachedThroughLinksOnly() {
        assertThat(ServiceSettings.controlPlane(layout, "west"))
                .containsEntry(
                        "meridian.raft.voters", "east=127.0.0.1:21162,west=127.0.0.1:21112,north=127.0.0.1:21186");
        assertThat(ServiceSettings.router(layout, "west"))
                .containsEntry("meridian.feed.servers", "127.0.0.1:21111,127.0.0.1:21163,127.0.0.1:21187");
        assertThat(ServiceSettings.agent(layout, "west", layout.groups().getFirst()))
                .containsEntry("meridian.kafka.bootstrap", "127.0.0.1:21101")
                .containsEntry("meridian.kafka.peers", "east=127.0.0.1:21160,north=127.0.0.1:21184")
                .containsEntry("meridian.peer.port", "21134")
                .containsEntry("meridian.peers", "east=127.0.0.1:21165,north=127.0.0.1:21189");
    }

    @Test
    void aSingleRegionHasNoPeers() {
        Layout single = Layout.of("up", 21_000, 1);

        assertThat(ServiceSettings.agent(single, "east", single.groups().getFirst()))
                .containsEntry("meridian.kafka.peers", "");
        assertThat(ServiceSettings.controlPlane(single, "east"))
                .containsEntry("meridian.raft.voters", "east=127.0.0.1:21012");
    }

    @Test
    void eachStoreGroupHasADatabaseAnAgentAndARange() throws Exception {
        Layout two = Layout.of("up", 21_000, 2, 2);

        assertThat(ServiceSettings.agent(two, "west", two.groups().getLast()))
                .containsEntry("meridian.group", "main2")
                .containsEntry("meridian.capture.slot", "meridian_main2")
                .containsEntry("meridian.store.url", "jdbc:postgresql://127.0.0.1:21100/ledger_main2")
                .containsEntry("quarkus.http.port", "21131");
        assertThat(ServiceSettings.ledger(two, "west"))
                .containsEntry("ledger.shards", "1024")
                .containsEntry("ledger.jdbc-url.0-511", "jdbc:postgresql://127.0.0.1:21100/ledger")
                .containsEntry("ledger.jdbc-url.512-1023", "jdbc:postgresql://127.0.0.1:21100/ledger_main2")
                .doesNotContainKey("ledger.jdbc-url");
        assertThat(TopologyDocument.render(two)).contains("shards: \"0-511\"", "shards: \"512-1023\"");
        assertThat(Service.of(two))
                .extracting(Service::name)
                .containsExactly(
                        "postgres",
                        "kafka",
                        "control-plane",
                        "router-xds",
                        "sync-agent",
                        "sync-agent-main2",
                        "ledger",
                        "envoy");
        assertThat(Layout.of("up", 21_000, 1, 3).groups())
                .extracting(StoreGroup::range)
                .containsExactly("0-340", "341-681", "682-1023");
    }

    @Test
    void theTopologyNamesEveryZoneAndEveryPairOfGateways() throws Exception {
        String document = TopologyDocument.render(layout);

        assertThat(document)
                .contains("name: \"east-2\"", "public.transfer", "address: \"127.0.0.1:21073\"")
                .containsOnlyOnce("from: \"north\"\n  to: \"west\"");
    }
}
