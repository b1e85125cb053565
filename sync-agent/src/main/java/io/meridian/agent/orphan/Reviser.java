package io.meridian.agent.orphan;

import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Revision;
import io.meridian.agent.repair.RepairRefusedException;
import io.meridian.agent.repair.RepairedTable;
import io.meridian.agent.repair.ShardGate;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out what a person made of an orphan that was decided before: a write of the shard's owner as the application's are, behind the shard's gate and judged
 * as they are, and beside it, in the same transaction, the word that says whose wish it was. The decision itself stays, so no lineage can open its cause a second
 * time; a revision that falls behind a later cut is an orphan like any write.
 *
 * @see "PROTOCOL 7"
 */
public final class Reviser {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** What is told is of a kind that the store's own table of what is told does not take. */
    private static final String KIND_IS_NOT_KNOWN = "23514";
    /** No such table or function, or no right to it. */
    private static final Set<String> NOT_INSTALLED = Set.of("42P01", "42883", "42501", KIND_IS_NOT_KNOWN);

    private final Connection store;
    private final Duration transactionLimit;
    private final List<Topology.Table> tables;

    /** @param store a session with the text forms of all values pinned @param tables all of the topology's */
    public Reviser(Connection store, Duration transactionLimit, List<Topology.Table> tables) {
        this.store = store;
        this.transactionLimit = transactionLimit;
        this.tables = tables;
    }

