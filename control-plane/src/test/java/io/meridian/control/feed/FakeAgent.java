package io.meridian.control.feed;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.AgentHealth;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.AwaitedClose;
import io.meridian.wire.AwaitedTail;
import io.meridian.wire.BaseMessage;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.FenceReport;
import io.meridian.wire.FenceState;
import io.meridian.wire.GatherAnswer;
import io.meridian.wire.GatherRequest;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.HeadReport;
import io.meridian.wire.HeardReport;
import io.meridian.wire.LagReport;
import io.meridian.wire.OrphanReport;
import io.meridian.wire.ParkedOrder;
import io.meridian.wire.ParkedOrderReport;
import io.meridian.wire.ParkedShard;
import io.meridian.wire.RenewLeaseRequest;
import io.meridian.wire.RenewLeaseResponse;
import io.meridian.wire.RepairReport;
import io.meridian.wire.RepairRequest;
import io.meridian.wire.RevisionOrder;
import io.meridian.wire.RevisionReport;
import io.meridian.wire.RowHash;
import io.meridian.wire.RowKey;
import io.meridian.wire.SeedReport;
import io.meridian.wire.SeedRequest;
import io.meridian.wire.SeedState;
import io.meridian.wire.ShardBuckets;
import io.meridian.wire.ShardHash;
import io.meridian.wire.TailReport;
import io.meridian.wire.VerificationReport;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.mapping.OwnershipMapper;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Speaks as a sync agent over the real feed, with a store that is a map: closes, opens and reports at once, unless it is told to stall. When its
 * node is gone it attaches to the next one and tells everything again, as the real one does.
 */
public final class FakeAgent implements AutoCloseable {
    /** What it can be told to leave undone. */
    public enum Work {
        CLOSING,
        /** What others wrote does not arrive: heads stay where they are. */
        ARRIVING,
        OPENING,
        HASHING,
        /** Orders about what is parked, and about orphans. */
        ORDERS,
        REPAIRS,
        /** Of how far it has come, when a region is lost. */
        GATHERING,
        /** Of the tails of a region that was lost. */
        SETTLING,
        /** To take a shard that is copied anew. */
        PREPARING,
        /** Of such a shard, to the end. */
        TELLING,
        /** Of one that was told. */
        TAKING
    }

    private final RegionId region;
    private final List<String> others;
    private final List<ManagedChannel> channels;
    private final Map<ShardId, FenceReport> rows = new HashMap<>();
    private final Map<ShardId, Ownership> desired = new TreeMap<>();
    private final Map<Integer, AwaitedClose> awaited = new HashMap<>();
    private final Map<ShardId, String> runs = new HashMap<>();
    private final List<HashReport> hashes = new ArrayList<>();
    private final Set<Work> stalled = EnumSet.noneOf(Work.class);
    private final List<GatherRequest> gathers = new ArrayList<>();
    private final List<AwaitedTail> tails = new ArrayList<>();
    private final List<ParkedShard> parked = new ArrayList<>();
    private long copied = 50;
    private final List<ParkedOrder> orders = new ArrayList<>();
    private final List<RevisionOrder> revisions = new ArrayList<>();
    private final SequencedMap<String, RevisionOrder> revised = new LinkedHashMap<>();
    private RevisionReport revisionAnswer = RevisionReport.getDefaultInstance();
    private final Map<Integer, Map<String, Long>> content = new HashMap<>();
    private final List<SeedRequest> seedings = new ArrayList<>();
    private final Set<Work> failing = EnumSet.noneOf(Work.class);
    private Map<String, Map<String, Long>> stream = Map.of();
    private AgentReport seeded = AgentReport.getDefaultInstance();
    private StreamObserver<AgentReport> up;
    private int attachedTo;
    private long lagMillis = 12;
    private long lsn = 1000;
    private long revision;
    private String unclean = "";
    private final Map<String, Long> silent = new HashMap<>();
    private boolean listening;
    private boolean closed;

    public FakeAgent(String region, List<String> others, int feedPort) {
        this(region, others, List.of(feedPort));
    }

