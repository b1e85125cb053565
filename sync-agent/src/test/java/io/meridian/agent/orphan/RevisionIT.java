package io.meridian.agent.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.orphan.RevisionOrder.Wish;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import io.meridian.topology.ownership.Epoch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people make of decided orphans, in their owner's store. */
class RevisionIT extends OrphansOfAnn {
    @Test
    void aRejectedWriteTakesEffectAfterAllAsAWriteOfTheOwner() throws Exception {
        Orphan lost = rejected("4", "9");
        seen();

        assertThat(revise("rv-1", lost, Wish.SALVAGE, "")).isEqualTo(RevisionDone.done("rv-1"));

        assertThat(accounts()).isEqualTo("main 9");
        assertThat(entries()).hasSize(2).first().isInstanceOf(RowChange.class);
        assertThat(standing()).isEqualTo("REJECTED, then SALVAGED by ann: she said so");
        assertThat(
                        store.ask(
                                "select concat_ws(' ', decision, ours ->> 'balance', theirs ->> 'balance', reason) from meridian.conflict where origin like '%#rv-1'"))
                .isEqualTo("SALVAGED 4 9 revised by ann: she said so");
        assertThat(store.ask("select count(*) from meridian.telling")).isEqualTo("0");
    }

    @Test
    void itsRecordTellsTheRowAsAnyWriteAndWhoseWishItWas() throws Exception {
        Orphan lost = rejected("4", "9");
        seen();

        revise("rv-1", lost, Wish.SALVAGE, "");

        assertThat(entries())
                .hasExactlyElementsOfTypes(RowChange.Update.class, Revision.class)
                .last()
                .isInstanceOfSatisfying(Revision.class, told -> {
                    assertThat(told.cause()).isEqualTo(lost.origin());
                    assertThat(told.epoch()).isEqualTo(Epoch.of(3));
                    assertThat(told.verdict()).isEqualTo(Verdict.SALVAGED);
                    assertThat(told.ours()).contains("\"balance\":\"4\"");
                });
    }

    @Test
    void aWriteThatTookEffectIsUndone() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        forgetTouched();
        Orphan over = orphan(update(ACCOUNTS, "ann", "main", "9"));
        Orphan made = orphan(insert(ACCOUNTS, "ann", "new", "5"));
        store(over, made);
        decide();
        assertThat(accounts()).isEqualTo("main 9, new 5");

        assertThat(revise("rv-1", over, Wish.REJECT, "").problem()).isEmpty();
        assertThat(revise("rv-2", made, Wish.REJECT, "").problem()).isEmpty();

