package io.meridian.agent.apply;

import io.meridian.conflict.Verdict;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Lets parked shares take effect, each shard's in order, as soon as nothing hinders the oldest. Shards that wait are looked at by their oldest alone;
 * those of which it may take effect flow from then on, many transactions of many shards in one commit here, some at each call. What fails together is tried
 * in halves, down to the one that the store refuses. Owned by the applier's thread.
 */
final class ParkedRelease {
    private static final Logger LOG = Logger.getLogger(ParkedRelease.class);

    /** What is read at once. */
    private static final int MOST_SHARDS = 50;

    private static final int MOST_SHARES = 500;
    private static final long MOST_BYTES = 4L << 20;

    /** New records wait meanwhile. Together more than one poll brings, so that what flows ends however fast the source writes on. */
    private static final int MOST_READINGS = 4;

    private final PartitionApplier.Shared shared;
    private final RegionId source;
    private final Connection store;
    private final GroupWriter writer;
    private final ParkedRows rows;
    private final ParkedShards parked;
    private final Committed committed;
    private final Supplier<List<ShardId>> lookAgain;

    /** @param lookAgain shards of which a person decided something, each once */
    ParkedRelease(
            PartitionApplier.Shared shared,
            RegionId source,
            int partition,
            Connection store,
            GroupWriter writer,
            ParkedShards parked,
            Committed committed,
            Supplier<List<ShardId>> lookAgain) {
        this.shared = shared;
        this.source = source;
        this.store = store;
        this.writer = writer;
        this.rows = new ParkedRows(store, source, partition);
        this.parked = parked;
        this.committed = committed;
        this.lookAgain = lookAgain;
    }

    /** Inside no transaction. Where some flow on ({@link ParkedShards#anyFlows}), it is to be called again soon. @throws SQLException the session is lost */
    void run() throws SQLException {
        lookAgain.get().forEach(parked::lookAgain);
        if (parked.isEmpty()) {
            return;
        }
        var seen = new ParkedShards.Seen(
                shared.heads().version(), shared.heads().frozen().version());
        List<ShardId> due = parked.due(seen);
        for (int from = 0; from < due.size(); from += MOST_SHARDS) {
            look(due.subList(from, Math.min(due.size(), from + MOST_SHARDS)), seen);
        }
        for (int reading = 0; reading < MOST_READINGS && parked.anyFlows(); reading++) {
            List<ShardId> shards = parked.nextFlowing(MOST_SHARDS);
            release(read(shards, MOST_SHARES / shards.size(), MOST_BYTES / shards.size()), seen);
        }
    }

    /** Nothing is left of those that are not among them. */
    private List<ParkedRows.Transaction> read(List<ShardId> shards, int shares, long bytes) throws SQLException {
        List<ParkedRows.Transaction> oldest = rows.oldest(shards, shares, bytes);
        store.rollback(); // reading began a transaction
        Set<ShardId> empty = new HashSet<>(shards);
        oldest.forEach(transaction -> empty.remove(transaction.shard()));
        for (ShardId shard : empty) {
            parked.released(shard);
            LOG.infof("shard waits no more shard=%s source=%s", shard, source);
        }
        return oldest;
    }

    /** What was refused, or failed, is tried by itself: it would take others with it. */
    private void look(List<ShardId> shards, ParkedShards.Seen seen) throws SQLException {
        for (ParkedRows.Transaction oldest : read(shards, 1, 1)) {
            if (oldest.waiting() == Waiting.REFUSED || parked.hasFailed(oldest.shard())) {
                if (alone(oldest, seen)) {
                    parked.flow(oldest.shard());
                }
                continue;
            }
            switch (new ParkedGroup(unhindered()).plan(oldest)) {
                case ParkedGroup.Planned.Free _ -> parked.flow(oldest.shard());
                case ParkedGroup.Planned.Hindered(RecordPlanner.Park park) -> waits(oldest, park, seen);
            }
        }
    }

    /** @param transactions by shard, each shard's in order */
    private void release(List<ParkedRows.Transaction> transactions, ParkedShards.Seen seen) throws SQLException {
        var group = new ParkedGroup(unhindered());
        for (ParkedRows.Transaction transaction : transactions) {
            if (!parked.flows(transaction.shard()) || group.stopsBefore(transaction.shard())) {
                continue;
            }
            switch (group.plan(transaction)) {
                case ParkedGroup.Planned.Hindered hindered -> group.waits(transaction, hindered);
                case ParkedGroup.Planned.Free free
                when free.alone() || transaction.skip().isPresent() -> {
                    write(group, seen);
                    group = new ParkedGroup(unhindered());
                    if (parked.flows(transaction.shard())) {
                        alone(transaction, seen);
                    }
                }
                case ParkedGroup.Planned.Free free -> group.add(transaction, free);
            }
            if (group.isFull()) {
                write(group, seen);
                group = new ParkedGroup(unhindered());
            }
        }
        write(group, seen);
    }

