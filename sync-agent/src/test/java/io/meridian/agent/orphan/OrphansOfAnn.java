package io.meridian.agent.orphan;

import io.meridian.agent.TestStore;
import io.meridian.agent.capture.ChangeSource;
import io.meridian.agent.capture.PgoutputChangeSource;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.capture.TransactionGrouper;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** West owns ann's shard in epoch 3, on a cut; what east wrote in epoch 1 beyond it comes as orphans. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OrphansOfAnn {
    static final ShardId ANNS = new ShardFunction(TestStore.SHARDS).shardOf("ann");
    static final Relation ACCOUNTS = relation("accounts", "user_key", "account", "balance");
    static final Relation ENTRIES = relation("entries", "user_key", "id", "amount", "note");
    static final Relation ORDERS = relation("orders", "user_key", "id");
    static final Relation LINES = relation("lines", "user_key", "id", "order_id");
    static final List<Topology.Table> TABLES = Stream.concat(
                    TestStore.TABLES.stream(),
                    Stream.of(
                            new Topology.Table("ledger", "orders", "user_key", "main"),
                            new Topology.Table("ledger", "lines", "user_key", "main")))
            .toList();

    TestStore store;
    StoreAccess access;
    private ChangeSource source;
    private TransactionGrouper grouper;
    private final StreamState state = new StreamState(Map.of(), Map.of());
    Connection session;
    private long lsn = 1_000;

    @BeforeAll
    void west() throws Exception {
        store = TestStore.empty();
        store.superuser("""
                set role ledger_owner;
                create table ledger.orders (user_key text, id bigint, primary key (user_key, id));
                create table ledger.lines (user_key text, id bigint, order_id bigint, primary key (user_key, id),
                    foreign key (user_key, order_id) references ledger.orders);
                alter table ledger.accounts add constraint never_below_zero check (balance >= 0);
                grant select, insert, update, delete on all tables in schema ledger to ledger;
                """);
        store.install(TABLES);
        store.lease();
        store.open(ANNS.toString(), 3);
        store.superuser("insert into meridian.lineage values (" + ANNS + ", 3, 'west', 'east', 'e', 1, '0/100')");
        access = new StoreAccess(store.url(), "meridian_agent", store.password());
        source = PgoutputChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", 0);
        grouper = new TransactionGrouper(RegionId.of("west"), "w", 4, new ShardFunction(TestStore.SHARDS), TABLES);
    }

    @AfterAll
    void end() {
        source.close();
        store.close();
    }

    @BeforeEach
    void open() throws SQLException {
        store.superuser("""
                truncate meridian.orphan, meridian.revision, meridian.conflict, meridian.unclean, meridian.touched;
                update meridian.lease set unclean = false;
                """);
        application(
                "delete from ledger.lines; delete from ledger.orders; delete from ledger.entries; delete from ledger.accounts");
        session = access.open("orphans");
        UncleanRows.mark(session, Map.of(ANNS, Epoch.of(3)));
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    /** @return how many */
    int decide() throws Exception {
        int all = 0;
        for (int some = -1; some != 0; all += some) {
            some = new Adjudication(session, Duration.ofSeconds(3), TABLES).decide(ANNS);
        }
        return all;
    }

    void store(Orphan... orphans) throws SQLException {
        session.setAutoCommit(true);
        OrphanRows.store(session, List.of(orphans), true);
    }

    void touched(String table, String key) throws SQLException {
        store.superuser("insert into meridian.touched (shard, relation, key, epoch) values (" + ANNS + ", 'ledger."
                + table + "', '" + key + "', 3) on conflict do nothing");
    }

    void forgetTouched() throws SQLException {
        store.superuser("truncate meridian.touched");
    }

    String accounts() throws SQLException {
        return store.ask("select string_agg(account || ' ' || balance, ', ' order by account) from ledger.accounts");
    }

    /** All that was committed by now is read, so that only what follows is in {@link #entries}. */
    void seen() throws Exception {
        entries();
    }

    /** As the record of ann's partition holds them, of every transaction since. */
    List<Entry> entries() throws Exception {
        store.superuser("update meridian.heartbeat set at = 'epoch'");
        List<Entry> entries = new ArrayList<>();
        List<Entry> last = new ArrayList<>();
        Awaiting.await(
                "the heartbeat",
                60,
                () -> {
                    Optional<SourceTransaction> polled = source.poll();
                    polled.ifPresent(transaction -> {
                        List<SourceRecord> records = new ArrayList<>();
                        state.advance(grouper.group(state, transaction, records::add));
                        records.stream()
                                .filter(record -> record.partition() == ANNS.partition(4))
                                .forEach(record -> last.addAll(record.entries()));
                    });
                    boolean end = last.contains(new Entry.Heartbeat(0));
                    entries.addAll(last);
                    last.clear();
                    return end;
                },
                () -> entries);
        entries.removeIf(Entry.Heartbeat.class::isInstance);
        return entries;
    }

    void application(String sql) throws SQLException {
        try (Connection application = store.application();
                Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    Orphan orphan(RowChange change) {
        lsn += 16;
        return orphan(ANNS, 0, change);
    }

    /** What one transaction wrote of ann's shard. */
    Orphan[] transaction(RowChange... changes) {
        lsn += 16;
        return IntStream.range(0, changes.length)
                .mapToObj(index -> orphan(ANNS, index, changes[index]))
                .toArray(Orphan[]::new);
    }

    /** Of the newest transaction, in another shard, which is nobody's here. */
    Orphan elsewhere(ShardId shard, RowChange change) {
        return orphan(shard, 0, change);
    }

    private Orphan orphan(ShardId shard, int index, RowChange change) {
        return new Orphan(
                new Origin(RegionId.of("east"), new Position("e", lsn, 0), shard, index),
                Epoch.of(1),
                change,
                1_000_000L,
                List.of(0));
    }

    static RowChange insert(Relation relation, String... row) {
        return new RowChange.Insert(relation, ANNS, row(row));
    }

    static RowChange update(Relation relation, String... row) {
        return new RowChange.Update(relation, ANNS, Optional.empty(), row(row));
    }

    static RowChange delete(Relation relation, String... key) {
        List<Value> row = new ArrayList<>(row(key));
        while (row.size() < relation.columns().size()) {
            row.add(Value.UNCHANGED);
        }
        return new RowChange.Delete(relation, ANNS, row);
    }

    static List<Value> row(String... row) {
        return Stream.of(row).map(Value::of).toList();
    }

    /** The first two columns are the key. */
    static Relation relation(String table, String... columns) {
        List<Relation.Column> all = new ArrayList<>();
        for (String column : columns) {
            all.add(new Relation.Column(column, all.size() < 2));
        }
        return new Relation("ledger", table, all);
    }
}
