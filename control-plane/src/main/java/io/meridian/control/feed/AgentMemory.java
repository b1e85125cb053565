package io.meridian.control.feed;

import io.meridian.control.command.Command;
import io.meridian.control.failover.GatherDecider;
import io.meridian.control.failover.ReturnDecider;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.restore.RestoreDecider;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.seeding.SeedingSteps;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.AgentReport;
import io.meridian.wire.VerificationReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The newest that one attached agent said of everything. Kept so that a report which comes before its run waits for it is not lost. */
public final class AgentMemory {
    private static final int HASHES_LIMIT = 8192;
    private static final int ORDERS_LIMIT = 1024;
    /** Of what may hold rows: more than are ever under way. */
    private static final int REVISIONS_LIMIT = 2 * AgentOrder.PENDING_LIMIT;
    /** Such answers in one command. */
    private static final int REVISIONS_CHUNK = 20;

    private static final Duration PROGRESS_PAUSE = Duration.ofSeconds(1);

    private final RegionId region;
    private final String group;
    private final String session;
    private final String node;
    private final Map<ShardId, Command.FenceSeen> fences = new HashMap<>();
    private final Map<ShardId, Command.HeadSeen> heads = new HashMap<>();
    private final List<Command.HashSeen> hashes = new ArrayList<>();
    private final Map<ShardId, Command.ShardHashed> hashed = new TreeMap<>();
    private final SequencedMap<String, Command.ShardRepaired> repairs = new LinkedHashMap<>();
    private final SequencedMap<String, String> orders = new LinkedHashMap<>();
    private final SequencedMap<String, RevisionOrder.Told> revisions = new LinkedHashMap<>();
    private final SequencedMap<ShardId, Command.GatherSeen> gathered = new LinkedHashMap<>();
    private final SequencedMap<String, Command.TailSeen> tails = new LinkedHashMap<>();
    private final SequencedMap<String, Command.SeedSeen> seeds = new LinkedHashMap<>();
    private long progressNanos = System.nanoTime() - PROGRESS_PAUSE.toNanos();
    private List<OrphanSeen> orphans = List.of();
    private String verification = "";
    private String verificationProblem = "";
    private boolean connected = true;
    private boolean healthKnown;
    private boolean capturing;
    private boolean applying;
    private String problem = "";
    private long leaseRemainingMillis;
    private SortedMap<RegionId, Long> lagMillis = new TreeMap<>();
    private SortedMap<RegionId, Long> recordsBehind = new TreeMap<>();
    private Optional<Long> clockOffsetMillis = Optional.empty();
    private SortedMap<RegionId, Long> silentMillis = new TreeMap<>();
    private SortedMap<RegionId, Integer> lives = new TreeMap<>();
    private List<AgentObservation.Stopped> stopped = List.of();
    private AgentObservation.Flow flow = AgentObservation.Flow.none();

    public AgentMemory(RegionId region, String group, String session, String node) {
        this.region = region;
        this.group = group;
        this.session = session;
        this.node = node;
    }

    public synchronized void hear(AgentReport report) {
        if (report.getComplete()) {
            fences.clear();
        }
        report.getFencesList().forEach(fence -> ReportMapper.fence(fence).ifPresent(f -> fences.put(f.shard(), f)));
        report.getHeadsList().forEach(head -> heads.put(ShardId.of(head.getShard()), ReportMapper.head(head)));
        report.getHashesList().forEach(hash -> ReportMapper.hash(hash).ifPresent(hashes::add));
        while (hashes.size() > HASHES_LIMIT) {
            hashes.removeFirst();
        }
        report.getVerificationsList().forEach(this::hear);
        report.getRepairsList().stream()
                .map(ReportMapper::repaired)
                .forEach(shard -> repairs.put(shard.repair() + "#" + shard.shard(), shard));
        while (repairs.size() > ORDERS_LIMIT) {
            repairs.pollFirstEntry();
        }
        report.getParkedOrdersList().forEach(order -> orders.put(order.getId(), order.getProblem()));
        while (orders.size() > ORDERS_LIMIT) {
            orders.pollFirstEntry();
        }
        report.getRevisionsList().forEach(revision -> revisions.put(revision.getId(), ReportMapper.revision(revision)));
        while (revisions.size() > REVISIONS_LIMIT) {
            revisions.pollFirstEntry();
        }
        report.getGatheredList().stream().map(ReportMapper::gathered).forEach(seen -> gathered.put(seen.shard(), seen));
        report.getTailsList().stream()
                .map(ReportMapper::tail)
                .forEach(seen -> tails.put(seen.source() + "#" + seen.shard(), seen));
        report.getSeedingsList().stream()
                .flatMap(seed -> ReportMapper.seed(seed).stream())
                .forEach(seen -> {
                    // The newest attempt only; what was said of it last goes to the end.
                    String key = seen.seeding() + "#" + seen.shard();
                    seeds.remove(key);
                    seeds.put(key, seen);
                });
        while (seeds.size() > ORDERS_LIMIT) {
            seeds.pollFirstEntry();
        }
        lagMillis = ReportMapper.lags(report, lagMillis);
        recordsBehind = ReportMapper.recordsBehind(report, recordsBehind);
        flow = ReportMapper.flow(report, flow);
        if (report.hasHealth()) {
            healthKnown = true;
            capturing = report.getHealth().getCapturing();
            applying = report.getHealth().getApplying();
            problem = report.getHealth().getProblem();
            leaseRemainingMillis = report.getHealth().getLeaseRemainingMillis();
            stopped = ReportMapper.stopped(report);
            silentMillis = ReportMapper.silences(report);
            lives = ReportMapper.lives(report);
            orphans = report.getOrphansList().stream()
                    .map(orphan -> ReportMapper.orphan(region, group, orphan))
                    .toList();
        }
    }