    /** @param feedPorts of the nodes to attach to, in this order and round again */
    public FakeAgent(String region, List<String> others, List<Integer> feedPorts) {
        this(region, others, feedPorts, Map.of(), 0);
    }

    /** The same store, attached to another control plane. */
    public FakeAgent attachedTo(int feedPort) {
        close();
        synchronized (this) {
            return new FakeAgent(region.name(), List.of(), List.of(feedPort), rows, revision);
        }
    }

    /** Of each shard, as committed in the store: {@code OPEN 3}, {@code CLOSED 4}. */
    public synchronized Map<Integer, String> fences() {
        var fences = new TreeMap<Integer, String>();
        rows.forEach((shard, row) ->
                fences.put(shard.number(), row.getState().name().replace("FENCE_STATE_", "") + " " + row.getEpoch()));
        return fences;
    }

    private FakeAgent(
            String region,
            List<String> others,
            List<Integer> feedPorts,
            Map<ShardId, FenceReport> store,
            long revision) {
        rows.putAll(store);
        this.revision = revision;
        this.region = RegionId.of(region);
        this.others = others;
        channels = feedPorts.stream()
                .map(port -> ManagedChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .build())
                .toList();
        up = attach();
        Thread.ofVirtual().start(this::stayAlive);
    }

    private synchronized ManagedChannel channel() {
        return channels.get(attachedTo % channels.size());
    }

    private synchronized StreamObserver<AgentReport> attach() {
        int attempt = attachedTo;
        StreamObserver<AgentReport> stream = FeedsGrpc.newStub(channel()).agent(new StreamObserver<>() {
            @Override
            public void onNext(AgentView view) {
                hear(view, attempt);
            }

            @Override
            public void onError(Throwable broken) {
                again(attempt);
            }

            @Override
            public void onCompleted() {
                again(attempt);
            }
        });
        var first = AgentReport.newBuilder()
                .setRegion(region.name())
                .setGroup("main")
                .setInstance("i-" + System.nanoTime())
                .setKnownRevision(revision)
                .setComplete(true)
                .addAllFences(rows.values())
                .addAllHashes(stalled.contains(Work.HASHING) ? List.of() : hashes)
                .setHealth(health());
        others.forEach(
                other -> first.addLags(LagReport.newBuilder().setSource(other).setMillis(lagMillis)));
        stream.onNext(first.build());
        seeded = AgentReport.getDefaultInstance();
        return stream;
    }

    private static AgentHealth health() {
        return AgentHealth.newBuilder()
                .setCapturing(true)
                .setApplying(true)
                .setLeaseRemainingMillis(9000)
                .build();
    }

