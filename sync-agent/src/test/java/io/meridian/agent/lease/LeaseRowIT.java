package io.meridian.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transaction that writes the lease, against PROTOCOL 2 and its model m11. */
class LeaseRowIT {
    private static final ShardId SHARD = ShardId.of(17);
    private static TestStore store;
    private static Connection session;
    private static long d0Micros;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        session = store.agent();
    }

    @AfterAll
    static void stop() throws Exception {
        session.close();
        store.close();
    }

    @BeforeEach
    void forget() throws Exception {
        store.superuser(
                "update meridian.lease set generation = 0, grants_revision = 0, issued = '-infinity', valid_until = '-infinity'");
        d0Micros = Long.parseLong(store.ask("select (extract(epoch from clock_timestamp()) * 1000000)::bigint"));
    }

    @Test
    void countsFromTheClockBeforeAsking() throws Exception {
        assertThat(write(granted(1, 7), grant("east", 1), d0Micros)).isEmpty();

        assertThat(store.ask(
                        "select concat_ws(' ', generation, grants_revision, (extract(epoch from issued) * 1000000)::bigint = "
                                + d0Micros + ", valid_until - issued) from meridian.lease"))
                .isEqualTo("1 7 t 00:00:05");
    }

    @Test
    void isNotRenewedWhileARowIsBelowItsNewestWithdrawalEvenWhenItIsClosed() throws Exception {
        assertThat(write(granted(1, 7), grant("west", 3), d0Micros))
                .hasValue("1 fences are below their newest withdrawal");
        assertThat(store.ask("select valid_until from meridian.lease")).isEqualTo("-infinity");

        store.superuser("update meridian.fence set epoch = 2 where shard = 17 and epoch < 2");

        assertThat(write(granted(1, 7), grant("west", 3), d0Micros)).isEmpty();
    }

    @Test
    void anAnswerOfAnOlderGenerationIsDropped() throws Exception {
        write(granted(2, 7), grant("east", 1), d0Micros);

        assertThat(write(granted(1, 8), grant("east", 1), d0Micros + 1))
                .hasValue("the store's generation is 2, the answer's only 1");
    }

    @Test
    void aLateAnswerNeverShortensALease() throws Exception {
        write(granted(1, 7), grant("east", 1), d0Micros);

        assertThat(write(granted(1, 9), grant("east", 1), d0Micros - 1_000_000))
                .hasValueSatisfying(why -> assertThat(why).contains("issued later stands already"));
        assertThat(store.ask("select grants_revision from meridian.lease")).isEqualTo("7");
    }

    @Test
    void aClockThatWasSteppedBackCostsNoWritesOnceItIsRenewed() throws Exception {
        write(granted(1, 7), grant("east", 1), d0Micros);
        // As if all of this had happened ten minutes later by the clock.
        store.superuser(
                "update meridian.lease set issued = issued + interval '10 minutes', valid_until = valid_until + interval '10 minutes'");

        assertThat(write(granted(1, 7), grant("east", 1), d0Micros + 1)).isEmpty();

        assertThat(
                        store.ask(
                                "select clock_timestamp() between issued and valid_until and grants_revision = 7 from meridian.lease"))
                .isEqualTo("t");
    }

    @Test
    void anAnswerThatWasAskedForBeforeTheStepBackIsDropped() throws Exception {
        assertThat(write(granted(1, 7), grant("east", 1), d0Micros + 600_000_000))
                .hasValue("the store's clock was stepped back while the lease was asked for");
        assertThat(store.ask("select issued from meridian.lease")).isEqualTo("-infinity");
    }

    @Test
    void whatItPresupposesNeverGoesBack() throws Exception {
        write(granted(1, 7), grant("east", 1), d0Micros);
        write(granted(1, 6), grant("east", 1), d0Micros + 1);

        assertThat(store.ask("select grants_revision from meridian.lease")).isEqualTo("7");
    }

    @Test
    void aStoreOfAnotherShardCountGetsNoLease() throws Exception {
        DesiredState other = state(7, 1, Map.of(), 128);

        assertThat(LeaseRow.write(session, other, granted(1, 7), d0Micros, StoreStanding.ANY))
                .hasValueSatisfying(why -> assertThat(why).contains("another number of shards than 128"));
    }

    private static Optional<String> write(LeaseAuthority.Answer.Granted granted, Ownership ownership, long issuedMicros)
            throws SQLException {
        DesiredState state =
                state(granted.revision(), granted.generation(), Map.of(SHARD, ownership), TestStore.SHARDS);
        return LeaseRow.write(session, state, granted, issuedMicros, StoreStanding.ANY);
    }

    private static DesiredState state(long revision, long generation, Map<ShardId, Ownership> shards, int shardCount) {
        return new DesiredState(
                revision,
                generation,
                shards,
                TestStore.TABLES,
                List.of(),
                Set.of(),
                shardCount,
                4,
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static LeaseAuthority.Answer.Granted granted(long generation, long revision) {
        return new LeaseAuthority.Answer.Granted(generation, revision, Duration.ofSeconds(5));
    }

    private static Ownership grant(String owner, long epoch) {
        return new Ownership.Grant(SHARD, Epoch.of(epoch), RegionId.of(owner), new Base.None());
    }
}