    private void hear(VerificationReport report) {
        String round = report.getId() + "#" + report.getRound();
        if (!round.equals(verification)) {
            verification = round;
            verificationProblem = "";
            hashed.clear();
        }
        verificationProblem = report.getProblem();
        ReportMapper.hashed(report).forEach(shard -> hashed.put(shard.shard(), shard));
    }

    /** What its store's clock said, against this node's, when it asked for its lease. */
    public synchronized void clockOffset(long millis) {
        clockOffsetMillis = Optional.of(millis);
    }

    String group() {
        return group;
    }

    boolean isOf(RegionId agentRegion, String agentGroup) {
        return region.equals(agentRegion) && group.equals(agentGroup);
    }

    public synchronized void gone() {
        connected = false;
    }

    public synchronized AgentObservation observation() {
        return new AgentObservation(
                region,
                group,
                session,
                node,
                connected,
                healthKnown,
                capturing,
                applying,
                problem,
                leaseRemainingMillis,
                lagMillis,
                stopped,
                0,
                new AgentObservation.Measures(true, recordsBehind, clockOffsetMillis, 0, silentMillis, lives),
                flow.brief());
    }

    /** All of it, where {@link #observation} has the oldest only. */
    synchronized List<AgentObservation.Parked> parked() {
        return flow.parked();
    }

    /** The newest that its store has. */
    synchronized List<OrphanSeen> orphans() {
        return orphans;
    }

    synchronized boolean connected() {
        return connected;
    }

    String key() {
        return AgentObservation.key(region, group);
    }

    /** What became of shards whose repair the state still waits for. */
    synchronized Optional<Command.ReportRepairs> repairs(ControlState state, Instant now) {
        List<Command.ShardRepaired> news = state.repairs().running().stream()
                .flatMap(repair -> repair.pending()
                        .filter(shard -> shard.owner().equals(region) && state.holds(group, shard.shard()))
                        .flatMap(shard -> Optional.ofNullable(repairs.get(repair.id() + "#" + shard.shard())).stream()))
                .toList();
        return news.isEmpty() ? Optional.empty() : Optional.of(new Command.ReportRepairs(now, region, group, news));
    }

    /** What became of orders that the state still waits for. */
    synchronized Optional<Command.ReportParkedOrders> orders(ControlState state, Instant now) {
        List<Command.OrderEnded> ended = state.parkedOrders()
                .pending(region, group)
                .flatMap(
                        order -> Optional.ofNullable(orders.get(order.id()))
                                .map(why -> new Command.OrderEnded(order.id(), why))
                                .stream())
                .toList();
        return ended.isEmpty()
                ? Optional.empty()
                : Optional.of(new Command.ReportParkedOrders(now, region, group, ended));
    }

    /** What became of orders about orphans that the state still waits for; the rest with the next ones. */
    synchronized Optional<Command.ReportRevisions> revisions(ControlState state, Instant now) {
        List<Command.RevisionEnded> ended = state.revisionOrders()
                .pending(region, group)
                .flatMap(order -> Optional.ofNullable(revisions.get(order.id()))
                        .map(told -> new Command.RevisionEnded(order.id(), told))
                        .stream())
                .limit(REVISIONS_CHUNK)
                .toList();
        return ended.isEmpty() ? Optional.empty() : Optional.of(new Command.ReportRevisions(now, region, group, ended));
    }

