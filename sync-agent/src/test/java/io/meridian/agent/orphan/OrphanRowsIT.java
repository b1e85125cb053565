package io.meridian.agent.orphan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrphanRowsIT {
    private static final ShardId SEVEN = ShardId.of(7);
    private static final ShardId EIGHT = ShardId.of(8);
    /** All columns are its identity, as with REPLICA IDENTITY FULL. */
    private static final Relation ENTRIES = new Relation(
            "ledger",
            "entries",
            List.of(
                    new Relation.Column("user_key", true),
                    new Relation.Column("id", true),
                    new Relation.Column("amount", true),
                    new Relation.Column("note", true)));

    private static TestStore store;

    private Connection session;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void open() throws SQLException {
        store.superuser(
                "truncate meridian.orphan, meridian.conflict, meridian.unclean, meridian.touched; update meridian.lease set unclean = false");
        session = store.agent();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    @Test
    void anOrphanAndItsDecisionEndInTheSameWhicheverComesFirst() throws Exception {
        Orphan first = orphan(16, 0, insert("ann", "1", "5"));
        Orphan second = orphan(16, 1, insert("ann", "2", "6"));
        Map<ShardId, Epoch> epochs = Map.of(SEVEN, Epoch.of(3));

        OrphanRows.store(session, List.of(first), false);
        OrphanRows.decided(session, List.of(decision(first, Decision.Verdict.REJECTED)), epochs);
        OrphanRows.decided(session, List.of(decision(second, Decision.Verdict.REJECTED)), epochs);
        OrphanRows.store(session, List.of(second), true);
        OrphanRows.store(session, List.of(second, first), true);

        assertThat(
                        store.ask(
                                "select string_agg(concat_ws(' ', index, epoch, relation, key ->> 'id', told, decision, decided_epoch, reason,"
                                        + " ours ->> 'amount', content -> 'row' ->> 'note' is null), '; ' order by index) from meridian.orphan"))
                .isEqualTo(
                        "0 1 ledger.entries 1 t REJECTED 3 touched 7 t; 1 1 ledger.entries 2 t REJECTED 3 touched 7 t");
        assertThat(store.ask(
                        "select string_agg(concat_ws(' ', decision, reason, ours ->> 'amount', theirs ->> 'amount',"
                                + " origin), '; ' order by origin) from meridian.conflict"))
                .isEqualTo("REJECTED touched 7 5 east/e/0/10/0/7/0; REJECTED touched 7 6 east/e/0/10/0/7/1");
        assertThat(OrphanRows.openOf(session, SEVEN)).isZero();
    }

    @Test
    void whatIsStoredIsReadAsItWasMet() throws Exception {
        Orphan update = orphan(
                16,
                0,
                new RowChange.Update(
                        ENTRIES,
                        SEVEN,
                        Optional.of(List.of(Value.of("ann"), Value.of("1"), Value.of("5"), Value.of("a \"b\" ü"))),
                        List.of(Value.of("ann"), Value.of("1"), Value.NULL, Value.UNCHANGED)));
        Orphan delete = orphan(
                16,
                1,
                new RowChange.Delete(
                        ENTRIES, SEVEN, List.of(Value.of("ann"), Value.of("1"), Value.UNCHANGED, Value.UNCHANGED)));

        OrphanRows.store(session, List.of(update, delete), false);

        assertThat(OpenOrphans.of(session, SEVEN, 10, 0)).containsExactly(update, delete);
        assertThat(OrphanRows.openOf(session, SEVEN)).isEqualTo(2);
        assertThat(OrphanRows.openOf(session, EIGHT)).isZero();
    }

    @Test
    void theDecisionOfTheLaterEpochStandsAndOnlyItsOwnLossOpensItsCause() throws Exception {
        Orphan orphan = orphan(16, 0, insert("ann", "1", "5"));
        OrphanRows.store(session, List.of(orphan), false);
        OrphanRows.decided(session, List.of(decision(orphan, Decision.Verdict.SALVAGED)), Map.of(SEVEN, Epoch.of(5)));

        OrphanRows.decided(session, List.of(decision(orphan, Decision.Verdict.REJECTED)), Map.of(SEVEN, Epoch.of(3)));
        OrphanRows.reopen(session, Map.of(orphan.origin(), Epoch.of(3)));

        assertThat(store.ask("select decision from meridian.orphan")).isEqualTo("SALVAGED");

        OrphanRows.reopen(session, Map.of(orphan.origin(), Epoch.of(5)));

        assertThat(OpenOrphans.of(session, SEVEN, 10, 0)).containsExactly(orphan);
        assertThat(store.ask("select count(*) from meridian.conflict")).isEqualTo("0");
    }

    @Test
    void aLostDecisionOfAnUnknownOrphanLeavesNothing() throws Exception {
        Orphan orphan = orphan(16, 0, insert("ann", "1", "5"));
        OrphanRows.decided(session, List.of(decision(orphan, Decision.Verdict.SALVAGED)), Map.of(SEVEN, Epoch.of(3)));

        OrphanRows.reopen(session, Map.of(orphan.origin(), Epoch.of(3)));

        assertThat(store.ask("select count(*) from meridian.orphan")).isEqualTo("0");
    }

    @Test
    void theNewestAreShownToPeopleWithWhatWasDecided() throws Exception {
        Orphan first = orphan(16, 0, insert("ann", "1", "x".repeat(5_000)));
        Orphan second = orphan(32, 0, delete("ann", "2"));
        OrphanRows.store(session, List.of(first), false);
        OrphanRows.store(session, List.of(second), false);
        OrphanRows.decided(session, List.of(decision(first, Decision.Verdict.REJECTED)), Map.of(SEVEN, Epoch.of(3)));

        OrphanList shown = OrphanList.read(session);

        assertThat(shown.open()).isEqualTo(1);
        OrphanList.Shown newest = shown.newest().getFirst();
        assertThat(newest.operation()).isEqualTo("DELETE");
        assertThat(newest.position()).isEqualTo("e/0/20/0");
        assertThat(newest.key()).isEqualTo("{\"id\": \"2\", \"user_key\": \"ann\"}");
        assertThat(newest.content()).isEqualTo("{\"user_key\":\"ann\",\"id\":\"2\"}");
        assertThat(newest.decision()).isEmpty();
        assertThat(newest.committedMicros()).isEqualTo(1_764_000_000_123_456L);
        OrphanList.Shown cut = shown.newest().getLast();
        assertThat(cut.content()).hasSize(2_000);
        assertThat(cut.decision()).contains(new OrphanList.Decided("REJECTED", "touched", "{\"amount\":\"7\"}"));
    }

    @Test
    void openOrphansThatALineageContainsVanish() throws Exception {
        Orphan within = orphan(16, 0, insert("ann", "1", "5"));
        Orphan beyond = orphan(48, 0, insert("ann", "2", "5"));
        OrphanRows.store(session, List.of(within, beyond), false);

        OrphanRows.dropInLineage(
                session, SEVEN, new Base.At(RegionId.of("east"), Epoch.of(1), new Position("e", 32, 0)));

        assertThat(OpenOrphans.of(session, SEVEN, 10, 0)).containsExactly(beyond);
    }

    @Test
    void keysOfAppliedRowsAreNotedWhereTheirShardIsUnclean() throws Exception {
        UncleanRows.mark(session, Map.of(SEVEN, Epoch.of(3)));
        var moved = new RowChange.Update(
                ENTRIES,
                SEVEN,
                Optional.of(List.of(Value.of("ann"), Value.of("1"), Value.of("5"), Value.NULL)),
                List.of(Value.of("ann"), Value.of("2"), Value.of("5"), Value.NULL));
        var elsewhere = new RowChange.Delete(
                ENTRIES, EIGHT, List.of(Value.of("bob"), Value.of("1"), Value.UNCHANGED, Value.UNCHANGED));
        Map<ShardId, Epoch> epochs = Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(1));

        TouchedRows.note(session, epochs, List.of(moved, elsewhere));
        TouchedRows.note(session, Map.of(SEVEN, Epoch.of(5)), List.of(insert("ann", "2", "6")));
        TouchedRows.note(session, epochs, List.of(insert("ann", "2", "7")));

        assertThat(
                        store.ask(
                                "select string_agg(concat_ws(' ', shard, relation, key::text, epoch), '; ' order by key ->> 'id') from meridian.touched"))
                .isEqualTo("7 ledger.entries {\"id\": \"1\", \"user_key\": \"ann\"} 3;"
                        + " 7 ledger.entries {\"id\": \"2\", \"user_key\": \"ann\"} 5");
    }

    @Test
    void aSalvagedRowIsAsOldAsItsOrphanWhicheverIsHeardFirst() throws Exception {
        UncleanRows.mark(session, Map.of(SEVEN, Epoch.of(5)));
        Orphan rekeyed = orphan(
                16,
                0,
                new RowChange.Update(
                        ENTRIES,
                        SEVEN,
                        Optional.of(List.of(Value.of("ann"), Value.of("1"), Value.UNCHANGED, Value.UNCHANGED)),
                        List.of(Value.of("ann"), Value.of("2"), Value.of("5"), Value.NULL)));
        Orphan rejected = orphan(32, 0, insert("ann", "3", "5"));
        Orphan late = orphan(48, 0, insert("ann", "4", "5"));
        Map<ShardId, Epoch> epochs = Map.of(SEVEN, Epoch.of(5));

        OrphanRows.store(session, List.of(rekeyed, rejected), false);
        OrphanRows.decided(
                session,
                List.of(
                        decision(rekeyed, Decision.Verdict.SALVAGED),
                        decision(rejected, Decision.Verdict.REJECTED),
                        decision(late, Decision.Verdict.MERGED)),
                epochs);
        OrphanRows.store(session, List.of(late), true);

        assertThat(
                        store.ask(
                                "select string_agg(concat(key ->> 'id', ':', epoch), ' ' order by key ->> 'id') from meridian.touched"))
                .isEqualTo("1:1 2:1 4:1");
    }

    @Test
    void theFlagFallsWithTheLastUncleanShardAndNotByAnOlderView() throws Exception {
        UncleanRows.mark(session, Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(3)));
        TouchedRows.note(session, Map.of(SEVEN, Epoch.of(3)), List.of(insert("ann", "1", "5")));
        session.setAutoCommit(false);

        UncleanRows.clear(session, Set.of(EIGHT), Map.of(SEVEN, Epoch.of(1), EIGHT, Epoch.of(3)));
        session.commit();

        assertThat(unclean()).isEqualTo("true 2 1");

        UncleanRows.clear(session, Set.of(EIGHT), Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(3)));
        session.commit();

        assertThat(unclean()).isEqualTo("true 1 0");

        UncleanRows.clear(session, Set.of(), Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(3)));
        session.commit();

        assertThat(unclean()).isEqualTo("false 0 0");
    }

    @Test
    void theFlagDoesNotFallPastAShardThatIsBeingMarked() throws Exception {
        UncleanRows.mark(session, Map.of(SEVEN, Epoch.of(3)));
        session.setAutoCommit(false);
        UncleanRows.mark(session, Map.of(EIGHT, Epoch.of(3)));

        try (Connection other = store.agent()) {
            other.setAutoCommit(false);
            assertThatThrownBy(() -> UncleanRows.clear(other, Set.of(), Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(1))))
                    .hasMessageContaining("lock timeout");
            other.rollback();
            session.commit();
            UncleanRows.clear(other, Set.of(), Map.of(SEVEN, Epoch.of(3), EIGHT, Epoch.of(1)));
            other.commit();
        }

        assertThat(unclean()).isEqualTo("true 1 0");
    }

    @Test
    void theStoreRefusesADecisionByHalvesAndAnUnknownOne() throws Exception {
        OrphanRows.store(session, List.of(orphan(16, 0, insert("ann", "1", "5"))), false);

        assertThatThrownBy(() -> run("update meridian.orphan set decision = 'SALVAGED'"))
                .hasMessageContaining("a_decision_is_whole");
        assertThatThrownBy(() -> run("update meridian.orphan set content = null"))
                .hasMessageContaining("what_is_not_known_yet_was_decided");
        assertThatThrownBy(
                        () -> run(
                                "insert into meridian.conflict (relation, key, shard, source, decision, ours, theirs) values ('t', '{}', 1, 'east', 'SALVAGED', '{}', '{}')"))
                .hasMessageContaining("decision_is_known");
        run(
                "insert into meridian.conflict (relation, key, shard, source, decision, ours, theirs) values ('t', '{}', 1, 'east', 'OURS', '{}', '{}')");
    }

    private String unclean() throws SQLException {
        return store.ask("select concat_ws(' ', (select unclean::text from meridian.lease),"
                + " (select count(*) from meridian.unclean), (select count(*) from meridian.touched))");
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Orphan orphan(long lsn, int index, RowChange change) {
        return new Orphan(
                new Origin(RegionId.of("east"), new Position("e", lsn, 0), SEVEN, index),
                Epoch.of(1),
                change,
                1_764_000_000_123_456L,
                List.of(0, 3));
    }

    private static RowChange insert(String user, String id, String amount) {
        return new RowChange.Insert(
                ENTRIES, SEVEN, List.of(Value.of(user), Value.of(id), Value.of(amount), Value.NULL));
    }

    private static RowChange delete(String user, String id) {
        return new RowChange.Delete(
                ENTRIES, SEVEN, List.of(Value.of(user), Value.of(id), Value.UNCHANGED, Value.UNCHANGED));
    }

    private static Decision decision(Orphan orphan, Decision.Verdict verdict) {
        return new Decision(orphan.origin(), verdict, "touched", "{\"amount\":\"7\"}");
    }
}
