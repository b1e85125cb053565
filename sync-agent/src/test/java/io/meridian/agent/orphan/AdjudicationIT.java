package io.meridian.agent.orphan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdjudicationIT extends OrphansOfAnn {
    @Test
    void whereNobodyWroteSinceOrphansTakeEffectInTheirOrderAndAllTheirRowsAreTold() throws Exception {
        application("insert into ledger.accounts values ('ann', 'old', 1), ('ann', 'kept', 2)");
        forgetTouched();
        seen();
        Orphan made = orphan(insert(ACCOUNTS, "ann", "new", "5"));
        Orphan changed = orphan(update(ACCOUNTS, "ann", "new", "6"));
        Orphan gone = orphan(delete(ACCOUNTS, "ann", "old"));
        store(gone, changed, made);

        assertThat(decide()).isEqualTo(3);

        assertThat(accounts()).isEqualTo("kept 2, new 6");
        assertThat(decisions()).isEqualTo("SALVAGED, SALVAGED, SALVAGED");
        assertThat(entries())
                .containsExactly(
                        salvaged(made, ""),
                        insert(ACCOUNTS, "ann", "new", "5"),
                        salvaged(changed, "{\"user_key\":\"ann\",\"account\":\"new\",\"balance\":\"5\"}"),
                        insert(ACCOUNTS, "ann", "new", "6"),
                        salvaged(gone, "{\"user_key\":\"ann\",\"account\":\"old\",\"balance\":\"1\"}"),
                        delete(ACCOUNTS, "ann", "old"));
        assertThat(store.ask("select count(*) from meridian.touched where epoch > 1"))
                .isEqualTo("0");
        assertThat(decide()).isZero();
    }

    @Test
    void aRowThatWasWrittenSinceStaysAndBothVersionsAreKept() throws Exception {
        store(orphan(update(ACCOUNTS, "ann", "main", "9")));
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        seen();

        assertThat(decide()).isEqualTo(1);

        assertThat(accounts()).isEqualTo("main 4");
        assertThat(
                        store.ask(
                                "select concat_ws(' ', decision, ours ->> 'balance', theirs ->> 'balance', reason) from meridian.conflict"))
                .isEqualTo("REJECTED 4 9 the row was written since");
        assertThat(entries().getLast()).isEqualTo(insert(ACCOUNTS, "ann", "main", "4"));
    }

    @Test
    void aRowThatWasDeletedSinceIsNotBroughtBackAndIsToldAsGone() throws Exception {
        store(orphan(update(ACCOUNTS, "ann", "main", "9")));
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        seen();

        decide();

        assertThat(accounts()).isEmpty();
        assertThat(decisions()).isEqualTo("REJECTED");
        assertThat(entries().getLast()).isEqualTo(delete(ACCOUNTS, "ann", "main"));
    }

    @Test
    void aWriteOfAnOlderEpochOrOfAnotherRowIsNoTouch() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        store.superuser(
                "truncate meridian.touched; insert into meridian.touched (shard, relation, key, epoch) values (" + ANNS
                        + ", 'ledger.accounts', '{\"user_key\": \"ann\", \"account\": \"main\"}', 1), (" + ANNS
                        + ", 'ledger.accounts', '{\"user_key\": \"ann\", \"account\": \"other\"}', 3)");
        store(orphan(update(ACCOUNTS, "ann", "main", "9")));

        decide();

        assertThat(accounts()).isEqualTo("main 9");
    }

    @Test
    void whereNothingWasNotedNobodyTakesARowForUntouched() throws Exception {
        store.superuser("truncate meridian.unclean");
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        store(orphan(update(ACCOUNTS, "ann", "main", "9")));

        decide();

        assertThat(accounts()).isEqualTo("main 4");
        assertThat(decisions()).isEqualTo("REJECTED");
    }

    @Test
    void theTablesPolicyDecidesOfTouchedRows() throws Exception {
        application("insert into ledger.entries values ('ann', 1, 10, 'ours'), ('ann', 2, 10, 'ours')");
        touched("entries", "{\"user_key\": \"ann\", \"id\": \"1\"}");
        touched("entries", "{\"user_key\": \"ann\", \"id\": \"2\"}");
        seen();
        store(orphan(new RowChange.Update(
                ENTRIES, ANNS, Optional.of(row("ann", "1", "10", "first")), row("ann", "1", "20", "theirs"))));

        decide("column-wise");

        assertThat(store.ask("select amount || ' ' || note from ledger.entries where id = 1"))
                .isEqualTo("20 ours");
        assertThat(store.ask("select decision || ': ' || reason from meridian.orphan"))
                .isEqualTo("MERGED: it sets amount; note was written since");
        assertThat(entries().getLast()).isEqualTo(new RowChange.Insert(ENTRIES, ANNS, row("ann", "1", "20", "ours")));

        store(orphan(update(ENTRIES, "ann", "2", "30", "theirs")));
        decide("salvage");

        assertThat(store.ask("select amount || ' ' || note from ledger.entries where id = 2"))
                .isEqualTo("30 theirs");
    }

    @Test
    void whatTheStoreRefusesIsRejectedAloneAndNothingOfItStays() throws Exception {
        application("insert into ledger.orders values ('ann', 1); insert into ledger.lines values ('ann', 1, 1)");
        forgetTouched();
        seen();
        store(
                orphan(insert(ACCOUNTS, "ann", "low", "-1")),
                orphan(insert(LINES, "ann", "2", "7")),
                orphan(delete(ORDERS, "ann", "1")),
                orphan(insert(ACCOUNTS, "ann", "good", "1")));

        assertThat(decide()).isEqualTo(4);

        assertThat(accounts()).isEqualTo("good 1");
        assertThat(store.ask("select count(*) from ledger.lines")).isEqualTo("1");
        assertThat(store.ask("select count(*) from ledger.orders")).isEqualTo("1");
        assertThat(decisions()).isEqualTo("REJECTED, REJECTED, REJECTED, SALVAGED");
        assertThat(store.ask("select string_agg(reason, '; ' order by position) from meridian.orphan"))
                .contains("never_below_zero")
                .contains("lines_user_key_order_id_fkey: it refers to a row that is not here")
                .contains("lines_user_key_order_id_fkey: rows of ledger.lines refer to it")
                .doesNotContain("Failing row contains");
        assertThat(entries()).hasSize(8).contains(delete(ACCOUNTS, "ann", "low"), insert(ORDERS, "ann", "1"));
    }

    @Test
    void whatOneTransactionWroteTakesEffectWholeOrNotAtAll() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4), ('ann', 'side', 4)");
        forgetTouched();
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        seen();
        store(transaction(
                insert(ENTRIES, "ann", "1", "5", "half of it"),
                update(ACCOUNTS, "ann", "main", "9"),
                update(ACCOUNTS, "ann", "side", "9")));
        store(transaction(insert(ENTRIES, "ann", "2", "5", "whole"), insert(ACCOUNTS, "ann", "new", "5")));

        assertThat(decide()).isEqualTo(5);

        assertThat(accounts()).isEqualTo("main 4, new 5, side 4");
        assertThat(store.ask("select string_agg(note, ', ') from ledger.entries"))
                .isEqualTo("whole");
        assertThat(store.ask("select string_agg(decision || ' ' || reason, '; ' order by position, index) from"
                        + " meridian.orphan where decision = 'REJECTED'"))
                .isEqualTo(
                        ("REJECTED a part of its transaction was rejected: ledger.accounts of shard %s was written since;"
                                        + " REJECTED the row was written since;"
                                        + " REJECTED a part of its transaction was rejected: ledger.accounts of shard %1$s was written since")
                                .formatted(ANNS));
        assertThat(entries()).contains(delete(ENTRIES, "ann", "1"), insert(ACCOUNTS, "ann", "side", "4"));
    }

    @Test
    void whatTheStoreRefusesTakesItsTransactionWithItAndNothingOfThatStays() throws Exception {
        application("insert into ledger.accounts values ('ann', 'side', 4)");
        forgetTouched();
        seen();
        store(transaction(
                update(ACCOUNTS, "ann", "side", "9"),
                insert(ACCOUNTS, "ann", "low", "-1"),
                update(ACCOUNTS, "ann", "side", "10")));

        assertThat(decide()).isEqualTo(3);

        assertThat(accounts()).isEqualTo("side 4");
        assertThat(decisions()).isEqualTo("REJECTED, REJECTED, REJECTED");
        assertThat(store.ask("select string_agg(reason, '; ' order by index) from meridian.orphan"))
                .startsWith("a part of its transaction was rejected: ledger.accounts of shard " + ANNS
                        + ", the store refuses it")
                .contains("never_below_zero");
        assertThat(entries().getLast()).isEqualTo(insert(ACCOUNTS, "ann", "side", "4"));
    }

    @Test
    void whatBecameOfItsTransactionInAnotherShardIsLookedAt() throws Exception {
        ShardId other = ShardId.of(ANNS.number() + 1);
        application("insert into ledger.accounts values ('ann', 'main', 4), ('ann', 'side', 4)");
        forgetTouched();
        store(orphan(update(ACCOUNTS, "ann", "main", "9")));
        Orphan decided = elsewhere(other, insert(ACCOUNTS, "bob", "main", "1"));
        store(decided);
        OrphanRows.decided(
                session,
                List.of(new Decision(decided.origin(), Verdict.REJECTED, "the row was written since", "")),
                Map.of(other, Epoch.of(3)));
        store(orphan(update(ACCOUNTS, "ann", "side", "9")));
        store(elsewhere(other, insert(ACCOUNTS, "bob", "side", "1")));
        store.superuser("insert into meridian.touched (shard, relation, key, epoch) values (" + other
                + ", 'ledger.accounts', '{\"user_key\": \"bob\", \"account\": \"side\"}', 3)");

        assertThat(decide()).isEqualTo(2);

        assertThat(accounts()).isEqualTo("main 4, side 4");
        assertThat(store.ask(
                        "select string_agg(reason, '; ' order by position) from meridian.orphan where shard = " + ANNS))
                .isEqualTo(
                        ("a part of its transaction was rejected: ledger.accounts of shard %s, the row was written since;"
                                        + " a part of its transaction was rejected: ledger.accounts of shard %1$s was written since")
                                .formatted(other));
    }

    @Test
    void aTransactionOfManyRowsIsDecidedInStepsThatAgree() throws Exception {
        RowChange[] many = IntStream.range(0, 300)
                .mapToObj(id -> insert(ENTRIES, "ann", Integer.toString(id), "5", "many"))
                .toArray(RowChange[]::new);
        application("insert into ledger.entries values ('ann', 299, 1, 'ours')");
        forgetTouched();
        touched("entries", "{\"user_key\": \"ann\", \"id\": \"299\"}");
        store(transaction(many));

        assertThat(decide()).isEqualTo(300);

        assertThat(store.ask("select string_agg(distinct decision, ', ') from meridian.orphan"))
                .isEqualTo("REJECTED");
        assertThat(store.ask("select string_agg(note, ', ') from ledger.entries"))
                .isEqualTo("ours");
    }

    @Test
    void anUnknownPolicyLetsAllOfATransactionWait() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        store(transaction(insert(ACCOUNTS, "ann", "new", "5"), update(ACCOUNTS, "ann", "main", "9")));

        assertThatThrownBy(() -> decide("custom:nowhere")).isInstanceOf(UndecidedException.class);

        assertThat(waiting()).isEqualTo("2");
        assertThat(accounts()).isEqualTo("main 4");
    }

    @Test
    void anUpdateOfARowThatIsNotHereTakesEffectOnlyIfTheLogHoldsAllOfIt() throws Exception {
        store(
                orphan(update(ENTRIES, "ann", "1", "5", "whole")),
                orphan(new RowChange.Update(
                        ENTRIES,
                        ANNS,
                        Optional.empty(),
                        List.of(Value.of("ann"), Value.of("2"), Value.of("5"), Value.UNCHANGED))));

        decide();

        assertThat(store.ask("select string_agg(id || ' ' || note, ', ') from ledger.entries"))
                .isEqualTo("1 whole");
        assertThat(decisions()).isEqualTo("SALVAGED, REJECTED");
    }

    @Test
    void anUnknownPolicyLetsOrphansWaitAndWhatPrecedesThemIsDecided() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        store(orphan(insert(ACCOUNTS, "ann", "new", "5")), orphan(update(ACCOUNTS, "ann", "main", "9")));

        assertThat(decide("custom:nowhere")).isEqualTo(1);

        assertThat(waiting()).isEqualTo("1");
        assertThatThrownBy(() -> decide("custom:nowhere"))
                .isInstanceOf(UndecidedException.class)
                .hasMessageContaining("custom:nowhere of ledger.accounts is not on this agent's class path");
    }

    @Test
    void whatTheLineageContainsIsNoOrphanAndWhereItIsNotKnownNobodyDecides() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        forgetTouched();
        seen();
        store(new Orphan(
                new Origin(RegionId.of("east"), new Position("e", 0x100, 1), ANNS, 0),
                Epoch.of(1),
                update(ACCOUNTS, "ann", "main", "3"),
                1_000_000L,
                List.of(0)));

        decide();

        assertThat(accounts()).isEqualTo("main 4");
        assertThat(store.ask("select count(*) from meridian.orphan")).isEqualTo("0");
        assertThat(entries()).isEmpty();

        store.superuser("delete from meridian.lineage where shard = " + ANNS);
        try {
            store(orphan(update(ACCOUNTS, "ann", "main", "3")));
            assertThatThrownBy(this::decide)
                    .isInstanceOf(UndecidedException.class)
                    .hasMessageContaining("what epoch 3 was built on is not known here");
            assertThat(waiting()).isEqualTo("1");
        } finally {
            store.superuser("insert into meridian.lineage values (" + ANNS + ", 3, 'west', 'east', 'e', 1, '0/100')");
        }
    }

    @Test
    void onlyAnOpenShardUnderALeaseThatHoldsIsDecidedOf() throws Exception {
        store(orphan(insert(ACCOUNTS, "ann", "new", "5")));
        store.superuser("update meridian.lease set valid_until = clock_timestamp()");
        try {
            assertThatThrownBy(this::decide)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("MR003"));
        } finally {
            store.lease();
        }
        assertThatThrownBy(() ->
                        new Adjudication(session, Duration.ofSeconds(3), TABLES).decide(ShardId.of(ANNS.number() + 1)))
                .isInstanceOf(RepairRefusedException.class);
        assertThat(waiting()).isEqualTo("1");
        assertThat(accounts()).isEmpty();
    }

    @Test
    void orphansThatWereFoundHereAreToldOnce() throws Exception {
        Orphan found = orphan(insert(ACCOUNTS, "ann", "new", "5"));
        Orphan heard = orphan(insert(ACCOUNTS, "ann", "new", "6"));
        OrphanRows.store(session, List.of(found), false);
        OrphanRows.store(session, List.of(heard), true);
        seen();

        assertThat(Teller.tell(session)).isFalse();
        assertThat(Teller.tell(session)).isFalse();

        assertThat(entries()).containsExactly(found);
        assertThat(store.ask("select count(*) from meridian.telling")).isEqualTo("0");
    }

    @Test
    void theThreadTellsAndDecides() throws Exception {
        OrphanRows.store(session, List.of(orphan(insert(ACCOUNTS, "ann", "new", "5"))), false);
        try (var adjudicator = new Adjudicator(() -> access.open("orphans"), Duration.ofSeconds(3), () -> TABLES)) {
            adjudicator.start();

            Awaiting.await("a decision", 30, () -> accounts().equals("new 5"), adjudicator::problem);
        }
        assertThat(store.ask("select concat_ws(' ', decision, told) from meridian.orphan"))
                .isEqualTo("SALVAGED t");
    }

    private int decide(String policy) throws Exception {
        List<Topology.Table> tables = TABLES.stream()
                .map(table -> new Topology.Table(
                        table.schema(),
                        table.name(),
                        table.shardingColumn(),
                        table.storeGroup(),
                        false,
                        List.of(),
                        Topology.TableKind.SHARDED,
                        "",
                        Collections.emptySortedMap(),
                        policy))
                .toList();
        return new Adjudication(session, Duration.ofSeconds(3), tables).decide(ANNS);
    }

    private String waiting() throws SQLException {
        return store.ask("select count(*) from meridian.orphan where decision is null");
    }

    private String decisions() throws SQLException {
        return store.ask("select string_agg(decision, ', ' order by position) from meridian.orphan");
    }

    private static Entry salvaged(Orphan orphan, String ours) {
        return new Decision(orphan.origin(), Verdict.SALVAGED, "nobody has written the row since", ours);
    }
}
