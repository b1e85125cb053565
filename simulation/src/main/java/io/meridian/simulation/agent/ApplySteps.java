package io.meridian.simulation.agent;

import io.meridian.agent.apply.RecordPlanner;
import io.meridian.agent.apply.Waiting;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.conflict.StreamVerdict;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.store.SimStore;
import io.meridian.simulation.store.SimStore.Progress;
import io.meridian.simulation.store.Topics;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@code PartitionApplier}: one partition of one source, from the copy log into effect, several records in one transaction. */
final class ApplySteps {
    private static final Duration GAP_PATIENCE = Duration.ofSeconds(2);
    private static final Duration BARRIER_LOOK = Duration.ofMillis(200);
    private static final Duration BARRIER_PATIENCE = Duration.ofSeconds(2);

    private final Site site;
    private final SimAgent agent;
    private final RegionId source;
    private final int partition;
    private final PullSteps puller;
    private Progress progress = Progress.NONE;
    private int next;
    private int sourceOffset = -1;
    private long gapSinceMicros = -1;
    private long waitsSinceMicros = -1;
    private boolean working;
    private boolean looking;
    private OptionalLong heartbeatMicros = OptionalLong.empty();

    ApplySteps(Site site, SimAgent agent, RegionId source, int partition, PullSteps puller) {
        this.site = site;
        this.agent = agent;
        this.source = source;
        this.partition = partition;
        this.puller = puller;
    }

    OptionalLong heartbeatMicros() {
        return heartbeatMicros;
    }

    void start() {
        progress = site.store().progress(source, partition);
        next = (int) Math.max(0, progress.copyOffset());
        waitsSinceMicros = -1;
        working = false;
        wake();
    }

    /** There may be more in the copy log, or a head moved that a barrier waits for. */
    void wake() {
        if (!working) {
            working = true;
            site.machine().afterMicros(site.scheduler().delay(100, 1_500), this::work);
        }
    }

    /** The shards as the store has them. @param behind whether what is parked holds up what comes after it */
    private final class Committed implements RecordPlanner.Shards {
        private final boolean behind;

        Committed(boolean behind) {
            this.behind = behind;
        }

        @Override
        public ShardHead head(ShardId shard) {
            return site.store().head(shard);
        }

        @Override
        public boolean stopped(ShardId shard) {
            return false;
        }

        @Override
        public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
            return behind
                            && site.rules().waitsBehind()
                            && site.store().parked(source, partition).containsKey(shard)
                    ? Optional.of(new RecordPlanner.Hindrance(Waiting.BEHIND, "something waits"))
                    : Optional.empty();
        }

        @Override
        public boolean frozen(ShardId shard, ShardHead.At next) {
            return site.rules().frozen(site.store().frozen(), shard, next);
        }

        @Override
        public boolean turnedFrom(ShardId shard, Epoch epoch) {
            return site.store().frozen().isTurnedFrom(shard, epoch);
        }

