package io.meridian.simulation.rules;

import java.util.function.Supplier;

/** One deliberate flaw each. A flaw that no history shows would mean that the simulation does not look there. */
public enum Mutant {
    CLOSER_WITHOUT_GATE(
            "1",
            "the closer takes the row but not the gate, and does not wait for writers",
            FenceMutants::closerWithoutGate),
    READ_BEFORE_THE_GATE(
            "1",
            "the fence is read in the statement that takes the gate, by its older snapshot",
            FenceMutants::readBeforeTheGate),
    OPENING_TIME_IGNORED(
            "1", "a transaction that began before the opening may write after it", FenceMutants::openingTimeIgnored),
    MARKER_IN_ITS_OWN_TRANSACTION(
            "1",
            "the marker is written in a transaction behind that of the fence",
            FenceMutants::markerInItsOwnTransaction),
    FENCE_GOES_BACK(
            "1", "a closing writes what is known, even if the row has gone further", FenceMutants::fenceGoesBack),
    CLOSER_SKIPS_ROWS("1", "the closer leaves out every other row", FenceMutants::closerSkipsRows),
    REPORTS_ITS_INTENTION("1", "an agent reports closed what it set out to close", FenceMutants::reportsItsIntention),
    OPENS_BLINDLY(
            "1",
            "opening looks at nothing, and the control plane activates without the target's heads",
            FenceMutants::opensBlindly),
    LEASE_FROM_NOW_ON(
            "2",
            "the lease counts from when it is written, not from before it was asked for",
            LeaseMutants::leaseFromNowOn),
    RENEWAL_FROM_CACHE("2", "a renewal is answered from the idempotency cache", LeaseMutants::renewalFromCache),
    RENEWAL_UNVERIFIED("2", "the lease is written without looking at the rows", LeaseMutants::renewalUnverified),
    RENEWAL_LOOKS_AT_OPEN_ROWS(
            "2", "a renewal raises and looks at open rows only", LeaseMutants::renewalLooksAtOpenRows),
    TAKEOVER_WITHOUT_DRIFT(
            "2",
            "a takeover waits for the lease, but not for clocks that run apart",
            LeaseMutants::takeoverWithoutDrift),
    TAKEOVER_WITHOUT_TRANSACTIONS(
            "2",
            "a takeover does not wait for transactions that were let through",
            LeaseMutants::takeoverWithoutTransactions),
    LEADER_INHERITS_READINGS(
            "2",
            "a new leader goes on with the old one's readings on its own clock",
            LeaseMutants::leaderInheritsReadings),
    GRANTS_BACK_AT_ONCE(
            "3", "a rollback grants at once, on the last position that was reported", SwitchMutants::grantsBackAtOnce),
    REPORTS_MATCHED_BY_STATE(
            "5",
            "a closed row is matched by the run's state, not by the epoch that it closes",
            SwitchMutants::reportsMatchedByState),
    ACTIVATES_WITHOUT_HEADS(
            "5", "the new owner is granted before it has caught up", SwitchMutants::activatesWithoutHeads),
    BARRIER_WITH_PATIENCE("5", "the barrier of the hold endpoints has patience", SwitchMutants::barrierWithPatience),
    FREED_ON_THE_GRANT(
            "5",
            "requests are released when the grant is committed, not when the fence is open",
            SwitchMutants::freedOnTheGrant),
    FORGETS_TO_UNFREEZE(
            "5", "a run that is cancelled while it holds releases nothing", SwitchMutants::forgetsToUnfreeze),
    LAPSED_ROUTER_HOLDS_ON("5", "a router that lost touch keeps holding", SwitchMutants::lapsedRouterHoldsOn),
    DEDUPES_BY_OFFSET("4", "what was applied is told by offset alone", RecordMutants::dedupesByOffset),
    NO_PREDECESSOR(
            "4", "what comes next is told by position alone, without its predecessor", RecordMutants::noPredecessor),
    CAPTURE_GOES_ON("4", "capture goes on behind a failed send, and counts it", RecordMutants::captureGoesOn),
    OPEN_IS_NO_BARRIER("4", "an OPEN does not wait for its base", RecordMutants::openIsNoBarrier),
    FLOWS_PAST_WHAT_IS_PARKED(
            "4",
            "later records of a shard take effect while an earlier one of it is parked",
            RecordMutants::flowsPastWhatIsParked),
    NEWEST_PARKED_FIRST("4", "of what is parked the newest takes effect first", RecordMutants::newestParkedFirst),
    PROGRESS_LATER("4", "progress moves in a transaction of its own", RecordMutants::progressLater),
    EPOCH_FROM_THE_TABLE(
            "4", "a row's epoch is that of the fence table when the log is read", RecordMutants::epochFromTheTable),
    EXPIRES_AT_ONCE(
            "2", "a lease that is revoked is taken for over before its time is", LossMutants::expiresAtOnce, true),
    GATHERS_AT_ONCE(
            "2",
            "gathering does not wait for transactions that the lost lease let through",
            LossMutants::gathersAtOnce,
            true),
    ANSWER_DOES_NOT_FREEZE(
            "6", "a survivor answers with its head and goes on applying", LossMutants::answerDoesNotFreeze, true),
    LOWEST_ANSWER_IS_THE_CUT("6", "the cut is some answer, not the furthest", LossMutants::lowestAnswerIsTheCut, true),
    SURPLUS_STAYS("6", "an OPEN takes effect over what its base does not contain", LossMutants::surplusStays, true),
    ORPHANS_ARE_DROPPED("7", "what is outside the lineage is passed over", LossMutants::orphansAreDropped, true),
    DECISIONS_WITHOUT_IMAGES(
            "7", "a decision is told without the rows that it is about", LossMutants::decisionsWithoutImages, true),
    WRITES_ARE_NOT_NOTED(
            "7", "what is written of a shard that was cut is not noted", LossMutants::writesAreNotNoted, true),
    TOUCHED_IS_SALVAGED(
            "7", "an orphan takes effect although its row was written since", LossMutants::touchedIsSalvaged, true);

    private final String section;
    private final String flaw;
    private final Supplier<Rules> rules;
    private final boolean needsALoss;

    Mutant(String section, String flaw, Supplier<Rules> rules) {
        this(section, flaw, rules, false);
    }

    Mutant(String section, String flaw, Supplier<Rules> rules, boolean needsALoss) {
        this.section = section;
        this.flaw = flaw;
        this.rules = rules;
        this.needsALoss = needsALoss;
    }

    /** Only a history in which a region is lost can show it. */
    public boolean needsALoss() {
        return needsALoss;
    }

    /** Of PROTOCOL. */
    public String section() {
        return section;
    }

    public String flaw() {
        return flaw;
    }

    /** New for each history: some remember what they saw in it. */
    public Rules rules() {
        return rules.get();
    }
}
