package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meridian.agent.TestStore;
import io.meridian.agent.failover.LossView;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.SeedView;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transaction of a group, against a store that fails under it. */
class GroupWriterIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final ShardId SHARD = ShardId.of(1);
    private static TestStore store;
    private Connection session;
    private GroupWriter writer;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void open() throws Exception {
        store.superuser("truncate meridian.progress");
        session = OriginSession.open(new StoreAccess(store.url(), "meridian_agent", store.password()), "test");
        writer = new GroupWriter(
                session,
                EAST,
                1,
                new HeadBoard(),
                new DisputedShards(LossView.NONE),
                new StoppedShards((_, _, _) -> {}),
                new SeedingBoard(SeedView.NONE),
                TestStore.TABLES);
    }

    @AfterEach
    void close() throws Exception {
        session.close();
    }

    @Test
    void aDeadConnectionShowsAsOneAlsoWhereAKeyIsLookedUp() throws Exception {
        Relation table = table("dead", "id int primary key, v text");
        ApplyGroup group = group(10, rekeyed(table));
        store.superuser("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test'");

        SQLException first = catchThrowableOfType(SQLException.class, () -> writer.write(group, Progress.NONE));
        SQLException again = catchThrowableOfType(
                SQLException.class, () -> writer.writeByShard(group.items().getFirst(), Progress.NONE));

        assertThat(first.getSQLState()).startsWith("57");
        assertThat(again.getSQLState()).startsWith("08");
    }

    @Test
    void whatFailsWhileAKeyIsLookedUpIsRolledBackAndCanBeTriedAgain() throws Exception {
        Relation table = table("hidden", "id int primary key, v text");
        store.superuser("insert into ledger.hidden values (1, 'before')");
        ApplyGroup group = group(10, rekeyed(table));
        store.superuser("revoke select on pg_catalog.pg_index from public");
        SQLException refused = catchThrowableOfType(SQLException.class, () -> writer.write(group, Progress.NONE));
        assertThat(refused.getSQLState()).isEqualTo("42501");
        store.superuser("grant select on pg_catalog.pg_index to public");

        writer.writeByShard(group.items().getFirst(), Progress.NONE);

        assertThat(store.ask("select string_agg(id || v, ',') from ledger.hidden"))
                .isEqualTo("2after");
    }

    @Test
    void aRowIsChangedWhoseKeyTheStoreGeneratesAndWhoseLongValueStays() throws Exception {
        store.superuser("""
                create table ledger.generated (
                    k text, id int generated always as identity, v text, big text, primary key (k, id));
                grant select, insert, update, delete on ledger.generated to meridian_agent;
                insert into ledger.generated overriding system value values ('a', 7, 'before', 'long');
                """);
        var table = new Relation(
                "ledger",
                "generated",
                List.of(
                        new Relation.Column("k", true),
                        new Relation.Column("id", true),
                        new Relation.Column("v", false),
                        new Relation.Column("big", false)));

        Progress patched = writer.write(
                group(
                        10,
                        new RowChange.Update(
                                table,
                                SHARD,
                                Optional.empty(),
                                List.of(Value.of("a"), Value.of("7"), Value.of("after"), Value.UNCHANGED))),
                Progress.NONE);
        assertThat(store.ask("select k || id || v || big from ledger.generated"))
                .isEqualTo("a7afterlong");
        writer.write(
                group(
                        20,
                        new RowChange.Update(
                                table,
                                SHARD,
                                Optional.of(List.of(Value.of("a"), Value.of("7"), Value.UNCHANGED, Value.UNCHANGED)),
                                List.of(Value.of("b"), Value.of("7"), Value.of("later"), Value.UNCHANGED))),
                patched);

        assertThat(store.ask("select k || id || v || big from ledger.generated"))
                .isEqualTo("b7laterlong");
    }

    @Test
    void aValueThatIsTooLongHereIsRefusedAndNotCut() throws Exception {
        Relation table = table("narrow", "id int primary key, v varchar(3)");
        ApplyGroup group = group(
                10,
                new RowChange.Insert(table, SHARD, List.of(Value.of("1"), Value.of("abc"))),
                new RowChange.Insert(table, SHARD, List.of(Value.of("2"), Value.of("abcd"))));

        SQLException refused = catchThrowableOfType(SQLException.class, () -> writer.write(group, Progress.NONE));

        assertThat(refused.getSQLState()).isEqualTo("22001");
        assertThat(store.ask("select count(*) from ledger.narrow")).isEqualTo("0");
    }

    @Test
    void rowsThatAreChangedButNotHereAreToldAndNothingIsWritten() throws Exception {
        Relation table = table("sparse", "id int primary key, v text, kept text");
        store.superuser("insert into ledger.sparse values (1, 'before', 'k')");
        var wide = new Relation(
                "ledger",
                "sparse",
                List.of(table.columns().getFirst(), table.columns().getLast(), new Relation.Column("kept", false)));
        ApplyGroup group = group(10, patched(wide, "1"), patched(wide, "2"));

        assertThatThrownBy(() -> writer.write(group, Progress.NONE))
                .isInstanceOf(CannotApplyException.class)
                .hasMessageContaining("of 2 rows of ledger.sparse that the stream changes 1 are here");
        assertThat(store.ask("select v from ledger.sparse")).isEqualTo("before");
    }

    private static RowChange patched(Relation table, String id) {
        return new RowChange.Update(
                table, SHARD, Optional.empty(), List.of(Value.of(id), Value.of("after"), Value.UNCHANGED));
    }

    /** @param columns the key's first, by name {@code id} */
    private static Relation table(String name, String columns) throws SQLException {
        store.superuser(
                "create table ledger.%1$s (%2$s); grant select, insert, update, delete on ledger.%1$s to meridian_agent"
                        .formatted(name, columns));
        return new Relation("ledger", name, List.of(new Relation.Column("id", true), new Relation.Column("v", false)));
    }

    private static RowChange rekeyed(Relation table) {
        return new RowChange.Update(
                table,
                SHARD,
                Optional.of(List.of(Value.of("1"), Value.of("before"))),
                List.of(Value.of("2"), Value.of("after")));
    }

    private static ApplyGroup group(long lsn, RowChange... rows) {
        var record = new SourceRecord(
                EAST, 1, new Position("e", lsn, 0), 1, Optional.empty(), List.of(1), 0, Map.of(), List.of(rows));
        var group = new ApplyGroup(CommittedShards.unhindered(
                RegionId.of("west"),
                new HeadBoard(),
                new StoppedShards((_, _, _) -> {}),
                new SeedingBoard(SeedView.NONE)));
        group.add(new ApplyGroup.Item(
                record,
                0,
                1,
                new RecordPlanner.Plan.Apply(
                        List.of(rows),
                        List.of(),
                        Map.of(),
                        List.of(),
                        Strays.NONE,
                        Seeds.NONE,
                        List.of(),
                        List.of(),
                        OptionalLong.empty())));
        return group;
    }
}
