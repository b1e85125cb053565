package io.meridian.simulation.rules;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.conflict.StreamVerdict;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Flaws in PROTOCOL 4. */
final class RecordMutants {
    private RecordMutants() {}

    static Rules dedupesByOffset() {
        return new Rules() {
            @Override
            public StreamVerdict ofStream(StreamPosition applied, Position record, StreamPosition predecessor) {
                return new StreamVerdict.Next();
            }
        };
    }

    static Rules noPredecessor() {
        return new Rules() {
            @Override
            public StreamVerdict ofStream(StreamPosition applied, Position record, StreamPosition predecessor) {
                return Rules.super.ofStream(applied, record, applied);
            }
        };
    }

    static Rules captureGoesOn() {
        return new Rules() {
            @Override
            public boolean captureGoesOnBehindAFailure() {
                return true;
            }
        };
    }

    static Rules openIsNoBarrier() {
        return new Rules() {
            @Override
            public RecordPlanner.Plan planRecord(
                    SourceRecord record, Function<ShardId, ShardHead> heads, Predicate<ShardId> stopped) {
                RecordPlanner.Plan plan = Rules.super.planRecord(record, heads, stopped);
                if (!(plan instanceof RecordPlanner.Plan.Await await)) {
                    return plan;
                }
                var asIfItWereIn = new ShardHead.At(
                        await.base().epoch(),
                        await.base().region(),
                        await.base().position(),
                        true);
                return planRecord(
                        record, shard -> shard.equals(await.shard()) ? asIfItWereIn : heads.apply(shard), stopped);
            }
        };
    }

    static Rules progressLater() {
        return new Rules() {
            @Override
            public boolean progressMovesAtOnce() {
                return false;
            }
        };
    }

    static Rules epochFromTheTable() {
        return new Rules() {
            @Override
            public Map<ShardId, Epoch> epochsOfRows(Map<ShardId, Epoch> stream, Map<ShardId, Epoch> fenceTable) {
                return fenceTable;
            }
        };
    }
}
