package io.meridian.agent.orphan;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.repair.RepairedTable;
import io.meridian.agent.repair.ShardGate;
import io.meridian.agent.store.LineageBoard;
import io.meridian.conflict.orphan.OrphanPolicy;
import io.meridian.conflict.orphan.Ruling;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides some orphans of a shard that is open here, in their order, in one transaction behind the shard's gate. For each: the decision is told, then the row is
 * written if it is salvaged, then all rows that the orphan names are told as they are. What stands between decision and images is left out of the stream:
 * copies are brought in line by the images alone. What the store refuses is rejected; nothing of it stays. What one transaction wrote in the shard takes effect
 * whole or not at all.
 *
 * @see "PROTOCOL 7"
 */
final class Adjudication {
    /** Reason of a decision that looked at no row. */
    static final String NO_TABLE = "its table is no sharded table of the topology";

    private static final int AT_ONCE = 20;
    /** Rows of one transaction; a larger one is decided in as many steps as it takes, of which each looks at what those before it made of theirs. */
    private static final int MOST_OF_ONE = 100;
    /** No writer of the shard gets on meanwhile. */
    private static final Duration LONGEST = Duration.ofMillis(200);

    private final Connection store;
    private final Duration transactionLimit;
    private final List<Topology.Table> tables;
    private final String[] keeping;
    /** As they are in this transaction. */
    private final Map<String, RepairedTable> known = new HashMap<>();

    /** @param tables all of the topology's */
    Adjudication(Connection store, Duration transactionLimit, List<Topology.Table> tables) {
        this.store = store;
        this.transactionLimit = transactionLimit;
        this.tables = tables;
        this.keeping = LostTransaction.keeping(tables);
    }

    /**
     * @return how many were decided; 0: none waits
     * @throws RepairRefusedException the shard is not open here any more
     * @throws UndecidedException none was decided, and the first one needs somebody
     * @throws SQLException nothing was decided: somebody was within the gate, the fence admits no write now, or the store failed
     */
    int decide(ShardId shard) throws SQLException, RepairRefusedException, UndecidedException {
        store.setAutoCommit(false);
        store.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try {
            known.clear();
            long ends = System.nanoTime() + LONGEST.toNanos();
            Epoch epoch = ShardGate.take(store, shard, transactionLimit);
            Salvage.withoutTriggers(store);
            Lineage lineage = LineageBoard.stored(store, shard);
            int decided = 0;
            for (LostTransaction lost : LostTransaction.of(OpenOrphans.of(store, shard, AT_ONCE, MOST_OF_ONE))) {
                if (decided > 0 && System.nanoTime() - ends > 0) {
                    break;
                }
                Savepoint before = store.setSavepoint();
                try {
                    decide(lost, epoch, lineage);
                } catch (UndecidedException e) {
                    store.rollback(before);
                    if (decided > 0) {
                        break; // What was decided before it counts.
                    }
                    throw e;
                }
                decided += lost.orphans().size();
            }
            removeAgain();
            store.commit();
            return decided;
        } finally {
            if (!store.isClosed()) {
                store.rollback();
            }
        }
    }

    /** All of it takes effect, as the tables' policies say, or nothing. */
    private void decide(LostTransaction lost, Epoch epoch, Lineage lineage) throws SQLException, UndecidedException {
        List<Orphan> outside = new ArrayList<>();
        for (Orphan orphan : lost.orphans()) {
            if (isOutside(orphan, epoch, lineage)) {
                outside.add(orphan);
            } else {
                OrphanRows.drop(store, orphan.origin());
            }
        }
        try {
            if (!outside.isEmpty()) {
                decide(lost, outside, epoch);
            }
        } catch (RepairRefusedException e) {
            throw new UndecidedException(e.reason());
        }
    }

    private void decide(LostTransaction lost, List<Orphan> outside, Epoch epoch)
            throws SQLException, RepairRefusedException, UndecidedException {
        Optional<String> against = lost.against(store, keeping);
        if (against.isPresent()) {
            reject(outside, Map.of(), against.get(), epoch);
            return;
        }
        if (outside.size() == 1) {
            decide(outside.getFirst(), epoch);
            return;
        }
        Savepoint before = store.setSavepoint();
        for (Orphan orphan : outside) {
            Optional<String> rejected = decide(orphan, epoch);
            if (rejected.isPresent()) {
                store.rollback(before);
                String part = orphan.change().relation().qualifiedName() + " of shard "
                        + orphan.origin().shard();
                reject(
                        outside,
                        Map.of(orphan.origin(), rejected.get()),
                        LostTransaction.because(part, rejected.get()),
                        epoch);
                return;
            }
        }
        store.releaseSavepoint(before);
    }

    /**
     * The epoch that is open here may have been built on a later cut than the one that made it an orphan. Taken for one, an older write of its epoch would undo
     * a later one, since neither is touched.
     */
    private static boolean isOutside(Orphan orphan, Epoch epoch, Lineage lineage) throws UndecidedException {
        Position position = orphan.origin().position();
        return switch (lineage.standing(
                orphan.epoch(), new Position(position.incarnation(), position.lsn(), 0), epoch)) {
            case Lineage.Standing.History _ -> false;
            case Lineage.Standing.Outside _ -> true;
            case Lineage.Standing.Unknown unknown ->
                throw new UndecidedException("what epoch " + unknown.missing()
                        + " was built on is not known here, so whether a write of epoch " + orphan.epoch()
                        + " has its place is not either");
        };
    }