        @Override
        public Optional<KnownLineage> known(ShardId shard) {
            return site.rules()
                    .known(new KnownLineage(
                            site.here(),
                            site.store().lineage(shard),
                            site.store().frozen().turnedFor(shard).isPresent()));
        }
    }

    /** {@code ShardsAhead}: records that take effect together. */
    private final class Group implements RecordPlanner.Shards {
        private final RecordPlanner.Shards before = new Committed(true);
        private final Map<ShardId, RecordPlanner.Hindrance> refused = new TreeMap<>();
        private final Map<ShardId, List<SourceRecord>> parks = new TreeMap<>();
        private final List<SimStore.Effect> effects = new ArrayList<>();
        private final Map<ShardId, ShardHead.At> heads = new TreeMap<>();
        private final Map<ShardId, List<Ownership.Grant>> opened = new TreeMap<>();
        private Progress to = progress;
        private boolean waits;

        @Override
        public ShardHead head(ShardId shard) {
            ShardHead.At moved = heads.get(shard);
            return moved != null ? moved : before.head(shard);
        }

        @Override
        public boolean stopped(ShardId shard) {
            return before.stopped(shard);
        }

        @Override
        public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
            if (refused.containsKey(shard)) {
                return Optional.ofNullable(refused.get(shard));
            }
            return site.rules().waitsBehind() && parks.containsKey(shard)
                    ? Optional.of(new RecordPlanner.Hindrance(Waiting.BEHIND, "something waits"))
                    : before.hindrance(shard);
        }

        @Override
        public boolean frozen(ShardId shard, ShardHead.At next) {
            return before.frozen(shard, next);
        }

        @Override
        public boolean turnedFrom(ShardId shard, Epoch epoch) {
            return before.turnedFrom(shard, epoch);
        }

        @Override
        public Optional<KnownLineage> known(ShardId shard) {
            List<Ownership.Grant> grants = opened.getOrDefault(shard, List.of());
            return before.known(shard).map(then -> {
                Lineage lineage = then.lineage();
                for (Ownership.Grant grant : grants) {
                    lineage = lineage.learned(grant);
                }
                return grants.isEmpty() ? then : new KnownLineage(then.here(), lineage, false);
            });
        }

        /** What the store refuses is known at the writing; here a little earlier, which nobody can tell apart. */
        RecordPlanner.Plan plan(SourceRecord record, RecordPlanner.Patience patience) {
            RecordPlanner.Plan plan = site.rules().planRecord(record, this, patience);
            if (plan instanceof RecordPlanner.Plan.Apply apply) {
                apply.rows().stream()
                        .map(RowChange::shard)
                        .filter(shard -> site.store().refuses(shard))
                        .forEach(shard ->
                                refused.put(shard, new RecordPlanner.Hindrance(Waiting.REFUSED, "a constraint")));
                if (!refused.isEmpty()) {
                    plan = site.rules().planRecord(record, this, patience);
                    refused.clear();
                }
            }
            return plan;
        }

        void take(RecordPlanner.Plan.Apply plan, SourceRecord record, int offset) {
            effects.add(new SimStore.Effect(record, plan));
            heads.putAll(plan.heads());
            plan.opened()
                    .forEach(one -> opened.computeIfAbsent(one.grant().shard(), _ -> new ArrayList<>())
                            .add(one.grant()));
            plan.parks()
                    .forEach(park -> parks.computeIfAbsent(park.shard(), _ -> new ArrayList<>())
                            .add(record.shareOf(park.shard())));
            to = new Progress(new StreamPosition.At(record.position()), offset);
            if (plan.heartbeatMicros().isPresent()) {
                heartbeatMicros = plan.heartbeatMicros();
            }
        }
    }

    private void work() {
        if (released()) {
            return;
        }
        List<Topics.Copied> copy = site.own().copy(source, partition);
        var group = new Group();
        int most = 1 + site.scheduler().random().below(5);
        for (int count = 0; count < most && next < copy.size() && !group.waits; count++) {
            if (!take(group, copy.get(next), next)) {
                break;
            }
            next++;
        }
        mendGap();
        if (!group.to.equals(progress)) {
            site.machine().afterMicros(site.scheduler().delay(500, 4_000), () -> write(group));
        } else if (group.waits) {
            working = false;
            lookAgain();
        } else {
            working = false;
            if (next < copy.size()) {
                wake();
            } else if (gapSinceMicros >= 0
                    || !site.store().parked(source, partition).isEmpty()) {
                lookAgain();
            }
        }
    }

    private void lookAgain() {
        if (!looking) {
            looking = true;
            site.machine().after(BARRIER_LOOK, () -> {
                looking = false;
                wake();
            });
        }
    }

    /** @return false: it stays where it is, and is looked at again */
    private boolean take(Group group, Topics.Copied copied, int offset) {
        SourceRecord record = copied.record();
        StreamPosition predecessor =
                record.predecessor().<StreamPosition>map(StreamPosition.At::new).orElse(new StreamPosition.Beginning());
        StreamPosition applied = group.to.applied();
        switch (site.rules().ofStream(applied, record.position(), predecessor)) {
            case StreamVerdict.Next _ -> {
                long now = site.machine().clockMicros();
                boolean patient = waitsSinceMicros < 0 || now - waitsSinceMicros < BARRIER_PATIENCE.toNanos() / 1_000;
                RecordPlanner.Plan plan =
                        group.plan(record, patient ? RecordPlanner.Patience.WAIT : RecordPlanner.Patience.PARK);
                switch (plan) {
                    case RecordPlanner.Plan.Await _ -> {
                        waitsSinceMicros = waitsSinceMicros < 0 ? now : waitsSinceMicros;
                        group.waits = true;
                        return false;
                    }
                    case RecordPlanner.Plan.Apply apply -> {
                        waitsSinceMicros = -1;
                        group.take(apply, record, offset);
                        sourceOffset = copied.sourceOffset();
                        gapSinceMicros = -1;
                    }
                }
            }
            case StreamVerdict.Duplicate _ -> {
                if (applied.equals(new StreamPosition.At(record.position()))) {
                    sourceOffset = copied.sourceOffset();
                }
            }
            case StreamVerdict.Gap _ -> {
                if (gapSinceMicros < 0) {
                    gapSinceMicros = site.machine().clockMicros();
                    site.log("gap in " + source + "/" + partition + " behind " + applied);
                }
            }
            case StreamVerdict.ForeignIncarnation foreign ->
                throw new Violation(Invariant.NO_STREAM_STOPS, "another stream than before: " + foreign);
        }
        return true;
    }

    /** {@code ParkedRelease}: one share of one shard, if nothing hinders it. There many are in one transaction; here others may come in between. */
    private boolean released() {
        for (var parked : site.store().parked(source, partition).entrySet()) {
            List<SourceRecord> shares = parked.getValue();
            SourceRecord share = site.rules().oldestFirst() ? shares.getFirst() : shares.getLast();
            RecordPlanner.Plan plan = site.rules().planRecord(share, new Committed(false), RecordPlanner.Patience.PARK);
            if (plan instanceof RecordPlanner.Plan.Apply waits && !waits.parks().isEmpty()) {
                RecordPlanner.Park park = waits.parks().getFirst();
                park.verdict().ifPresent(verdict -> agent.waitsFor(parked.getKey(), verdict, park.epoch()));
            }
            if (plan instanceof RecordPlanner.Plan.Apply apply
                    && apply.parks().isEmpty()
                    && apply.stops().isEmpty()
                    && (apply.rows().isEmpty() || !site.store().refuses(parked.getKey()))) {
                site.machine()
                        .afterMicros(site.scheduler().delay(500, 4_000), () -> release(parked.getKey(), share, apply));
                return true;
            }
        }
        return false;
    }

    private void release(ShardId shard, SourceRecord share, RecordPlanner.Plan.Apply plan) {
        working = false;
        if (site.store().release(source, partition, shard, new SimStore.Effect(share, plan))) {
            agent.headsAdvanced(plan.heads().keySet());
        }
        wake();
    }

    private void mendGap() {
        long now = site.machine().clockMicros();
        if (gapSinceMicros >= 0 && now - gapSinceMicros > GAP_PATIENCE.toNanos() / 1_000) {
            gapSinceMicros = now;
            puller.pullAgain(partition, sourceOffset + 1);
        }
    }

    private void write(Group group) {
        boolean moved = site.store().apply(source, partition, progress, group.to, group.effects, group.parks);
        working = false;
        if (!moved) {
            start(); // as after any failure: from what the store says
            return;
        }
        progress = group.to;
        if (!group.heads.isEmpty()) {
            agent.headsAdvanced(group.heads.keySet());
        }
        wake();
    }
}
