package io.meridian.agent.apply;

import io.meridian.conflict.Verdict;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Lets parked shares take effect, each shard's in order, as soon as nothing hinders the oldest. Owned by the applier's thread. */
final class ParkedRelease {
    private static final Logger LOG = Logger.getLogger(ParkedRelease.class);

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

    /** Inside no transaction. @throws SQLException the session is lost */
    void run() throws SQLException {
        lookAgain.get().forEach(parked::lookAgain);
        if (parked.isEmpty()) {
            return;
        }
        var seen = new ParkedShards.Seen(
                shared.heads().version(), shared.heads().frozen().version());
        for (ShardId shard : parked.due(seen)) {
            release(shard, seen);
        }
    }

    private void release(ShardId shard, ParkedShards.Seen seen) throws SQLException {
        while (true) {
            Optional<ParkedRows.Oldest> oldest = rows.oldest(shard);
            store.rollback(); // looking began a transaction
            if (oldest.isEmpty()) {
                parked.released(shard);
                LOG.infof("shard waits no more shard=%s source=%s", shard, source);
                return;
            }
            Optional<RecordPlanner.Hindrance> hindrance = release(shard, oldest.get());
            if (hindrance.isPresent()) {
                waits(shard, oldest.get(), hindrance.get(), seen);
                return;
            }
        }
    }

    /** @return why it waits on; empty: it took effect */
    private Optional<RecordPlanner.Hindrance> release(ShardId shard, ParkedRows.Oldest oldest) throws SQLException {
        var ahead = new ShardsAhead(
                CommittedShards.unhindered(shared.here(), shared.heads(), shared.stopped(), shared.seedings()));
        List<RecordPlanner.Plan.Apply> plans = new ArrayList<>();
        for (var share : oldest.shares()) {
            var plan = (RecordPlanner.Plan.Apply) RecordPlanner.plan(share, ahead, RecordPlanner.Patience.PARK);
            if (!plan.parks().isEmpty()) {
                RecordPlanner.Park park = plan.parks().getFirst();
                park.verdict().ifPresent(verdict -> waitsFor(shard, verdict, park.epoch()));
                return Optional.of(new RecordPlanner.Hindrance(park.waiting(), park.reason()));
            }
            ahead.add(plan);
            plans.add(plan);
        }
        try {
            if (oldest.skip().isPresent()) {
                writer.skip(oldest, shard, plans);
                LOG.warnf(
                        "a parked transaction is skipped, as a person said shard=%s source=%s position=%s by=%s reason=%s",
                        shard,
                        source,
                        oldest.first().position(),
                        oldest.skip().get().by(),
                        oldest.skip().get().reason());
            } else {
                writer.release(oldest, shard, plans);
            }
        } catch (OvertakenException _) {
            return Optional.of(RecordPlanner.FROZEN);
        } catch (SQLException | CannotApplyException e) {
            return Optional.of(
                    switch (Failure.of(e)) {
                        case SESSION_LOST -> throw e;
                        case PASSES -> new RecordPlanner.Hindrance(oldest.waiting(), oldest.reason());
                        case REFUSED -> new RecordPlanner.Hindrance(Waiting.REFUSED, Failure.inWords(e));
                    });
        }
        committed.heads(ahead.moved(), opened(plans));
        plans.forEach(plan -> shared.stopped().committed(oldest.first(), -1, plan.stops()));
        return Optional.empty();
    }

    /** Whoever can bring what an OPEN waits for is told, again at each look. */
    private void waitsFor(ShardId shard, Verdict verdict, Epoch opening) {
        if (verdict instanceof Verdict.Surplus surplus) {
            shared.aligner().wanted(shard, surplus, opening);
        } else if (verdict instanceof Verdict.AwaitsBase awaits) {
            shared.missing().awaited(shard, awaits.base());
        }
    }

    private static List<Ownership.Grant> opened(List<RecordPlanner.Plan.Apply> plans) {
        return plans.stream()
                .flatMap(plan -> plan.opened().stream())
                .map(RecordPlanner.Opened::grant)
                .toList();
    }

    private void waits(
            ShardId shard, ParkedRows.Oldest oldest, RecordPlanner.Hindrance hindrance, ParkedShards.Seen seen)
            throws SQLException {
        if (hindrance.waiting() != oldest.waiting() || !hindrance.reason().equals(oldest.reason())) {
            writer.waits(oldest, shard, hindrance);
        }
        parked.waits(shard, hindrance, seen);
    }
}