    private RecordPlanner.Shards unhindered() {
        return CommittedShards.unhindered(shared.here(), shared.heads(), shared.stopped(), shared.seedings());
    }

    private void write(ParkedGroup group, ParkedShards.Seen seen) throws SQLException {
        List<ParkedRows.Transaction> transactions = group.transactions();
        if (!transactions.isEmpty()) {
            try {
                writer.release(group.effects(), transactions);
                took(group);
            } catch (SQLException | CannotApplyException | OvertakenException e) {
                if (Failure.of(e) == Failure.SESSION_LOST) {
                    throw e;
                }
                LOG.debugf(e, "%d parked transactions failed together source=%s", transactions.size(), source);
                apart(transactions, seen);
            }
        }
        for (ParkedGroup.Waits one : group.waiting()) {
            if (parked.flows(one.transaction().shard())) {
                waits(one.transaction(), one.park(), seen);
            }
        }
    }

    /** Planned anew: some of it may have failed because a head was marked or moved on. */
    private void apart(List<ParkedRows.Transaction> transactions, ParkedShards.Seen seen) throws SQLException {
        if (transactions.size() == 1) {
            alone(transactions.getFirst(), seen);
            return;
        }
        int half = transactions.size() / 2;
        release(transactions.subList(0, half), seen);
        release(transactions.subList(half, transactions.size()), seen);
    }

    /** Its changes one by one, or none of them, if a person said so. @return it took effect; otherwise its shard waits */
    private boolean alone(ParkedRows.Transaction transaction, ParkedShards.Seen seen) throws SQLException {
        var group = new ParkedGroup(unhindered());
        switch (group.plan(transaction)) {
            case ParkedGroup.Planned.Hindered(RecordPlanner.Park park) -> {
                waits(transaction, park, seen);
                return false;
            }
            case ParkedGroup.Planned.Free free -> group.add(transaction, free);
        }
        try {
            if (transaction.skip().isPresent()) {
                writer.skip(group.effects(), transaction);
                told(transaction, transaction.skip().get());
            } else {
                writer.releaseOneByOne(group.effects(), transaction);
            }
        } catch (OvertakenException _) {
            waits(transaction, RecordPlanner.FROZEN, seen);
            return false;
        } catch (SQLException | CannotApplyException e) {
            switch (Failure.of(e)) {
                case SESSION_LOST -> throw e;
                case PASSES -> parked.failed(transaction.shard(), Failure.inWords(e));
                case REFUSED ->
                    waits(transaction, new RecordPlanner.Hindrance(Waiting.REFUSED, Failure.inWords(e)), seen);
            }
            return false;
        }
        took(group);
        return true;
    }

    private void told(ParkedRows.Transaction transaction, ParkedRows.Skip skip) {
        LOG.warnf(
                "a parked transaction is skipped, as a person said shard=%s source=%s position=%s by=%s reason=%s",
                transaction.shard(), source, transaction.first().position(), skip.by(), skip.reason());
    }

    private void took(ParkedGroup group) {
        committed.heads(group.effects().heads(), group.effects().opened());
        for (ApplyGroup.Item item : group.effects().items()) {
            shared.stopped()
                    .committed(item.record(), item.copyOffset(), item.plan().stops());
        }
        group.transactions().forEach(transaction -> parked.took(transaction.shard(), transaction.bytes()));
    }

    private void waits(ParkedRows.Transaction transaction, RecordPlanner.Park park, ParkedShards.Seen seen)
            throws SQLException {
        park.verdict().ifPresent(verdict -> waitsFor(transaction.shard(), verdict, park.epoch()));
        waits(transaction, new RecordPlanner.Hindrance(park.waiting(), park.reason()), seen);
    }

    /** Whoever can bring what an OPEN waits for is told, again at each look. */
    private void waitsFor(ShardId shard, Verdict verdict, Epoch opening) {
        if (verdict instanceof Verdict.Surplus surplus) {
            shared.aligner().wanted(shard, surplus, opening);
        } else if (verdict instanceof Verdict.AwaitsBase awaits) {
            shared.missing().awaited(shard, awaits.base());
        }
    }

    private void waits(ParkedRows.Transaction transaction, RecordPlanner.Hindrance hindrance, ParkedShards.Seen seen)
            throws SQLException {
        if (hindrance.waiting() != transaction.waiting() || !hindrance.reason().equals(transaction.reason())) {
            writer.waits(transaction, hindrance);
        }
        parked.waits(transaction.shard(), hindrance, seen);
    }
}
