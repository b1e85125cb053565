package io.meridian.agent.apply;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.Gatherer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.running.KeptRunning;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.store.FrozenShards;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Appliers that write as fast as they can, and the gatherer that tells where they stand. */
class FreezeRaceIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final Epoch LOST = Epoch.of(1);
    private static final int ATTEMPTS = 15;
    private static final int APPLIERS = 3;
    private static final Relation TABLE =
            new Relation("ledger", "race", List.of(new Relation.Column("id", true), new Relation.Column("v", false)));

    private static TestStore store;
    private final HeadBoard heads = new HeadBoard();
    private final FrozenShards frozen = heads.frozen();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean goOn = true;
    private volatile LossOrders orders = LossOrders.NONE;
    private volatile Map<ShardId, Ownership> ownerships = Map.of();
    private final Set<Throwable> failures = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        store.superuser("create table ledger.race (id int primary key, v text);"
                + " grant select, insert, update, delete on ledger.race to meridian_agent");
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @AfterEach
    void end() throws Exception {
        goOn = false;
        for (Thread thread : threads) {
            thread.join();
        }
        store.superuser("truncate meridian.head, meridian.parked, meridian.progress, meridian.stopped");
    }

    @Test
    void anAnswerIsNeverBelowAHeadThatIsCommittedLater() throws Exception {
        List<ShardId> shards = openedShards();
        IntStream.range(0, APPLIERS).forEach(this::apply);
        try (KeptRunning gathering =
                gatherer(new Gatherer(WEST, access(), frozen, view(), (_, _) -> OptionalLong.of(7), () -> {}))) {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                Map<ShardId, Base> answers = gathered(gathering, shards, attempt);
                long before = written.get();
                Awaiting.await("the others go on", 60, () -> written.get() > before + 30, written::get);

                assertThat(storedHeads(shards)).as("attempt " + attempt).isEqualTo(answers);
                letGo(gathering, shards, attempt, answers);
            }
        }
        assertThat(failures).isEmpty();
        System.out.printf("groups written %d, planned anew %d%n", written.get(), refused.get());
        assertThat(refused.get()).as("the race was met").isPositive();
    }

    @Test
    void anAttemptIsAnsweredTheSameByANewProcessAndAnOlderOneNoMore() throws Exception {
        List<ShardId> shards = openedShards();
        var first = new Gatherer(WEST, access(), frozen, view(), (_, _) -> OptionalLong.empty(), () -> {});
        Map<ShardId, Base> answers;
        try (KeptRunning gathering = gatherer(first)) {
            answers = gathered(gathering, shards, 2);
        }

        var again = new FrozenShards();
        var second = new Gatherer(WEST, access(), again, view(), (_, _) -> OptionalLong.empty(), () -> {});
        try (KeptRunning gathering = gatherer(second)) {
            assertThat(gathered(gathering, shards, 2)).isEqualTo(answers);
            assertThat(again.holds(shards.getFirst(), head(1_000_000, false))).isTrue();
            ask(gathering, shards, 1, Optional.empty());
            Awaiting.await(
                    "nothing of attempt 2 is told", 60, () -> second.gathered().isEmpty(), second::gathered);
            assertThat(gathered(gathering, shards, 3)).isEqualTo(answers);
            assertThat(second.gathered())
                    .allSatisfy(answer -> assertThat(answer.attempt()).isEqualTo(3));
        }
    }

    @Test
    void whatWasFrozenWithoutACutGoesOnToTheBaseOfTheGrantThatFollows() throws Exception {
        List<ShardId> shards = openedShards();
        try (KeptRunning gathering =
                gatherer(new Gatherer(WEST, access(), frozen, view(), (_, _) -> OptionalLong.empty(), () -> {}))) {
            gathered(gathering, shards, 1);
            orders = LossOrders.NONE;
            ShardId shard = shards.getFirst();
            ownerships = Map.of(
                    shard,
                    new Ownership.Grant(shard, Epoch.of(3), WEST, new Base.At(EAST, LOST, new Position("e", 500, 0))));
            gathering.wake();

            Awaiting.await("the limit is the base", 60, () -> !frozen.holds(shard, head(500, false)), frozen::marks);
            assertThat(frozen.holds(shard, head(501, false))).isTrue();
            try (Connection session = store.agent()) {
                assertThat(HeadRows.write(session, Map.of(shard, head(501, false))))
                        .isZero();
                assertThat(HeadRows.write(session, Map.of(shard, head(500, false))))
                        .isOne();
                assertThat(HeadRows.write(
                                session,
                                Map.of(shard, new ShardHead.At(Epoch.of(3), WEST, new Position("w", 1, 0), false))))
                        .isOne();
            }
            assertThat(store.ask("select frozen_epoch is null from meridian.head where shard = " + shard))
                    .isEqualTo("t");
        }
    }

    @Test
    void aShardThatIsOpenHereOrStoppedIsNotAnsweredAsOneThatCanBeBuiltOn() throws Exception {
        List<ShardId> shards = openedShards();
        ShardId open = shards.get(0);
        ShardId broken = shards.get(1);
        ShardId never = ShardId.of(60);
        store.superuser(
                "update meridian.fence set state = 'OPEN', epoch = 101, owned_epoch = 101, opened_at = now() where shard = "
                        + open);
        store.superuser("update meridian.head set broken = true where shard = " + broken);
        var gatherer = new Gatherer(WEST, access(), frozen, view(), (_, _) -> OptionalLong.of(9), () -> {});
        try (KeptRunning gathering = gatherer(gatherer)) {
            ask(gathering, List.of(open, broken, never), 1, Optional.empty());
            Awaiting.await("two answers", 60, () -> gatherer.gathered().size() == 2, gatherer::gathered);

            assertThat(of(gatherer, broken).problem()).contains("passed over");
            assertThat(of(gatherer, never).head()).isEqualTo(new Base.None());
            assertThat(of(gatherer, never).heartbeatMicros()).isEqualTo(9);
            assertThat(of(gatherer, never).problem()).isEmpty();
        }
        try (Connection session = store.agent()) {
            assertThat(HeadRows.load(session)).doesNotContainKey(never);
        }
        store.superuser("update meridian.fence set state = 'CLOSED', epoch = 102, closes = 101 where shard = " + open);
    }

    @Test
    void aGroupIsPlannedAnewWhenAnotherSourcesApplierMovedAHeadOnMeanwhile() throws Exception {
        ShardId shard = openedShards().getFirst();
        Map<ShardId, ShardHead.At> close = Map.of(shard, head(20, true));
        var overtaken = new ShardHead.At(Epoch.of(3), WEST, new Position("w", 1, 0), false);
        try (Connection session = OriginSession.open(access(), "overtaken");
                Connection other = store.agent()) {
            GroupWriter writer = writer(session, 0);
            SourceRecord record = record(0, 20);
            var plan = (RecordPlanner.Plan.Apply) RecordPlanner.plan(record, committed(), RecordPlanner.Patience.PARK);
            var item = new ApplyGroup.Item(record, 20, 100, plan);
            writer.append(item);
            HeadRows.write(other, Map.of(shard, overtaken)); // and the board was not told

            assertThatThrownBy(() -> writer.finish(item, close, Progress.NONE)).isInstanceOf(OvertakenException.class);

            assertThat(heads.head(shard)).isEqualTo(overtaken);
            assertThat(store.ask("select count(*) from ledger.race where v = '20'"))
                    .isEqualTo("0");
            assertThat(storedHeads(List.of(shard)))
                    .containsOnly(Map.entry(shard, new Base.At(WEST, Epoch.of(3), new Position("w", 1, 0))));
        }
    }

    @Test
    void headsThatTheStoreRefusesThoughNothingThereIsFurtherAreAFault() throws Exception {
        ShardId shard = openedShards().getFirst();
        store.superuser("create function ledger.deaf() returns trigger language plpgsql as 'begin return null; end';"
                + " create trigger deaf before update on meridian.head for each row execute function ledger.deaf();"
                + " alter table meridian.head enable always trigger deaf");
        try (Connection session = OriginSession.open(access(), "refused")) {
            SourceRecord record = record(0, 20);
            var plan = (RecordPlanner.Plan.Apply) RecordPlanner.plan(record, committed(), RecordPlanner.Patience.PARK);

            assertThatThrownBy(() -> writer(session, 0)
                            .finish(
                                    new ApplyGroup.Item(record, 20, 100, plan),
                                    Map.of(shard, head(20, true)),
                                    Progress.NONE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[" + shard + "]");
        } finally {
            store.superuser("drop function if exists ledger.deaf() cascade");
        }
    }

    private static GatherAnswer of(Gatherer gatherer, ShardId shard) {
        return gatherer.gathered().stream()
                .filter(answer -> answer.shard().equals(shard))
                .findFirst()
                .orElseThrow();
    }

    private static StoreAccess access() {
        return new StoreAccess(store.url(), "meridian_agent", store.password());
    }

    private LossView view() {
        return new LossView() {
            @Override
            public LossOrders orders() {
                return orders;
            }

            @Override
            public Optional<Ownership> ownership(ShardId shard) {
                return Optional.ofNullable(ownerships.get(shard));
            }
        };
    }

    private final Map<KeptRunning, Gatherer> gatherers = new HashMap<>();

    private KeptRunning gatherer(Gatherer gatherer) {
        KeptRunning running = KeptRunning.start("gather", gatherer);
        gatherers.put(running, gatherer);
        return running;
    }

    private void ask(KeptRunning gathering, List<ShardId> shards, int attempt, Optional<LossOrders.Cut> cut) {
        orders = new LossOrders(
                shards.stream()
                        .map(shard -> new LossOrders.Gather("fo-1", attempt, shard, EAST, LOST, LOST.next(), cut))
                        .toList(),
                Set.of(),
                List.of());
        gathering.wake();
    }

    private Map<ShardId, Base> gathered(KeptRunning gathering, List<ShardId> shards, int attempt) {
        Gatherer gatherer = requireNonNull(gatherers.get(gathering));
        ask(gathering, shards, attempt, Optional.empty());
        Awaiting.await(
                "all answer attempt " + attempt,
                60,
                () -> gatherer.gathered().stream()
                                .filter(answer -> answer.attempt() == attempt)
                                .count()
                        == shards.size(),
                () -> gathering.problem() + " " + gatherer.gathered());
        return gatherer.gathered().stream().collect(Collectors.toMap(GatherAnswer::shard, GatherAnswer::head));
    }

    /** To a cut far ahead, as if another survivor had it. */
    private void letGo(KeptRunning gathering, List<ShardId> shards, int attempt, Map<ShardId, Base> answers)
            throws Exception {
        ask(
                gathering,
                shards,
                attempt,
                Optional.of(new LossOrders.Cut(
                        new Base.At(EAST, LOST, new Position("e", Long.MAX_VALUE, 0)), RegionId.of("north"))));
        Awaiting.await(
                "all go on",
                60,
                () -> storedHeads(shards).entrySet().stream()
                        .noneMatch(head -> head.getValue().equals(answers.get(head.getKey()))),
                () -> gathering.problem() + " " + frozen.marks());
    }

    private static Map<ShardId, Base> storedHeads(List<ShardId> shards) throws Exception {
        try (Connection session = store.agent()) {
            Map<ShardId, Base> stored = new HashMap<>();
            HeadRows.load(session).forEach((shard, head) -> {
                if (shards.contains(shard) && head instanceof ShardHead.At at) {
                    stored.put(shard, new Base.At(at.region(), at.epoch(), at.position()));
                }
            });
            return stored;
        }
    }

    /** Every second one of those that the appliers write is gathered. */
    private List<ShardId> openedShards() throws Exception {
        Map<ShardId, ShardHead.At> opened = new HashMap<>();
        for (int number = 0; number < APPLIERS * 8; number++) {
            opened.put(ShardId.of(number), head(10, false));
        }
        try (Connection session = store.agent()) {
            HeadRows.write(session, opened);
            heads.load(session);
        }
        return opened.keySet().stream()
                .filter(shard -> shard.number() % 2 == 0)
                .sorted()
                .toList();
    }

    private static ShardHead.At head(long lsn, boolean closed) {
        return new ShardHead.At(LOST, EAST, new Position("e", lsn, 0), closed);
    }

    /** Groups of records of eight shards, as a session does: planned anew when a mark came in between. */
    private void apply(int applier) {
        threads.add(Thread.ofPlatform().start(() -> {
            try (Connection session = OriginSession.open(access(), "race-" + applier)) {
                GroupWriter writer = writer(session, applier);
                CommittedShards shards = committed();
                Progress progress = Progress.NONE;
                long lsn = 1_000L;
                while (goOn) {
                    try {
                        var group = new ApplyGroup(shards);
                        for (int record = 0; record < 5; record++) {
                            SourceRecord next = record(applier, ++lsn);
                            var plan = (RecordPlanner.Plan.Apply)
                                    RecordPlanner.plan(next, group.shards(), RecordPlanner.Patience.PARK);
                            group.add(new ApplyGroup.Item(next, lsn, 100, plan));
                        }
                        progress = writer.write(group, progress);
                        heads.advance(group.heads());
                        written.incrementAndGet();
                    } catch (OvertakenException e) {
                        refused.incrementAndGet();
                    }
                }
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }));
    }

    private GroupWriter writer(Connection session, int applier) {
        return new GroupWriter(
                session,
                EAST,
                applier,
                heads,
                new DisputedShards(LossView.NONE),
                new StoppedShards((_, _, _) -> {}),
                new SeedingBoard(SeedView.NONE),
                TestStore.TABLES);
    }

    private CommittedShards committed() {
        return CommittedShards.unhindered(
                WEST, heads, new StoppedShards((_, _, _) -> {}), new SeedingBoard(SeedView.NONE));
    }

    private static SourceRecord record(int applier, long lsn) {
        List<Entry> entries = new ArrayList<>();
        Map<ShardId, Epoch> epochs = new HashMap<>();
        for (int number = applier * 8; number < applier * 8 + 8; number++) {
            ShardId shard = ShardId.of(number);
            epochs.put(shard, LOST);
            entries.add(new RowChange.Insert(
                    TABLE, shard, List.of(Value.of(Integer.toString(number)), Value.of(Long.toString(lsn)))));
        }
        return new SourceRecord(
                EAST, applier, new Position("e", lsn, 0), 1, Optional.empty(), List.of(applier), 0, epochs, entries);
    }
}
