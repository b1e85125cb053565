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
import java.util.Optional;

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
                    SourceRecord record, RecordPlanner.Shards shards, RecordPlanner.Patience patience) {
                RecordPlanner.Plan plan = Rules.super.planRecord(record, shards, RecordPlanner.Patience.WAIT);
                return plan instanceof RecordPlanner.Plan.Await await
                        ? planRecord(record, asIfItWereIn(await, shards), patience)
                        : plan;
            }
        };
    }

    private static RecordPlanner.Shards asIfItWereIn(RecordPlanner.Plan.Await await, RecordPlanner.Shards shards) {
        var base = new ShardHead.At(
                await.base().epoch(), await.base().region(), await.base().position(), true);
        return new RecordPlanner.Shards() {
            @Override
            public ShardHead head(ShardId shard) {
                return shard.equals(await.shard()) ? base : shards.head(shard);
            }

            @Override
            public boolean stopped(ShardId shard) {
                return shards.stopped(shard);
            }

            @Override
            public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
                return shards.hindrance(shard);
            }
        };
    }

    static Rules flowsPastWhatIsParked() {
        return new Rules() {
            @Override
            public boolean waitsBehind() {
                return false;
            }
        };
    }

    static Rules newestParkedFirst() {
        return new Rules() {
            @Override
            public boolean oldestFirst() {
                return false;
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