    /** @return why it does not take effect; empty: it does, or its table is not there, which says nothing of the rest of its transaction */
    private Optional<String> decide(Orphan orphan, Epoch epoch)
            throws SQLException, RepairRefusedException, UndecidedException {
        Optional<Topology.Table> table = table(orphan);
        if (table.isEmpty()) {
            tell(new Decision(orphan.origin(), Verdict.REJECTED, NO_TABLE, ""), epoch);
            return Optional.empty();
        }
        Meeting meeting = meeting(orphan, table.get());
        Optional<String> rejected = switch (ruling(meeting, table.get())) {
            case Ruling.Ours ours -> {
                tell(decision(meeting, Verdict.REJECTED, ours.reason()), epoch);
                yield Optional.of(ours.reason());
            }
            case Ruling.Theirs theirs ->
                attempt(meeting, decision(meeting, Verdict.SALVAGED, theirs.reason()), epoch, Salvage::theirs);
            case Ruling.Merged merged ->
                attempt(
                        meeting,
                        decision(meeting, Verdict.MERGED, merged.reason()),
                        epoch,
                        salvage -> salvage.merged(merged.row()));
        };
        meeting.table().tell(store, orphan.origin().shard(), meeting.keys());
        return rejected;
    }

    /**
     * All of a transaction's, after what was written of it was rolled back.
     *
     * @param because by orphan, of those that have a reason of their own
     * @param against reason of all others, but for those whose row keeps what is there
     */
    private void reject(List<Orphan> lost, Map<Origin, String> because, String against, Epoch epoch)
            throws SQLException, RepairRefusedException, UndecidedException {
        for (Orphan orphan : lost) {
            Optional<Topology.Table> table = table(orphan);
            if (table.isEmpty()) {
                tell(new Decision(orphan.origin(), Verdict.REJECTED, NO_TABLE, ""), epoch);
                continue;
            }
            Meeting meeting = meeting(orphan, table.get());
            String own = because.get(orphan.origin());
            String reason = own != null
                    ? own
                    : ruling(meeting, table.get()) instanceof Ruling.Ours ours ? ours.reason() : against;
            tell(decision(meeting, Verdict.REJECTED, reason), epoch);
            meeting.table().tell(store, orphan.origin().shard(), meeting.keys());
        }
    }

    private Meeting meeting(Orphan orphan, Topology.Table table) throws SQLException, RepairRefusedException {
        String name = RepairedTable.name(table);
        RepairedTable here = known.get(name);
        if (here == null) {
            here = RepairedTable.of(store, table);
            known.put(name, here);
        }
        return Meeting.of(store, orphan, here);
    }

    private Optional<Topology.Table> table(Orphan orphan) {
        return RepairedTable.named(tables, orphan.change().relation().qualifiedName());
    }

    private static Ruling ruling(Meeting meeting, Topology.Table table) throws UndecidedException {
        if (meeting.untouched()) {
            return new Ruling.Theirs("nobody has written the row since");
        }
        OrphanPolicy policy = OrphanPolicy.of(table.orphans())
                .orElseThrow(() -> new UndecidedException("the policy " + table.orphans() + " of "
                        + RepairedTable.name(table) + " is not on this agent's class path"));
        try {
            return policy.rule(meeting.dispute());
        } catch (RuntimeException e) {
            return new Ruling.Ours("the policy " + table.orphans() + " failed: " + e);
        }
    }

    /** Writes what shall stand; empty, or why the store does not take it. */
    @FunctionalInterface
    private interface Writing {
        Optional<String> by(Salvage salvage) throws SQLException;
    }

    /** @return why the store does not take it */
    private Optional<String> attempt(Meeting meeting, Decision decision, Epoch epoch, Writing writing)
            throws SQLException {
        Savepoint before = store.setSavepoint();
        tell(decision, epoch);
        Optional<String> refusal = writing.by(new Salvage(store, meeting)).map(why -> "the store refuses it: " + why);
        if (refusal.isPresent()) {
            store.rollback(before);
            tell(decision(meeting, Verdict.REJECTED, refusal.get()), epoch);
        } else {
            store.releaseSavepoint(before);
        }
        return refusal;
    }

    private void tell(Decision decision, Epoch epoch) throws SQLException {
        Telling.tell(store, decision);
        OrphanRows.decided(store, List.of(decision), Map.of(decision.shard(), epoch));
    }

    private static Decision decision(Meeting meeting, Verdict verdict, String reason) {
        return new Decision(meeting.orphan().origin(), verdict, reason, RowText.shown(meeting.ours()));
    }

    private void removeAgain() throws SQLException {
        Telling.removeAgain(store);
        try (Statement statement = store.createStatement()) {
            statement.execute("delete from meridian.repair");
        }
    }
}
