package io.meridian.simulation.rules;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.fence.FencePlan;
import io.meridian.agent.fence.FencePlanner;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.OpeningRule;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.FrozenShards;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.RecordClassifier;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.conflict.StreamVerdict;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.router.hold.HoldRules;
import io.meridian.router.hold.HoldTruth;
import io.meridian.simulation.engine.Chance;
import io.meridian.simulation.store.Fence;
import io.meridian.simulation.store.Lease;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Every rule as a method, whose default is the real one. Those that are Java are production's own; those that stand in SQL, or in the order of a
 * shell's steps, are written here as the smallest function that says the same, and the comment names the place. A mutant overrides one.
 */
public interface Rules {
    Rules REAL = new Rules() {};

    // ---- control plane: PROTOCOL 3 and 5

    default Decision decide(ControlState state, Command command) {
        return Decider.decide(state, command);
    }

    /** A renewal is never answered from an idempotency cache. */
    default boolean renewalFromCache() {
        return false;
    }

    // ---- fence: PROTOCOL 1

    default FencePlan plan(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
        return FencePlanner.plan(here, desired, rows);
    }

    default FencePlan withdrawals(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
        return FencePlanner.withdrawals(here, desired, rows);
    }

    default Optional<String> obstacle(
            Ownership.Grant grant, RegionId here, long knownRevision, OpeningRule.Facts facts) {
        return OpeningRule.obstacle(grant, here, knownRevision, facts);
    }

    /** {@code meridian.check_shard}. @return SQLSTATE; empty: the write is let through */
    default Optional<String> refusal(Fence fence, Lease lease, long nowMicros, long begunMicros) {
        if (!fence.open()) {
            return Optional.of("MR001");
        }
        if (!lease.holds(nowMicros)) {
            return Optional.of("MR003");
        }
        return begunMicros < fence.openedAtMicros() ? Optional.of("MR002") : Optional.empty();
    }

    /** The gate is a statement of its own: what is read behind it is younger. */
    default Fence rowRead(Fence whenAsked, Fence behindTheGate) {
        return behindTheGate;
    }

    /** A closer takes the gate: it waits for writers between their check and their end. */
    default boolean closerWaits() {
        return true;
    }

    /** The WHERE of {@code FenceWriter.close}; the trigger {@code fence_is_monotone} says the same. */
    default boolean closes(Fence row, FencePlan.Close close) {
        return row.open() && row.epoch().equals(close.closes()) && close.epoch().isAbove(row.epoch());
    }

    /** How long after the fence's commit its marker is committed: never, it is the same commit. */
    default long markerLagMicros(Chance chance) {
        return 0;
    }

    /** {@code Reporter}: what is reported is the committed row, read again. @param intended what was planned for it last */
    default FenceRow reported(FenceRow committed, Optional<FencePlan.Close> intended, Optional<Position> lastCaptured) {
        return committed;
    }

    // ---- lease: PROTOCOL 2

    /** {@code LeaseRow.fencesBehind}. */
    default List<ShardId> fencesBehind(Collection<Ownership> known, SortedMap<ShardId, Fence> rows) {
        return known.stream()
                .filter(ownership -> {
                    Fence row = rows.get(ownership.shard());
                    return row == null
                            || FencePlanner.newestWithdrawal(ownership).isAbove(row.epoch());
                })
                .map(Ownership::shard)
                .toList();
    }

    /** {@code LeaseRow.update}: {@code valid_until}. */
    default long leaseEndMicros(long askedMicros, long nowMicros, long durationMicros) {
        return askedMicros + durationMicros;
    }

    /** EXPIRED: how long after the last applied renewal a region may be taken over, by the leader's clock. */
    default long takeoverAfterMicros(long durationMicros, double drift) {
        return (long) (durationMicros * (1 + 2 * drift));
    }

    /** GATHER: how long after that the last transaction that was let through has ended. */
    default long commitsEndAfterMicros(long transactionLimitMicros, double drift) {
        return (long) (transactionLimitMicros * (1 + 2 * drift)) + 1_000_000;
    }

    /** A new leader counts from its own election. */
    default boolean leaderInheritsReadings() {
        return false;
    }

    // ---- records: PROTOCOL 4

    default StreamVerdict ofStream(StreamPosition applied, Position record, StreamPosition predecessor) {
        return RecordClassifier.ofStream(applied, record, predecessor);
    }

    default RecordPlanner.Plan planRecord(
            SourceRecord record, RecordPlanner.Shards shards, RecordPlanner.Patience patience) {
        return RecordPlanner.plan(record, shards, patience);
    }

    /** {@code ParkedShards}: behind a share that waits, all later ones of its shard and source wait. */
    default boolean waitsBehind() {
        return true;
    }

    /** {@code ParkedRows.oldest}: parked shares take effect in the order in which they came. */
    default boolean oldestFirst() {
        return true;
    }

    /** Progress moves in the transaction that applies. */
    default boolean progressMovesAtOnce() {
        return true;
    }

    /** {@code SentLedger}: after the first failed send nothing more is sent or counted. */
    default boolean captureGoesOnBehindAFailure() {
        return false;
    }

    /** The epoch of a row comes from the stream's markers. */
    default Map<ShardId, Epoch> epochsOfRows(Map<ShardId, Epoch> stream, Map<ShardId, Epoch> fenceTable) {
        return stream;
    }

    // ---- failover: PROTOCOL 6

    /** {@code LeaderClock}: how long something has to stand before what follows is proposed. */
    default Duration limit(Standing standing) {
        return standing.limit();
    }

    /** What a store knows of a shard besides its head. */
    default Optional<KnownLineage> known(KnownLineage known) {
        return Optional.of(known);
    }

    /** {@code FrozenHeads.freeze}: what is answered is frozen by the transaction that reads it. */
    default boolean gatherFreezes() {
        return true;
    }

    /** {@code FrozenHeads.limit}: a cut counts where the attempt froze that it was decided in. */
    default boolean cutIsOfItsAttempt() {
        return true;
    }

    /** The WHERE of {@code HeadRows.WRITE}; {@link FrozenShards#holds} says the same. */
    default boolean frozen(FrozenShards frozen, ShardId shard, ShardHead.At next) {
        return frozen.holds(shard, next);
    }

    // ---- orphans: PROTOCOL 7

    /** What an applier meets outside the lineage, and what an aligner takes back, is stored in the same transaction. */
    default boolean keepsOrphans() {
        return true;
    }

    /** {@code Teller}: every region hears of an orphan. */
    default boolean tellsOrphans() {
        return true;
    }

    /** {@code Adjudication}: behind a decision the rows that its orphan names are told whole. */
    default boolean tellsImages() {
        return true;
    }

    /** {@code meridian.touched}: what is written of an unclean shard is noted with its epoch. */
    default boolean notesTouched() {
        return true;
    }

    /** {@code Meeting.untouched}. @param noted the shard is unclean here */
    default boolean untouched(boolean noted, boolean touched) {
        return noted && !touched;
    }

    /** {@code Adjudication.decide}: what the lineage of the open epoch contains is no orphan. */
    default Lineage.Standing standing(Lineage lineage, Epoch epoch, Position position, Epoch of) {
        return lineage.standing(epoch, position, of);
    }

    // ---- router

    default HoldRules.Verdict hold(
            Optional<HoldTruth> truth, int shard, Optional<String> refusedBy, boolean changed, boolean lapsed) {
        return HoldRules.decide(truth, shard, refusedBy, changed, lapsed);
    }
}