        assertThat(accounts()).isEqualTo("main 4");
    }

    @Test
    void aDeleteThatTookEffectIsUndoneAndMadeAgain() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        forgetTouched();
        Orphan gone = orphan(delete(ACCOUNTS, "ann", "main"));
        store(gone);
        decide();
        assertThat(accounts()).isNullOrEmpty();

        revise("rv-1", gone, Wish.REJECT, "");
        assertThat(accounts()).isEqualTo("main 4");

        revise("rv-2", gone, Wish.SALVAGE, "");
        assertThat(accounts()).isNullOrEmpty();
    }

    @Test
    void whatWasWrittenSinceIsOverwrittenOnlyByWhoNamesJustThat() throws Exception {
        Orphan lost = rejected("4", "9");
        application("update ledger.accounts set balance = 6");

        RevisionDone refused = revise("rv-1", lost, Wish.SALVAGE, "");
        assertThat(refused.problem()).contains("written since");
        assertThat(refused.present()).isEqualTo("[{\"user_key\":\"ann\",\"account\":\"main\",\"balance\":\"6\"}]");
        assertThat(accounts()).isEqualTo("main 6");

        application("update ledger.accounts set balance = 7");
        RevisionDone outdated = revise("rv-2", lost, Wish.SALVAGE, refused.over());
        assertThat(outdated.present()).contains("\"7\"");
        assertThat(accounts()).isEqualTo("main 7");

        assertThat(revise("rv-3", lost, Wish.SALVAGE, outdated.over()).problem())
                .isEmpty();
        assertThat(accounts()).isEqualTo("main 9");
    }

    @Test
    void anOrderIsCarriedOutOnce() throws Exception {
        Orphan lost = rejected("4", "9");
        revise("rv-1", lost, Wish.SALVAGE, "");
        application("update ledger.accounts set balance = 6");

        assertThat(revise("rv-1", lost, Wish.SALVAGE, "")).isEqualTo(RevisionDone.done("rv-1"));

        assertThat(accounts()).isEqualTo("main 6");
    }

    @Test
    void anOrderThatHasTheIdOfAnotherIsRefused() throws Exception {
        Orphan lost = rejected("4", "9");
        revise("rv-1", lost, Wish.SALVAGE, "");

        assertThat(revise("rv-1", lost, Wish.REJECT, "").problem()).contains("another order of this id");

        assertThat(accounts()).isEqualTo("main 9");
    }

    @Test
    void whatStandsSoAlreadyIsRefused() throws Exception {
        Orphan lost = rejected("4", "9");

        assertThat(revise("rv-1", lost, Wish.REJECT, "").problem())
                .isEqualTo("it stands so: it is REJECTED, and nobody has written the row since");
    }

    @Test
    void onlyADecidedWriteThatIsKnownIsRevised() throws Exception {
        Orphan open = orphan(insert(ACCOUNTS, "ann", "new", "5"));
        store(open);

        assertThat(revise("rv-1", open, Wish.SALVAGE, "").problem()).contains("no such write is known here");
        assertThat(revise("rv-2", orphan(insert(ACCOUNTS, "ann", "new", "5")), Wish.SALVAGE, "")
                        .problem())
                .contains("no such write is known here");
        assertThat(new Reviser(session, Duration.ofSeconds(3), TABLES)
                        .carryOut(
                                new RevisionOrder("rv-3", Optional.empty(), Epoch.of(3), Wish.SALVAGE, "", "ann", "x"))
                        .problem())
                .contains("no place");
        assertThat(accounts()).isNullOrEmpty();
    }

    @Test
    void withoutALeaseNobodyRevises() throws Exception {
        Orphan lost = rejected("4", "9");
        store.superuser("update meridian.lease set valid_until = clock_timestamp()");
        try {
            assertThat(revise("rv-1", lost, Wish.SALVAGE, "").problem()).contains("lease");
        } finally {
            store.lease();
        }
        assertThat(accounts()).isEqualTo("main 4");
    }

    @Test
    void whatTheStoreDoesNotTakeLeavesNothing() throws Exception {
        Orphan lost = rejected("4", "-9");
        seen();

        assertThat(revise("rv-1", lost, Wish.SALVAGE, "").problem())
                .startsWith("the store refuses it")
                .contains("never_below_zero");

        assertThat(accounts()).isEqualTo("main 4");
        assertThat(standing()).isEqualTo("REJECTED");
        assertThat(entries()).isEmpty();
    }

    @Test
    void whatIsNotKeptWholeIsNotBroughtBack() throws Exception {
        application("insert into ledger.entries values ('ann', 1, 10, repeat('x', 2001)), ('ann', 2, 10, 'short')");
        forgetTouched();
        Orphan longer = orphan(update(ENTRIES, "ann", "1", "20", "theirs"));
        Orphan renamed = orphan(new RowChange.Update(
                ENTRIES, ANNS, Optional.of(row("ann", "2", "10", "short")), row("ann", "3", "10", "short")));
        store(longer, renamed);
        decide();

        assertThat(revise("rv-1", longer, Wish.REJECT, "").problem()).contains("not kept whole");
        assertThat(revise("rv-2", renamed, Wish.REJECT, "").problem()).contains("another key");
        assertThat(store.ask("select string_agg(id || ' ' || note, ', ' order by id) from ledger.entries"))
                .isEqualTo("1 theirs, 3 short");
    }

    /** The log of the lost write held neither the note nor a column that its table did not have yet. */
    @Test
    void columnsThatTheLostWriteDidNotTellOfAreNotSetBackUnseen() throws Exception {
        application("insert into ledger.entries values ('ann', 1, 10, 'before'), ('ann', 2, 10, 'before')");
        forgetTouched();
        Orphan unchanged = orphan(new RowChange.Update(
                ENTRIES,
                ANNS,
                Optional.empty(),
                List.of(Value.of("ann"), Value.of("1"), Value.of("20"), Value.UNCHANGED)));
        Orphan older = orphan(update(relation("entries", "user_key", "id", "amount"), "ann", "2", "20"));
        store(unchanged, older);
        decide();
        assertThat(notes()).isEqualTo("20 before, 20 before");

        application("update ledger.entries set note = 'acknowledged'");
        assertThat(revise("rv-1", unchanged, Wish.REJECT, "").problem()).contains("written since");
        assertThat(revise("rv-2", older, Wish.REJECT, "").problem()).contains("written since");
        assertThat(notes()).isEqualTo("20 acknowledged, 20 acknowledged");

        application("update ledger.entries set note = 'before'");
        assertThat(revise("rv-3", unchanged, Wish.REJECT, "").problem()).isEmpty();
        assertThat(revise("rv-4", older, Wish.REJECT, "").problem()).isEmpty();
        assertThat(notes()).isEqualTo("10 before, 10 before");
    }

    @Test
    void whereNobodyLookedAtTheRowItIsNotTakenForNone() throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', 4)");
        Orphan lost = orphan(update(ACCOUNTS, "ann", "main", "9"));
        store(lost);
        session.setAutoCommit(true);
        OrphanRows.decided(
                session,
                List.of(new Decision(lost.origin(), Verdict.REJECTED, Adjudication.NO_TABLE, "")),
                Map.of(ANNS, Epoch.of(3)));
        String over = revise("rv-1", lost, Wish.SALVAGE, "").over();
        assertThat(revise("rv-2", lost, Wish.SALVAGE, over).problem()).isEmpty();

        assertThat(revise("rv-3", lost, Wish.REJECT, "").problem()).contains("not looked at");
        assertThat(accounts()).isEqualTo("main 9");
    }

    @Test
    void inAnotherEpochThanItWasAskedForNothingIsDone() throws Exception {
        Orphan lost = rejected("4", "9");

        assertThat(new Reviser(session, Duration.ofSeconds(3), TABLES)
                        .carryOut(order("rv-1", 1, lost, Wish.SALVAGE, ""))
                        .problem())
                .contains("at epoch 3")
                .contains("asked for at epoch 1");

        assertThat(accounts()).isEqualTo("main 4");
    }

    @Test
    void ofTwoWordsTheLaterStandsWhateverTheClockDid() throws Exception {
        Orphan lost = rejected("4", "9");
        revise("rv-1", lost, Wish.SALVAGE, "");
        store.superuser("update meridian.revision set revised_at = clock_timestamp() + interval '1 hour'");

        revise("rv-2", lost, Wish.REJECT, "");

        assertThat(standing()).isEqualTo("REJECTED, then REJECTED by ann: she said so");
    }

    @Test
    void inAStoreOfAnOlderReleaseAWordIsPassedOverAndOrphansAreListed() throws Exception {
        Orphan lost = rejected("4", "9");
        session.setAutoCommit(true);
        store.superuser("alter table meridian.revision rename to revision_aside");
        try {
            RevisionRows.store(
                    session,
                    List.of(new Revision(
                            lost.origin(),
                            "rv-1",
                            Epoch.of(3),
                            Verdict.SALVAGED,
                            "ann",
                            "she said so",
                            "",
                            1_000_000)));
            assertThat(standing()).isEqualTo("REJECTED");
            assertThat(revise("rv-2", lost, Wish.SALVAGE, "").problem()).contains("agent install --apply");
        } finally {
            store.superuser("alter table meridian.revision_aside rename to revision");
        }
    }

    @Test
    void aWordThatCameBeforeItsWriteIsShownWhenThatComes() throws Exception {
        Orphan late = orphan(insert(ACCOUNTS, "ann", "new", "5"));
        session.setAutoCommit(true);
        OrphanRows.decided(
                session, List.of(new Decision(late.origin(), Verdict.REJECTED, "r", "")), Map.of(ANNS, Epoch.of(3)));
        RevisionRows.store(
                session,
                List.of(new Revision(
                        late.origin(), "rv-1", Epoch.of(3), Verdict.SALVAGED, "ann", "she said so", "", 1_000_000)));

        store(late);

        assertThat(store.ask("select decision from meridian.conflict where origin like '%#rv-1'"))
                .isEqualTo("SALVAGED");
    }

    @Test
    void aLaterOrphanMeetsARowThatWasTouched() throws Exception {
        Orphan lost = rejected("4", "9");
        forgetTouched();
        revise("rv-1", lost, Wish.SALVAGE, "");
        store(orphan(update(ACCOUNTS, "ann", "main", "2")));

        decide();

        assertThat(accounts()).isEqualTo("main 9");
    }

    @Test
    void aDecisionOfALaterEpochStandsWithoutIt() throws Exception {
        Orphan lost = rejected("4", "9");
        revise("rv-1", lost, Wish.SALVAGE, "");
        session.setAutoCommit(true);

        OrphanRows.reopen(session, Map.of(lost.origin(), Epoch.of(3)));
        OrphanRows.decided(
                session,
                List.of(new Decision(lost.origin(), Verdict.REJECTED, "again", "")),
                Map.of(ANNS, Epoch.of(5)));

        assertThat(standing()).isEqualTo("REJECTED");
    }

    @Test
    void whatIsToldOfOneMayComeAgain() throws Exception {
        Orphan lost = rejected("4", "9");
        session.setAutoCommit(true);
        Revision told =
                new Revision(lost.origin(), "rv-1", Epoch.of(3), Verdict.SALVAGED, "ann", "she said so", "", 1_000_000);

        RevisionRows.store(session, List.of(told, told));
        RevisionRows.store(session, List.of(told));

        assertThat(standing()).isEqualTo("REJECTED, then SALVAGED by ann: she said so");
        assertThat(store.ask("select count(*) from meridian.conflict where origin like '%#rv-1'"))
                .isEqualTo("1");
    }

    /** Main has {@code ours}, and {@code theirs} was rejected. */
    private Orphan rejected(String ours, String theirs) throws Exception {
        application("insert into ledger.accounts values ('ann', 'main', " + ours + ")");
        touched("accounts", "{\"user_key\": \"ann\", \"account\": \"main\"}");
        Orphan lost = orphan(update(ACCOUNTS, "ann", "main", theirs));
        store(lost);
        assertThat(decide()).isEqualTo(1);
        return lost;
    }

    private String notes() throws SQLException {
        return store.ask("select string_agg(amount || ' ' || note, ', ' order by id) from ledger.entries");
    }

    private RevisionDone revise(String id, Orphan orphan, Wish wish, String over) throws Exception {
        return new Reviser(session, Duration.ofSeconds(3), TABLES).carryOut(order(id, 3, orphan, wish, over));
    }

    private static RevisionOrder order(String id, long epoch, Orphan orphan, Wish wish, String over) {
        return new RevisionOrder(id, Optional.of(orphan.origin()), Epoch.of(epoch), wish, over, "ann", "she said so");
    }

    private String standing() throws SQLException {
        session.setAutoCommit(true);
        OrphanList.Shown shown = OrphanList.read(session).newest().getFirst();
        return shown.decision().orElseThrow().verdict()
                + shown.revised()
                        .map(revised -> ", then " + revised.verdict() + " by " + revised.by() + ": " + revised.reason())
                        .orElse("");
    }
}
