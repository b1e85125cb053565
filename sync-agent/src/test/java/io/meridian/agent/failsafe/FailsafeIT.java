package io.meridian.agent.failsafe;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.agent.StoreConnections;
import io.meridian.agent.TestStore;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.peers.PeerClients;
import io.meridian.agent.feed.peers.PeerServer;
import io.meridian.agent.lease.LeaseAuthority;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes without a control plane, by the promises of the other regions' real stores. PROTOCOL 2 and its model m6. */
class FailsafeIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final RegionId NORTH = RegionId.of("north");
    private static final Duration TRANSACTIONS = Duration.ofSeconds(3);
    private static final LeaseAuthority SILENT = (_, _) -> new LeaseAuthority.Answer.Unknown("nobody answers");

    private static TestStore eastStore;
    private static TestStore westStore;
    private static HikariDataSource east;
    private static HikariDataSource west;
    private volatile DesiredState westKnows = state(Set.of(EAST, WEST));
    private PeerServer server;

    @BeforeAll
    static void start() throws Exception {
        eastStore = TestStore.installed();
        westStore = TestStore.installed();
        east = pool(eastStore);
        west = pool(westStore);
        eastStore.superuser(
                "update meridian.fence set epoch = 3, state = 'OPEN', owned_epoch = 3, opened_at = now() where shard in (4, 5)");
    }

    @AfterAll
    static void stop() throws Exception {
        east.close();
        west.close();
        eastStore.close();
        westStore.close();
    }

    @BeforeEach
    void listen() throws Exception {
        westStore.superuser("delete from meridian.promise");
        server = new PeerServer(WEST, "main", 0, TRANSACTIONS, () -> westKnows, west, StoreStanding.ANY);
    }

    @AfterEach
    void stopListening() {
        server.close();
    }

    @Test
    void whenNoControlPlaneAnswersAndAllOthersPromiseALeaseIsGrantedInTheSameGeneration() throws Exception {
        try (var authority = authority(SILENT, Set.of(EAST, WEST))) {
            assertThat(authority.renew(1, 0))
                    .isEqualTo(new LeaseAuthority.Answer.Granted(7, 40, Duration.ofSeconds(5)));
            assertThat(authority.byPromises()).isTrue();
        }
        assertThat(
                        westStore.ask(
                                "select until - clock_timestamp() between interval '8 s' and interval '9.1 s' from meridian.promise where region = 'east'"))
                .as("D + T_tx + K, and the drift")
                .isEqualTo("t");
    }

    @Test
    void aRefusalOfTheControlPlaneIsNoReasonToAskThePeers() throws Exception {
        try (var authority = authority(
                (_, _) -> new LeaseAuthority.Answer.Refused("generation 7 is REVOKING"), Set.of(EAST, WEST))) {
            assertThat(authority.renew(1, 0)).isInstanceOf(LeaseAuthority.Answer.Refused.class);
        }
        assertThat(westStore.ask("select count(*) from meridian.promise")).isEqualTo("0");
    }

    @Test
    void oneRegionThatIsAwayIsEnoughForNoLease() throws Exception {
        westKnows = state(Set.of(EAST, WEST, NORTH));
        try (var authority = authority(SILENT, Set.of(EAST, WEST, NORTH))) {
            assertThat(authority.renew(1, 0))
                    .isInstanceOfSatisfying(
                            LeaseAuthority.Answer.Unknown.class,
                            answer -> assertThat(answer.why()).contains("north"));
            assertThat(authority.byPromises()).isFalse();
        }
    }

    @Test
    void noPromiseIsGivenToWhoDoesNotKnowOfAMember() throws Exception {
        westKnows = state(Set.of(EAST, WEST, NORTH));
        assertRefused("does not know of [north]");
    }

    @Test
    void noPromiseIsGivenOnceAShardIsKnownToBeWithdrawnFromTheAsker() throws Exception {
        westStore.superuser("update meridian.fence set epoch = 4 where shard = 5 and epoch < 4");
        try {
            assertRefused("shard 5 was withdrawn from it: epoch 4 is known here");
        } finally {
            westStore.close();
            west.close();
            westStore = TestStore.installed();
            west = pool(westStore);
        }
    }

    @Test
    void noPromiseIsGivenToARegionThatIsBeingFailedOver() throws Exception {
        DesiredState calm = state(Set.of(EAST, WEST));
        westKnows = new DesiredState(
                calm.revision(),
                calm.generation(),
                calm.shards(),
                calm.tables(),
                calm.awaited(),
                calm.regions(),
                calm.shardCount(),
                calm.partitions(),
                calm.verification(),
                calm.repairs(),
                calm.parkedOrders(),
                new LossOrders(
                        List.of(new LossOrders.Gather(
                                "mv-1", 1, ShardId.of(4), EAST, Epoch.of(3), Epoch.of(4), Optional.empty())),
                        Set.of(),
                        List.of()),
                Optional.empty(),
                calm.lives(),
                calm.revisions());
        assertRefused("is being failed over");
    }

    @Test
    void noPromiseIsGivenWhileSomebodyWhoLookedForOneIsNotThrough() throws Exception {
        try (Connection opening = west.getConnection();
                var authority = authority(SILENT, Set.of(EAST, WEST))) {
            opening.setAutoCommit(false);
            assertThat(PromiseRows.outstanding(opening)).isEmpty();

            assertThat(authority.renew(1, 0)).isInstanceOf(LeaseAuthority.Answer.Unknown.class);
            opening.commit();
            assertThat(authority.renew(2, 0)).isInstanceOf(LeaseAuthority.Answer.Granted.class);

            assertThat(PromiseRows.outstanding(opening))
                    .hasValueSatisfying(
                            why -> assertThat(why).startsWith("region east may write by this store's promise"));
            opening.rollback();
        }
    }

    private void assertRefused(String why) throws Exception {
        try (var authority = authority(SILENT, Set.of(EAST, WEST))) {
            assertThat(authority.renew(1, 0))
                    .isInstanceOfSatisfying(
                            LeaseAuthority.Answer.Unknown.class,
                            answer -> assertThat(answer.why()).contains(why));
        }
        assertThat(westStore.ask("select count(*) from meridian.promise where until > clock_timestamp()"))
                .isEqualTo("0");
    }

    private FailsafeAuthority authority(LeaseAuthority controlPlane, Set<RegionId> members) {
        DesiredState known = state(members);
        return new FailsafeAuthority(
                EAST,
                "main",
                controlPlane,
                new PeerClients(Map.of(WEST, "127.0.0.1:" + server.port(), NORTH, "127.0.0.1:1")),
                () -> known,
                east);
    }

    private static DesiredState state(Set<RegionId> regions) {
        return new DesiredState(
                40,
                7,
                Map.of(),
                TestStore.TABLES,
                List.of(),
                regions,
                TestStore.SHARDS,
                4,
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static HikariDataSource pool(TestStore store) {
        return new StoreConnections(store.url(), "meridian_agent", store.password()).pool("failsafe-test", 4);
    }
}