    /** What is new of shards that are copied anew; that some more rows are, every second only. */
    synchronized Optional<Command.ReportSeedings> seedings(ControlState state, Instant now) {
        if (seeds.isEmpty()) {
            return Optional.empty();
        }
        // Few are, of the many that a seeding has.
        List<Command.SeedSeen> news = state.seedings()
                .running()
                .flatMap(seeding -> seeding.active().map(shard -> seeding.id() + "#" + shard.shard()))
                .flatMap(key -> Optional.ofNullable(seeds.get(key)).stream())
                .filter(seen -> state.holds(group, seen.shard()) && SeedingSteps.teaches(state, region, seen))
                .limit(CHUNK)
                .toList();
        boolean goesOn = news.stream().anyMatch(seen -> SeedingSteps.advances(state, region, seen));
        if (news.isEmpty() || (!goesOn && System.nanoTime() - progressNanos < PROGRESS_PAUSE.toNanos())) {
            return Optional.empty();
        }
        progressNanos = System.nanoTime();
        return Optional.of(new Command.ReportSeedings(now, region, group, news));
    }

    /** Answers that some failover still waits for. */
    public synchronized Optional<Command.ReportGather> gathers(ControlState state, Instant now) {
        if (state.activeRuns().stream().noneMatch(run -> run.state().underlying() instanceof SwitchState.Gathering)) {
            return Optional.empty();
        }
        List<Command.GatherSeen> news = gathered.values().stream()
                .filter(seen -> state.holds(group, seen.shard()) && GatherDecider.teaches(state, region, seen))
                .limit(CHUNK)
                .toList();
        return news.isEmpty() ? Optional.empty() : Optional.of(new Command.ReportGather(now, region, group, news));
    }

    /** Tails of a store that was lost, as far as they are still awaited. */
    public synchronized Optional<Command.ReportTails> tails(ControlState state, Instant now) {
        if (state.losses().stores().isEmpty()) {
            return Optional.empty();
        }
        List<Command.TailSeen> news = tails.values().stream()
                .filter(seen -> state.holds(group, seen.shard()) && ReturnDecider.teaches(state, region, seen))
                .limit(CHUNK)
                .toList();
        return news.isEmpty() ? Optional.empty() : Optional.of(new Command.ReportTails(now, region, group, news));
    }

    /** What it said of shards and runs that something may wait for. */
    public synchronized Command.Report report(ControlState state, Instant now) {
        List<Run> runs = state.activeRuns();
        // One of a run that is not known is kept: an agent may attach to a node that is behind the one it left.
        hashes.removeIf(hash -> state.run(hash.run()).filter(Run::ended).isPresent());
        Stream<ShardId> moving = runs.stream()
                .flatMap(run -> Stream.concat(run.proofs().keySet().stream(), run.presentWave().shards().stream()));
        Stream<ShardId> lost = state.losses().stores().values().stream().flatMap(loss -> loss.cuts().keySet().stream());
        List<ShardId> shards = Stream.concat(moving, lost).distinct().toList();
        var seen = new ArrayList<Command.FenceSeen>(
                shards.stream().map(fences::get).filter(Objects::nonNull).toList());
        List<Command.FenceSeen> own = fences.values().stream()
                .filter(fence -> state.holds(group, fence.shard()))
                .toList();
        RestoreDecider.useful(state, region, own).stream()
                .sorted(Comparator.comparing(Command.FenceSeen::shard))
                .limit(CHUNK)
                .forEach(seen::add);
        return new Command.Report(
                now,
                region,
                seen,
                shards.stream().map(heads::get).filter(Objects::nonNull).toList(),
                hashes.stream()
                        .filter(hash -> runs.stream().anyMatch(run -> run.id().equals(hash.run())))
                        .toList(),
                group);
    }

    /** Its whole answer to the running round, unless the state has it. */
    public synchronized Optional<Command.ReportVerification> verification(ControlState state, Instant now) {
        Optional<Verification> running = state.runningVerification();
        if (running.isEmpty()
                || !(running.get().phase() instanceof Verification.Phase.Asking asking)
                || !verification.equals(running.get().id() + "#" + running.get().round())) {
            return Optional.empty();
        }
        Set<ShardId> known = asking.answered(region);
        List<ShardId> asked = asking.asked().stream()
                .filter(shard -> state.holds(group, shard))
                .toList();
        boolean answered = known.containsAll(asked);
        boolean complete = hashed.keySet().containsAll(asked);
        if (answered || (!complete && verificationProblem.isEmpty())) {
            return Optional.empty();
        }
        List<Command.ShardHashed> news = asked.stream()
                .filter(shard -> !known.contains(shard))
                .map(hashed::get)
                .filter(Objects::nonNull)
                .limit(asking instanceof Verification.Phase.Rowing ? 1 : CHUNK)
                .toList();
        return Optional.of(new Command.ReportVerification(
                now, region, running.get().id(), running.get().round(), news, verificationProblem, group));
    }

    /** Shards in one command, unless their rows are told: keeps an entry of the log far below its greatest size. */
    private static final int CHUNK = 4096;
}