    /** Thrown to undo what was written so far. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RevisionDone done;

        RefusedException(RevisionDone done) {
            super(done.problem());
            this.done = done;
        }
    }

    /**
     * Carrying out twice is as once.
     *
     * @throws SQLException the store failed: to be tried again
     */
    public RevisionDone carryOut(RevisionOrder order) throws SQLException, InterruptedException {
        if (order.origin().isEmpty()) {
            return RevisionDone.refused(
                    order.id(), "it names no place in a region's log; ./meridian orphans lists them");
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        store.setAutoCommit(false);
        store.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        while (true) {
            try {
                if (!isCarriedOut(order)) {
                    revise(order, order.origin().get());
                }
                store.commit();
                return RevisionDone.done(order.id());
            } catch (RefusedException e) {
                return e.done;
            } catch (RepairRefusedException e) {
                return RevisionDone.refused(order.id(), e.reason());
            } catch (SQLException e) {
                Optional<String> ends = lastWord(e, deadline);
                if (ends.isPresent()) {
                    return RevisionDone.refused(order.id(), ends.get());
                }
            } finally {
                if (!store.isClosed()) {
                    store.rollback();
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private static Optional<String> lastWord(SQLException failure, long deadline) throws SQLException {
        if (ShardGate.refused(failure)) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
        if (NOT_INSTALLED.contains(String.valueOf(failure.getSQLState()))) {
            return Optional.of(
                    "this store lacks what a revision needs: install this agent's version there (agent install --apply): "
                            + failure.getMessage());
        }
        if (!ShardGate.busy(failure)) {
            throw failure;
        }
        return System.nanoTime() - deadline > 0
                ? Optional.of("the shard was busy for " + PATIENCE.toSeconds() + " s: " + failure.getMessage())
                : Optional.empty();
    }

    private void revise(RevisionOrder order, Origin origin)
            throws SQLException, RefusedException, RepairRefusedException {
        ShardId shard = origin.shard();
        Epoch epoch = ShardGate.take(store, shard, transactionLimit);
        if (isCarriedOut(order)) {
            return; // By a session whose commit was on its way when it broke, which kept the gate until now.
        }
        if (!epoch.equals(order.epoch())) {
            throw refused(
                    order,
                    "shard " + shard + " is open here at epoch " + epoch + ", and this was asked for at epoch "
                            + order.epoch() + ": it was moved meanwhile; ask again");
        }
        Settled settled = Settled.find(store, origin)
                .orElseThrow(
                        () -> refused(
                                order,
                                "no such write is known here that was decided: it may wait for its decision, which comes by itself"));
        Meeting meeting = Meeting.of(store, settled.orphan(), table(order, settled));
        List<Optional<Map<String, Optional<String>>>> present = present(meeting);
        Verdict verdict = verdict(order);
        boolean asLeft = settled.asLeft(present);
        if (asLeft && settled.standing() == verdict) {
            throw refused(order, "it stands so: it is " + verdict + ", and nobody has written the row since");
        }
        if (!asLeft && !RowText.name(present).equals(order.over())) {
            throw new RefusedException(new RevisionDone(
                    order.id(),
                    "the row was written since, or whether it was is not known: say that this may be overwritten",
                    RowText.shown(present),
                    RowText.name(present)));
        }
        Salvage.withoutTriggers(store);
        Salvage salvage = new Salvage(store, meeting);
        Optional<String> refusal = switch (order.wish()) {
            case SALVAGE -> salvage.theirs();
            case REJECT -> restored(order, settled, meeting, salvage);
        };
        if (refusal.isPresent()) {
            throw refused(order, "the store refuses it: " + refusal.get());
        }
        TouchedRows.note(store, Map.of(shard, epoch), List.of(settled.orphan().change()));
        var revision = new Revision(
                origin,
                order.id(),
                epoch,
                verdict,
                order.by(),
                order.reason(),
                RowText.shown(present.getFirst()),
                RevisionRows.nextMicros(store, origin));
        Telling.tell(store, revision);
        RevisionRows.store(store, List.of(revision));
        Telling.removeAgain(store);
    }

    private boolean isCarriedOut(RevisionOrder order) throws SQLException, RefusedException {
        Optional<Revision> known = RevisionRows.find(store, order.id());
        if (known.isPresent() && !isOf(known.get(), order)) {
            throw refused(
                    order,
                    "another order of this id was carried out: the control plane was restored from a time before it; ask again");
        }
        return known.isPresent();
    }

    private static boolean isOf(Revision known, RevisionOrder order) {
        return order.origin().equals(Optional.of(known.cause()))
                && known.verdict() == verdict(order)
                && known.by().equals(order.by())
                && known.reason().equals(order.reason());
    }

    private static Verdict verdict(RevisionOrder order) {
        return switch (order.wish()) {
            case SALVAGE -> Verdict.SALVAGED;
            case REJECT -> Verdict.REJECTED;
        };
    }

    private static RefusedException refused(RevisionOrder order, String problem) {
        return new RefusedException(RevisionDone.refused(order.id(), problem));
    }

    private RepairedTable table(RevisionOrder order, Settled settled)
            throws SQLException, RefusedException, RepairRefusedException {
        String name = settled.orphan().change().relation().qualifiedName();
        Optional<Topology.Table> table = RepairedTable.named(tables, name);
        if (table.isEmpty()) {
            throw refused(order, name + " is no sharded table of the topology");
        }
        return RepairedTable.of(store, table.get());
    }

    private List<Optional<Map<String, Optional<String>>>> present(Meeting meeting) throws SQLException {
        List<Optional<Map<String, Optional<String>>>> present = new ArrayList<>();
        present.add(meeting.ours());
        for (List<String> key : meeting.keys().subList(1, meeting.keys().size())) {
            present.add(meeting.table().row(store, key));
        }
        return present;
    }

    private static Optional<String> restored(RevisionOrder order, Settled settled, Meeting meeting, Salvage salvage)
            throws SQLException, RefusedException {
        if (meeting.keys().size() > 1) {
            throw refused(order, "it gave the row another key, and of what was there before only one row is kept");
        }
        if (settled.reason().equals(Adjudication.NO_TABLE)) {
            throw refused(order, "what was there before was not looked at: its table was none of the topology's then");
        }
        if (RowText.isCut(settled.ours())) {
            throw refused(order, "the row of before is not kept whole: one of its values is too long");
        }
        return salvage.restored(settled.before());
    }
}