    private void again(int attempt) {
        if (channels.size() == 1) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            if (!closed && attempt == attachedTo) {
                attachedTo++;
                up = attach();
            }
        }
    }

    private void stayAlive() {
        try {
            while (!closed()) {
                ask();
                TimeUnit.SECONDS.sleep(2);
                say(AgentReport.getDefaultInstance());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As a real agent asks for its lease, with what its store's clock says. */
    private void ask() {
        try {
            renew();
        } catch (StatusRuntimeException e) {
            // No quorum, or the node is gone: asked again.
        }
    }

    private synchronized boolean closed() {
        return closed;
    }

    /** While stalled, nothing of other regions arrives: heads stay where they are. */
    public void stall(boolean now) {
        if (now) {
            stall(Work.ARRIVING);
        } else {
            goOn();
        }
    }

    public synchronized void stall(Work... left) {
        stalled.addAll(List.of(left));
    }

    /** Does what was left undone. */
    public synchronized void goOn() {
        stalled.clear();
        List.copyOf(desired.values()).forEach(this::work);
        arrive();
        obey();
        revise();
        answer();
        settle();
        say(AgentReport.newBuilder().addAllHashes(hashes).build());
    }

    /** How far behind every other region it says to be. */
    public synchronized void lag(long millis) {
        lagMillis = millis;
        var report = AgentReport.newBuilder().setHealth(health());
        others.forEach(
                other -> report.addLags(LagReport.newBuilder().setSource(other).setMillis(millis)));
        say(report.build());
    }

    /** From now on it tells, often, since when {@code source} has not answered it; below 0: that it cannot tell. */
    public synchronized void hears(String source, long silentMillis) {
        if (silentMillis < 0) {
            silent.remove(source);
        } else {
            silent.put(source, silentMillis);
        }
        tellHeard();
        if (!listening) {
            listening = true;
            Thread.ofVirtual().start(this::tellHeardOften);
        }
    }

    private synchronized void tellHeard() {
        var report = AgentReport.newBuilder().setHealth(health());
        silent.forEach((source, millis) ->
                report.addHeard(HeardReport.newBuilder().setSource(source).setSilentMillis(millis)));
        others.forEach(
                other -> report.addLags(LagReport.newBuilder().setSource(other).setMillis(lagMillis)));
        say(report.build());
    }

    private void tellHeardOften() {
        try {
            while (!closed()) {
                TimeUnit.MILLISECONDS.sleep(200);
                tellHeard();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One more waits in its store. */
    public synchronized void park(ParkedShard waiting) {
        parked.add(waiting);
        tellParked(AgentReport.newBuilder());
    }

    /** One that its store has. */
    public synchronized void orphan(OrphanReport orphan) {
        say(AgentReport.newBuilder()
                .setHealth(health())
                .addOrphans(orphan)
                .setOpenOrphans(1)
                .build());
    }

    private void tellParked(AgentReport.Builder report) {
        say(report.setHealth(health())
                .addAllParked(parked)
                .setParkedShards(parked.size())
                .build());
    }

    /**
     * From now on it copies shards anew.
     *
     * @param common what owners tell, by attempt: the change stream of all agents that have to do with it
     */
    public synchronized void follows(Map<String, Map<String, Long>> common) {
        stream = common;
        Thread.ofVirtual().start(() -> {
            try {
                while (!closed()) {
                    seed();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Says of such work that it failed, once per attempt. */
    public synchronized void fail(Work... left) {
        failing.addAll(List.of(left));
    }

    public synchronized void failNoMore() {
        failing.clear();
    }

    /** Of each request: whatever it is told again and again says the same until it goes on. */
    private synchronized void seed() {
        var report = AgentReport.newBuilder();
        for (SeedRequest request : seedings) {
            var said = SeedReport.newBuilder()
                    .setId(request.getId())
                    .setAttempt(request.getAttempt())
                    .setShard(request.getShard());
            boolean known = request.getTarget().equals(region.name()) ? take(request, said) : tell(request, said);
            if (known) {
                report.addSeedings(said);
            }
        }
        AgentReport now = report.build();
        if (!now.equals(seeded)) {
            seeded = now;
            say(now);
        }
    }

    private boolean take(SeedRequest request, SeedReport.Builder said) {
        String attempt = attempt(request);
        if (!request.getPrepared()) {
            boolean fails = failing.contains(Work.PREPARING);
            said.setState(fails ? SeedState.SEED_STATE_FAILED : SeedState.SEED_STATE_PREPARED)
                    .setProblem(fails ? "cannot prepare" : "");
            return fails || !stalled.contains(Work.PREPARING);
        }
        Map<String, Long> told = stream.get(attempt);
        if (told == null) {
            said.setState(SeedState.SEED_STATE_PREPARED);
        } else if (failing.contains(Work.TAKING)) {
            said.setState(SeedState.SEED_STATE_FAILED).setProblem("cannot take");
        } else if (stalled.contains(Work.TAKING)) {
            content.remove(request.getShard());
            said.setState(SeedState.SEED_STATE_RECEIVING).setRows(1);
        } else {
            content.put(request.getShard(), new TreeMap<>(told));
            said.setState(SeedState.SEED_STATE_DONE).setRows(told.size());
        }
        return true;
    }

    private boolean tell(SeedRequest request, SeedReport.Builder said) {
        if (!request.getPrepared()) {
            return false;
        }
        Map<String, Long> rows = content.getOrDefault(request.getShard(), Map.of());
        said.setExpected(rows.size());
        if (failing.contains(Work.TELLING) || !open(request.getShard()).equals(Optional.of(request.getEpoch()))) {
            said.setState(SeedState.SEED_STATE_FAILED).setProblem("cannot tell");
        } else if (stalled.contains(Work.TELLING)) {
            said.setState(SeedState.SEED_STATE_TELLING);
        } else {
            stream.putIfAbsent(attempt(request), new TreeMap<>(rows));
            said.setState(SeedState.SEED_STATE_TOLD).setRows(rows.size());
        }
        return true;
    }

    private static String attempt(SeedRequest request) {
        return request.getId() + "#" + request.getShard() + "#" + request.getAttempt();
    }

    /** What its store has of {@code shard}, beside what all have. */
    public synchronized Map<String, Long> rowsOf(int shard) {
        return new TreeMap<>(content.getOrDefault(shard, Map.of()));
    }

    /** Writes what it has, and tells of what it has not. */
    private void repair(RepairRequest request) {
        Map<String, Long> rows = content.getOrDefault(request.getShard(), Map.of());
        long there = request.getKeysList().stream()
                .filter(key ->
                        rows.keySet().stream().anyMatch(id -> key.getKey().equals(key(id))))
                .count();
        boolean whole = request.getKeysCount() == 0;
        boolean open = open(request.getShard()).equals(Optional.of(request.getEpoch()));
        say(AgentReport.newBuilder()
                .addRepairs(RepairReport.newBuilder()
                        .setId(request.getId())
                        .setShard(request.getShard())
                        .setRows(whole ? rows.size() : there)
                        .setAbsent(whole ? 0 : request.getKeysCount() - there)
                        .setProblem(open ? "" : "not open here"))
                .build());
    }

    private static String key(String id) {
        return "{\"id\":\"" + id + "\"}";
    }

    /** Does each at once: what waited there does so no more. */
    private void obey() {
        if (stalled.contains(Work.ORDERS) || orders.isEmpty()) {
            return;
        }
        var report = AgentReport.newBuilder();
        for (ParkedOrder order : orders) {
            boolean was = parked.removeIf(waiting -> waiting.getShard() == order.getShard()
                    && waiting.getSource().equals(order.getSource())
                    && waiting.getPosition().equals(order.getPosition()));
            report.addParkedOrders(ParkedOrderReport.newBuilder()
                    .setId(order.getId())
                    .setProblem(was ? "" : "the oldest is another one by now"));
        }
        tellParked(report);
    }

    /** What it says of every order about an orphan that comes from now on. */
    public synchronized void answersRevisions(RevisionReport answer) {
        revisionAnswer = answer;
    }

    /** All that it was ever asked for, each once, oldest first. */
    public synchronized List<RevisionOrder> revisions() {
        return List.copyOf(revised.values());
    }

    private void revise() {
        if (stalled.contains(Work.ORDERS) || revisions.isEmpty()) {
            return;
        }
        var report = AgentReport.newBuilder();
        for (RevisionOrder order : revisions) {
            revised.put(order.getId(), order);
            report.addRevisions(revisionAnswer.toBuilder().setId(order.getId()));
        }
        say(report.build());
    }

    public synchronized long revision() {
        return revision;
    }

    public synchronized int shardsKnown() {
        return rows.size();
    }

    /** The epoch at which its store has {@code shard} open; empty: not open here. */
    public synchronized Optional<Long> open(int shard) {
        return Optional.ofNullable(rows.get(ShardId.of(shard)))
                .filter(row -> row.getState() == FenceState.FENCE_STATE_OPEN)
                .map(FenceReport::getEpoch);
    }

    public RenewLeaseResponse renew() {
        return FeedsGrpc.newBlockingStub(channel())
                .renewLease(RenewLeaseRequest.newBuilder()
                        .setRegion(region.name())
                        .setGroup("main")
                        .setAttempt(1)
                        .setD0Micros(System.currentTimeMillis() * 1000)
                        .build());
    }

    private synchronized void hear(AgentView view, int attempt) {
        if (attempt != attachedTo) {
            return;
        }
        revision = view.getRevision();
        view.getShardsList().forEach(message -> {
            Ownership ownership = OwnershipMapper.fromMessage(message).orElseThrow();
            desired.put(ownership.shard(), ownership);
            work(ownership);
        });
        if (view.getAwaitedChanged()) {
            awaited.clear();
            view.getAwaitedList().forEach(close -> {
                awaited.put(close.getShard(), close);
                runs.put(ShardId.of(close.getShard()), close.getRun());
            });
            arrive();
        }
        if (view.getRepairsChanged() && !stalled.contains(Work.REPAIRS)) {
            view.getRepairsList().forEach(this::repair);
        }
        if (view.getSeedingsChanged()) {
            seedings.clear();
            seedings.addAll(view.getSeedingsList());
            seed();
        }
        if (view.getParkedOrdersChanged()) {
            orders.clear();
            orders.addAll(view.getParkedOrdersList());
            obey();
        }
        if (view.getRevisionsChanged()) {
            revisions.clear();
            revisions.addAll(view.getRevisionsList());
            revise();
        }
        if (view.getGathersChanged()) {
            gathers.clear();
            gathers.addAll(view.getGathersList());
            answer();
        }
        if (view.getTailsChanged()) {
            tails.clear();
            tails.addAll(view.getTailsList());
            settle();
        }
        unclean = view.getUncleanChanged() ? view.getUnclean() : unclean;
        if (view.getVerificationChanged() && view.hasVerification()) {
            VerificationRequest asked = view.getVerification();
            var answer = VerificationReport.newBuilder().setId(asked.getId()).setRound(asked.getRound());
            asked.getShardsList().forEach(shard -> answer.addShards(hashed(asked, shard)));
            say(AgentReport.newBuilder().addVerifications(answer).build());
        }
    }

    /** How far it says to have come of every shard whose owner is lost. */
    public synchronized void copied(long lsn) {
        copied = lsn;
    }

    /** Shards of which it heard that orphans may come. */
    public synchronized String unclean() {
        return unclean;
    }

    /** What it wrote itself ends where its CLOSE is, and is not told before. */
    private void answer() {
        var report = AgentReport.newBuilder();
        for (GatherRequest asked : gathers) {
            FenceReport row = rows.getOrDefault(ShardId.of(asked.getShard()), FenceReport.getDefaultInstance());
            boolean own = asked.getSource().equals(region.name());
            if (asked.getDecided() || (own && !row.hasClosedAt()) || stalled.contains(Work.GATHERING)) {
                continue;
            }
            var head = new Position(asked.getSource() + "-store", copied, 0);
            report.addGathered(GatherAnswer.newBuilder()
                    .setRun(asked.getRun())
                    .setAttempt(asked.getAttempt())
                    .setShard(asked.getShard())
                    .setClosed(own)
                    .setHeartbeatMicros(System.currentTimeMillis() * 1000)
                    .setHead(BaseMessage.newBuilder()
                            .setRegion(asked.getSource())
                            .setEpoch(asked.getEpoch())
                            .setPosition(own ? row.getClosedAt() : OwnershipMapper.toMessage(head))));
        }
        say(report.build());
    }

    private void settle() {
        if (!stalled.contains(Work.SETTLING)) {
            say(AgentReport.newBuilder()
                    .addAllTails(tails.stream()
                            .map(tail -> TailReport.newBuilder()
                                    .setShard(tail.getShard())
                                    .setSource(tail.getSource())
                                    .setClose(tail.getClose())
                                    .build())
                            .toList())
                    .build());
        }
    }

    /** A row that its store has, beside those that all have. */
    public synchronized void row(int shard, String id, long hash) {
        content.computeIfAbsent(shard, _ -> new TreeMap<>()).put(id, hash);
    }

    private ShardHash hashed(VerificationRequest asked, int shard) {
        Map<String, Long> rows = content.getOrDefault(shard, Map.of());
        var hash = ShardHash.newBuilder().setShard(shard).setRows(2 + rows.size());
        switch (asked.getStage()) {
            case VERIFICATION_STAGE_BUCKETS -> {
                var buckets = java.nio.ByteBuffer.allocate(256 * 8);
                rows.forEach((id, of) -> buckets.putLong(bucket(id) * 8, of + buckets.getLong(bucket(id) * 8)));
                hash.setBuckets(ByteString.copyFrom(buckets.array()));
            }
            case VERIFICATION_STAGE_ROWS -> {
                Set<Integer> told = asked.getBucketsList().stream()
                        .filter(each -> each.getShard() == shard)
                        .map(ShardBuckets::getBucketsList)
                        .flatMap(List::stream)
                        .collect(java.util.stream.Collectors.toSet());
                rows.forEach((id, of) -> {
                    if (told.contains(bucket(id))) {
                        hash.addRowHashes(RowHash.newBuilder()
                                .setKey(RowKey.newBuilder()
                                        .setTable("public.account")
                                        .setKey(key(id)))
                                .setHash(of));
                    }
                });
            }
            default -> hash.setHash(ByteString.copyFromUtf8(rows.toString()));
        }
        return hash.build();
    }

    private static int bucket(String id) {
        return id.hashCode() & 0xff;
    }

    /** Level-triggered: what is so already changes nothing. */
    private void work(Ownership ownership) {
        FenceReport row = rows.getOrDefault(ownership.shard(), FenceReport.getDefaultInstance());
        var report = AgentReport.newBuilder();
        var next = row.toBuilder().setShard(ownership.shard().number());
        switch (ownership) {
            case Ownership.Withdrawal withdrawal -> {
                if (stalled.contains(Work.CLOSING)
                        || row.getEpoch() >= withdrawal.epoch().number()) {
                    return;
                }
                if (row.getState() == FenceState.FENCE_STATE_OPEN) {
                    next.setClosedAt(OwnershipMapper.toMessage(position()));
                    hashed(hash(withdrawal.run(), HashMoment.HASH_MOMENT_BEFORE, withdrawal.shard()), report);
                }
                next.setEpoch(withdrawal.epoch().number()).setState(FenceState.FENCE_STATE_CLOSED);
            }
            case Ownership.Grant grant -> {
                boolean others = !grant.owner().equals(region);
                if (!others && stalled.contains(Work.OPENING)) {
                    return;
                }
                if (others && row.getState() == FenceState.FENCE_STATE_OPEN) {
                    // It was withdrawn while nobody could say so.
                    next.setClosedAt(OwnershipMapper.toMessage(position()))
                            .setEpoch(grant.epoch().number() - 1)
                            .setState(FenceState.FENCE_STATE_CLOSED);
                } else if (!others && grant.epoch().number() > row.getEpoch()) {
                    next.setEpoch(grant.epoch().number())
                            .setOwnedEpoch(grant.epoch().number())
                            .setState(FenceState.FENCE_STATE_OPEN)
                            .clearClosedAt()
                            .setOpenedAt(OwnershipMapper.toMessage(position()));
                    String run = runs.getOrDefault(grant.shard(), "");
                    if (!run.isEmpty()) {
                        hashed(hash(run, HashMoment.HASH_MOMENT_AFTER, grant.shard()), report);
                    }
                }
            }
        }
        FenceReport committed = next.build();
        rows.put(ownership.shard(), committed);
        say(report.addFences(committed).build());
    }

    private void hashed(HashReport hash, AgentReport.Builder report) {
        hashes.add(hash);
        if (!stalled.contains(Work.HASHING)) {
            report.addHashes(hash);
        }
    }

    private void arrive() {
        if (stalled.contains(Work.ARRIVING)) {
            return;
        }
        var heads = new ArrayList<HeadReport>();
        awaited.values()
                .forEach(close -> heads.add(HeadReport.newBuilder()
                        .setShard(close.getShard())
                        .setEpoch(close.getClose().getEpoch())
                        .setPosition(close.getClose().getPosition())
                        .build()));
        say(AgentReport.newBuilder().addAllHeads(heads).build());
    }

    private Position position() {
        return new Position(region + "-store", ++lsn, 0);
    }

    private static HashReport hash(String run, HashMoment moment, ShardId shard) {
        return HashReport.newBuilder()
                .setRun(run)
                .setMoment(moment)
                .setShard(shard.number())
                .setRows(3)
                .setHash("ab" + shard)
                .build();
    }

    private synchronized void say(AgentReport report) {
        try {
            up.onNext(report);
        } catch (IllegalStateException e) {
            // The stream broke: the next one is told everything.
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
