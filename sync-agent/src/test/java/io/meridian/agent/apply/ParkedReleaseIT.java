package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meridian.agent.TestStore;
import io.meridian.agent.failover.Aligner;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.failover.MissingBases;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.agent.transport.Topics;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is parked takes effect, many transactions in a commit, in a store that takes it, refuses it, or dies. Each effect is logged there with the transaction
 * that had it; the n-th record of a shard writes n.
 */
class ParkedReleaseIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId NORTH = RegionId.of("north");
    private static final RegionId WEST = RegionId.of("west");
    private static final int PARTITION = 1;
    private static final Epoch FIRST = Epoch.of(1);
    private static final Relation FLOW = table("flow");
    private static final Relation SWAP = table("swap");

    private static TestStore store;
    private final List<Applier> appliers = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        store.superuser("""
                create table ledger.flow (id text primary key, v int);
                create table ledger.swap (id text primary key, v int unique);
                create table ledger.trouble (v int, state text);
                create table ledger.effect (
                    n bigint generated always as identity, shard text, v int, tx xid8 default pg_current_xact_id());
                create function ledger.log_effect() returns trigger language plpgsql security definer as $$
                declare trouble text;
                begin
                    select t.state into trouble from ledger.trouble t where t.v = new.v;
                    if trouble = '57P01' then
                        perform pg_terminate_backend(pg_backend_pid());
                    elsif trouble is not null then
                        raise exception 'no place for %', new.v using errcode = trouble;
                    end if;
                    insert into ledger.effect (shard, v) values (split_part(new.id, '-', 1), new.v);
                    return null;
                end $$;
                create trigger log_effect after insert or update on ledger.flow
                    for each row execute function ledger.log_effect();
                alter table ledger.flow enable always trigger log_effect;
                grant select, insert, update, delete on ledger.flow, ledger.swap to meridian_agent;
                """);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void open() throws Exception {
        store.superuser("truncate meridian.head, meridian.parked, meridian.skipped, meridian.stopped, meridian.lineage,"
                + " ledger.flow, ledger.swap, ledger.trouble, ledger.effect");
    }

    @AfterEach
    void close() throws Exception {
        for (Applier applier : appliers.reversed()) {
            applier.close();
        }
    }

    @Test
    void thousandsOfOneShardTakeEffectInTheirOrderInFewCommits() throws Exception {
        park(3, 0, 3_000);
        Applier applier = started();

        applier.flow();

        assertThat(effects(3)).isEqualTo(3_000);
        assertThat(outOfOrder(3)).isZero();
        assertThat(commits()).isEqualTo(6);
        assertThat(stillParked()).isZero();
        assertThat(head(3)).isEqualTo(lsn(2_999));
        assertThat(applier.toldTooEarly).isEmpty();
        assertThat(applier.parked.isEmpty()).isTrue();
    }

    @Test
    void shardsShareACommit() throws Exception {
        for (int shard = 0; shard < 60; shard++) {
            park(shard, 0, 3);
        }
        Applier applier = started();

        applier.flow();

        assertThat(count("select count(*) from ledger.effect")).isEqualTo(180);
        assertThat(commits()).isLessThanOrEqualTo(3);
        assertThat(stillParked()).isZero();
    }

    @Test
    void oneCallTakesSomeOfEachShardAndTheRestFlowsOn() throws Exception {
        for (int shard = 0; shard < 3; shard++) {
            park(shard, 0, 1_500);
        }
        Applier applier = started();

        applier.release.run();

        for (int shard = 0; shard < 3; shard++) {
            assertThat(effects(shard)).isBetween(500, 700);
        }
        assertThat(applier.parked.anyFlows()).isTrue();
        assertThat(applier.parked.contains(ShardId.of(0))).isTrue();
        applier.flow();
        assertThat(count("select count(*) from ledger.effect")).isEqualTo(4_500);
    }

    @Test
    void aCrashBetweenTwoGroupsLosesAndDoublesNothing() throws Exception {
        park(3, 0, 3_000);
        Applier applier = started();
        applier.release.run();
        assertThat(effects(3)).isBetween(1, 2_999);

        applier.close();
        applier = started();
        applier.flow();

        assertEachOnce(3, 3_000);
    }

    @Test
    void aSessionThatDiesInsideAGroupLosesAndDoublesNothing() throws Exception {
        park(3, 0, 1_200);
        trouble(700, "57P01");
        Applier applier = started();

        SQLException lost = catchThrowableOfType(SQLException.class, applier::flow);

        assertThat(Failure.of(lost)).isEqualTo(Failure.SESSION_LOST);
        assertThat(effects(3)).isEqualTo(500);
        assertThat(stillParked()).isEqualTo(700);
        store.superuser("truncate ledger.trouble");
        applier.close();
        applier = started();
        applier.flow();
        assertEachOnce(3, 1_200);
    }

    @Test
    void partsOfATransactionTakeEffectInOneCommit() throws Exception {
        park(3, 0, 499);
        List<SourceRecord> parts = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            parts.add(record(3, lsn(499), part, 3, FIRST, row(3, 499 + part)));
        }
        park(3, parts);
        park(3, 502, 10);
        Applier applier = started();

        applier.flow();

        assertEachOnce(3, 512);
        assertThat(count("select count(distinct tx) from ledger.effect where v between 499 and 501"))
                .isEqualTo(1);
    }

    @Test
    void allBeforeAnOpenThatWaitsTakesEffectAndNothingBehindIt() throws Exception {
        var base = new Base.At(NORTH, Epoch.of(3), new Position("n", 900, 0));
        park(3, 0, 100);
        Epoch later = Epoch.of(5);
        park(
                3,
                List.of(
                        record(3, lsn(100), 0, 1, FIRST, new Marker.Close(ShardId.of(3), FIRST, Epoch.of(2))),
                        record(3, lsn(101), 0, 1, later, new Marker.Open(ShardId.of(3), later, base)),
                        record(3, lsn(102), 0, 1, later, row(3, 102)),
                        record(3, lsn(103), 0, 1, later, row(3, 103))));
        park(4, 0, 200);
        Applier applier = started();

        applier.flow();

        assertThat(effects(3)).isEqualTo(100);
        assertThat(effects(4)).isEqualTo(200);
        assertThat(head(3)).isEqualTo(lsn(100));
        assertThat(store.ask("select string_agg(waiting, ' ' order by position) from meridian.parked"))
                .isEqualTo("BARRIER BEHIND BEHIND");
        assertThat(store.ask("select reason from meridian.parked order by position"))
                .contains("epoch 3 of north");
        applier.release.run();
        assertThat(effects(3)).isEqualTo(100);

        Map<ShardId, ShardHead.At> moved =
                Map.of(ShardId.of(3), new ShardHead.At(Epoch.of(3), NORTH, base.position(), true));
        try (Connection other = store.agent()) {
            HeadRows.write(other, moved);
        }
        applier.heads.advance(moved);
        applier.flow();

        assertThat(effects(3)).isEqualTo(102);
        assertThat(outOfOrder(3)).isZero();
        assertThat(head(3)).isEqualTo(lsn(103));
        assertThat(stillParked()).isZero();
    }

    @Test
    void whatTheStoreRefusesIsNamedAndStopsItsShardAlone() throws Exception {
        park(3, 0, 1_500);
        park(4, 0, 300);
        trouble(1_234, "23514");
        Applier applier = started();

        applier.flow();

        assertThat(effects(3)).isEqualTo(1_234);
        assertThat(effects(4)).isEqualTo(300);
        assertThat(head(3)).isEqualTo(lsn(1_233));
        assertThat(store.ask("select waiting || ' ' || reason from meridian.parked order by position"))
                .isEqualTo("REFUSED no place for 1234 (23514)");
        assertThat(count("select count(*) from meridian.parked where waiting = 'REFUSED'"))
                .isEqualTo(1);
        assertThat(applier.parked.inWords().orElse(""))
                .contains("shard 3 because this store refuses it: no place for 1234");
        assertThat(commits()).as("it is found by halves").isLessThan(30);

        store.superuser("truncate ledger.trouble");
        applier.lookAgain.add(ShardId.of(3));
        applier.flow();

        assertEachOnce(3, 1_500);
    }

    @Test
    void whatAPersonSkippedAmongOthersIsKeptAsideInItsPlace() throws Exception {
        park(3, 0, 300);
        store.superuser(
                "update meridian.parked set waiting = 'REFUSED', skipped_by = 'alice', skip_reason = 'a test row' where position = '"
                        + position(lsn(150)).lsnText() + "'");
        Applier applier = started();

        applier.flow();

        assertThat(effects(3)).isEqualTo(299);
        assertThat(count("select count(*) from ledger.effect where v = 150")).isZero();
        assertThat(outOfOrder(3)).isZero();
        assertThat(store.ask("select skipped_by || ' ' || skip_reason || ' ' || position from meridian.skipped"))
                .isEqualTo("alice a test row " + position(lsn(150)).lsnText());
        assertThat(head(3)).isEqualTo(lsn(299));
        assertThat(stillParked()).isZero();
    }

    @Test
    void aMarkThatThisProcessHadNotHeardOfStopsItsShardThere() throws Exception {
        park(3, 0, 200);
        park(4, 0, 200);
        Applier applier = started();
        store.superuser(
                "update meridian.head set frozen_run = 'fo-1', frozen_attempt = 1, frozen_epoch = 1, cut_epoch = 1, cut_position = '"
                        + position(lsn(120)).lsnText() + "' where shard = 3");

        applier.flow();

        assertThat(effects(3)).isEqualTo(121);
        assertThat(effects(4)).isEqualTo(200);
        assertThat(store.ask("select waiting from meridian.parked order by position"))
                .isEqualTo("FROZEN");
        assertThat(stillParked()).isEqualTo(79);
    }

    @Test
    void whatFailsForAReasonThatPassesIsTriedAgainThoughNoHeadMoves() throws Exception {
        park(3, 0, 20);
        trouble(7, "55P03");
        Applier applier = started();

        applier.flow();

        assertThat(effects(3)).isEqualTo(7);
        assertThat(count("select count(*) from meridian.parked where waiting = 'REFUSED'"))
                .isZero();
        assertThat(applier.parked.inWords().orElse("")).contains("no place for 7");
        store.superuser("truncate ledger.trouble");
        Awaiting.await(
                "it is tried again",
                30,
                () -> {
                    applier.flow();
                    return applier.parked.isEmpty();
                },
                () -> applier.parked.inWords());
        assertEachOnce(3, 20);
    }

    @Test
    void valuesThatChangePlacesInOneTransactionTakeEffectOneByOne() throws Exception {
        store.superuser("insert into ledger.swap values ('a', 1), ('b', 2)");
        park(
                3,
                List.of(
                        record(3, lsn(0), 0, 1, FIRST, row(3, 0)),
                        record(3, lsn(1), 0, 1, FIRST, swap("a", 3), swap("b", 1), swap("a", 2)),
                        record(3, lsn(2), 0, 1, FIRST, row(3, 1))));
        Applier applier = started();

        applier.flow();

        assertThat(store.ask("select string_agg(id || v, ' ' order by id) from ledger.swap"))
                .isEqualTo("a2 b1");
        assertEachOnce(3, 2);
    }

    private Applier started() throws Exception {
        var applier = new Applier();
        appliers.add(applier);
        return applier;
    }

    private static void assertEachOnce(int shard, int records) throws Exception {
        assertThat(effects(shard)).isEqualTo(records);
        assertThat(count("select count(distinct v) from ledger.effect where shard = '" + shard + "'"))
                .isEqualTo(records);
        assertThat(outOfOrder(shard)).isZero();
        assertThat(stillParked()).isZero();
    }

    private static int effects(int shard) throws Exception {
        return count("select count(*) from ledger.effect where shard = '" + shard + "'");
    }

    private static int outOfOrder(int shard) throws Exception {
        return count(
                "select count(*) from (select v, lag(v) over (order by n) as before from ledger.effect where shard = '"
                        + shard + "') one where v <= before");
    }

    private static int commits() throws Exception {
        return count("select count(distinct tx) from ledger.effect");
    }

    private static int stillParked() throws Exception {
        return count("select count(*) from meridian.parked");
    }

    private static int count(String sql) throws Exception {
        return Integer.parseInt(store.ask(sql));
    }

    private static long head(int shard) throws Exception {
        return Long.parseLong(store.ask("select position - '0/0' from meridian.head where shard = " + shard));
    }

    private static void trouble(int v, String state) throws Exception {
        store.superuser("insert into ledger.trouble values (" + v + ", '" + state + "')");
    }

    private static Relation table(String name) {
        return new Relation("ledger", name, List.of(new Relation.Column("id", true), new Relation.Column("v", false)));
    }

    private static RowChange row(int shard, int v) {
        return new RowChange.Insert(
                FLOW, ShardId.of(shard), List.of(Value.of(shard + "-" + v), Value.of(Integer.toString(v))));
    }

    private static RowChange swap(String id, int v) {
        return new RowChange.Insert(SWAP, ShardId.of(3), List.of(Value.of(id), Value.of(Integer.toString(v))));
    }

    private static long lsn(int record) {
        return 1_000 + 10L * record;
    }

    private static Position position(long lsn) {
        return new Position("e", lsn, 0);
    }

    private static SourceRecord record(int shard, long lsn, int part, int parts, Epoch epoch, Entry... entries) {
        return new SourceRecord(
                EAST,
                PARTITION,
                new Position("e", lsn, part),
                parts,
                Optional.empty(),
                List.of(PARTITION),
                0,
                Map.of(ShardId.of(shard), epoch),
                List.of(entries));
    }

    /** Of an epoch that EAST began before the first of them. */
    private static void park(int shard, int from, int records) throws Exception {
        List<SourceRecord> all = new ArrayList<>();
        for (int record = from; record < from + records; record++) {
            all.add(record(shard, lsn(record), 0, 1, FIRST, row(shard, record)));
        }
        park(shard, all);
    }

    private static void park(int shard, List<SourceRecord> records) throws Exception {
        ShardId id = ShardId.of(shard);
        try (Connection session = store.agent()) {
            session.setAutoCommit(false);
            HeadRows.write(session, Map.of(id, new ShardHead.At(FIRST, EAST, new Position("e", 500, 0), false)));
            var rows = new ParkedRows(session, EAST, PARTITION);
            for (SourceRecord record : records) {
                rows.add(record, new RecordPlanner.Park(id, FIRST, ParkedShards.BEHIND));
            }
            session.commit();
        }
    }

    /** As a process has it from its start on. */
    private static final class Applier implements AutoCloseable {
        final HeadBoard heads = new HeadBoard();
        final ParkedShards parked = new ParkedShards();
        final List<ShardId> lookAgain = new ArrayList<>();
        final List<ShardId> toldTooEarly = new ArrayList<>();
        final ParkedRelease release;
        private final Connection session;

        Applier() throws Exception {
            var access = new StoreAccess(store.url(), "meridian_agent", store.password());
            var topics = new OwnTopics(new Topics("main", WEST, 4), "127.0.0.1:1", List.of(), Duration.ofDays(1));
            var stopped = new StoppedShards((_, _, _) -> {});
            var disputed = new DisputedShards(LossView.NONE);
            var seedings = new SeedingBoard(SeedView.NONE);
            session = OriginSession.open(access, "released");
            heads.load(session);
            parked.load(new ParkedRows(session, EAST, PARTITION).load());
            session.commit();
            release = new ParkedRelease(
                    new PartitionApplier.Shared(
                            WEST,
                            "main",
                            access,
                            topics,
                            heads,
                            stopped,
                            disputed,
                            new Aligner(WEST, access, topics, heads, disputed::add),
                            new MissingBases(heads, LossView.NONE, 4),
                            seedings,
                            TestStore.TABLES,
                            (_, _) -> {}),
                    EAST,
                    PARTITION,
                    session,
                    new GroupWriter(session, EAST, PARTITION, heads, disputed, stopped, seedings, TestStore.TABLES),
                    parked,
                    (moved, opened) -> {
                        toldTooEarly.addAll(notCommitted(moved));
                        heads.lineages().learn(opened);
                        heads.advance(moved);
                    },
                    () -> {
                        List<ShardId> taken = List.copyOf(lookAgain);
                        lookAgain.clear();
                        return taken;
                    });
        }

        /** Calls it until nothing flows. */
        void flow() throws SQLException {
            int calls = 0;
            do {
                release.run();
                assertThat(++calls).isLessThan(100);
            } while (parked.anyFlows());
        }

        private static List<ShardId> notCommitted(Map<ShardId, ShardHead.At> moved) {
            try (Connection other = store.agent()) {
                Map<ShardId, ShardHead> stored = HeadRows.load(other);
                return moved.entrySet().stream()
                        .filter(head -> !head.getValue().equals(stored.get(head.getKey())))
                        .map(Map.Entry::getKey)
                        .toList();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws SQLException {
            session.close();
            Awaiting.await(
                    "its origin is free",
                    30,
                    () -> count("select count(*) from pg_stat_activity where application_name = 'released'") == 0,
                    () -> "");
        }
    }
}
