package io.meridian.control.command;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.assignment.Reassignment;
import io.meridian.control.automatic.Advice;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillDocument;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.Timetable;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.pinning.Pin;
import io.meridian.control.repair.Repair;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.MoveOptions;
import io.meridian.control.switching.Plan.MoveLimits;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchTable;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.StorePlace;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One entry of the log. Time and whatever else is not the same everywhere comes in with it.
 *
 * <p>People's commands carry an idempotency key; reports, deadlines and lapses are compare-and-set on what they are about, so that late and
 * duplicate ones change nothing.
 */
public sealed interface Command {
    Instant now();

    /** Asked for by a person or a program; asked twice with one key, it is done once. */
    sealed interface Keyed extends Command {
        String key();

        /** Whether one person may not do it alone: it then waits until another one approves. */
        default boolean secondPerson() {
            return false;
        }

        /** So frequent that audit and receipts would hold nothing else, and safe to be asked again by itself; what begins and what ends it stands there. */
        default boolean routine() {
            return false;
        }

        /** The same, asked for at another time: what was approved is decided at the time of the approval. Whoever needs a second person has it. */
        default Keyed at(Instant now) {
            throw new IllegalStateException("needs a second person and cannot be asked for at another time: " + this);
        }
    }

    /**
     * How people's commands come in.
     *
     * @param reason may be empty, unless a second person is needed or the glass is broken
     */
    record Asked(Actor by, String reason, Keyed what) implements Command {
        @Override
        public Instant now() {
            return what.now();
        }
    }

    /** @param onlyAt refused unless this is the revision of the topology that holds; empty: whatever it is */
    record ApplyTopology(String key, Instant now, Topology topology, Optional<Revision> onlyAt) implements Keyed {
        public ApplyTopology(String key, Instant now, Topology topology) {
            this(key, now, topology, Optional.empty());
        }

        @Override
        public ApplyTopology at(Instant then) {
            return new ApplyTopology(key, then, topology, onlyAt);
        }
    }

    /** The topology of an earlier revision is declared again. */
    record RollBackTopology(String key, Instant now, Revision to, Optional<Revision> onlyAt) implements Keyed {
        @Override
        public RollBackTopology at(Instant then) {
            return new RollBackTopology(key, then, to, onlyAt);
        }
    }

    /** @param shards as people write them: {@code 0-340,400} */
    record StartMove(String key, Instant now, String shards, String to, MoveLimits limits, MoveOptions options)
            implements Keyed {
        /** @param limits as configured */
        public StartMove(String key, Instant now, String shards, String to, MoveLimits limits) {
            this(key, now, shards, to, limits, MoveOptions.none());
        }
    }

    /** A run whose moves are computed. */
    record Reassign(String key, Instant now, Reassignment wanted, MoveLimits limits) implements Keyed {}

    record CancelRun(String key, Instant now, String run) implements Keyed {}

    /** No further wave starts; what is held, fenced or activated goes on to its end. */
    record PauseRun(String key, Instant now, String run) implements Keyed {}

    record ResumeRun(String key, Instant now, String run) implements Keyed {}

    /**
     * A new run for what an ended one left undone; of one that needs an operator: it waits anew, with its deadlines.
     *
     * @param force of a failover that would lose more than it may: it may
     */
    record RetryRun(String key, Instant now, String run, boolean force) implements Keyed {
        public RetryRun(String key, Instant now, String run) {
            this(key, now, run, false);
        }

        @Override
        public boolean secondPerson() {
            return force;
        }

        @Override
        public Keyed at(Instant later) {
            return new RetryRun(key, later, run, force);
        }
    }

    /**
     * A region is lost: others take over what it owns, from what they have of it.
     *
     * @param to where its shards are to go; empty: as an evacuation would have it
     * @param force although it seems to be alive
     * @param reason of force; else empty
     * @param limits as configured
     * @param lease how long a lease lasts, as configured
     * @param transactionLimit how long a transaction in a store lasts at most, as configured
     */
    record StartFailover(
            String key,
            Instant now,
            RegionId region,
            Optional<RegionId> to,
            MaxLoss maxLoss,
            boolean force,
            String reason,
            MoveLimits limits,
            Duration lease,
            Duration transactionLimit)
            implements Keyed {
        @Override
        public boolean secondPerson() {
            return force;
        }

        @Override
        public Keyed at(Instant later) {
            return new StartFailover(key, later, region, to, maxLoss, force, reason, limits, lease, transactionLimit);
        }
    }

    /**
     * The database of a region is gone for good: an empty one follows it, once its agent has one.
     *
     * @param group of the store
     * @param logLost what of its log nobody has is gone, too: its Kafka is not waited for
     */
    record BeginAnew(String key, Instant now, RegionId region, String group, boolean logLost) implements Keyed {
        @Override
        public boolean secondPerson() {
            return true;
        }

        @Override
        public Keyed at(Instant later) {
            return new BeginAnew(key, later, region, group, logLost);
        }
    }

    /** A region has looked lost for as long as it takes. */
    record AdviseFailover(Instant now, Advice advice) implements Command {}

    /** A region does not look lost any more. */
    record WithdrawAdvice(Instant now, RegionId region, String why) implements Command {}

    /** A person has looked at why automatic failover tripped: it may go on. */
    record AcknowledgeFailovers(String key, Instant now) implements Keyed {}

    /** An active lease was not renewed for as long as it lasts. It can still be: nothing is taken from the region by this. */
    record LapseLease(Instant now, StoreId store, long generation, long renewals) implements Command {}

    /**
     * A lease that is being revoked is over by every clock.
     *
     * @param renewals of which the last one was counted from: had there been another, this means nothing
     */
    record ExpireLease(Instant now, StoreId store, long generation, long renewals) implements Command {}

    /** How far a store's copies of shards have come whose owner is lost. */
    record ReportGather(Instant now, RegionId region, String group, List<GatherSeen> shards) implements Command {
        public ReportGather {
            shards = List.copyOf(shards);
        }
    }

    /**
     * @param head empty: nothing was ever applied there
     * @param closed the head is its epoch's CLOSE
     * @param heartbeatMicros 0: not known
     * @param problem empty: none
     */
    record GatherSeen(
            String run,
            int attempt,
            ShardId shard,
            Optional<Base.At> head,
            boolean closed,
            long heartbeatMicros,
            String problem) {}

    /** The owner of some shards has all of their tails, and every orphan of them is decided. */
    record ReportTails(Instant now, RegionId region, String group, List<TailSeen> tails) implements Command {
        public ReportTails {
            tails = List.copyOf(tails);
        }
    }

    /** @param source the region that was lost @param close where its tail ends */
    record TailSeen(ShardId shard, RegionId source, Position close) {}

    /** The copies of a store that was lost are compared once more. @param verification the one that did not find them equal */
    record VerifyReturn(Instant now, StoreId store, String verification) implements Command {}

    /**
     * Goes on in spite of soft gates that are closed.
     *
     * @param state where whoever asks saw the run, and {@code wave}: if it has moved on since, this is refused
     */
    record ForceRun(
            String key, Instant now, String run, StateName state, int wave, List<Gate.Name> gates, String reason)
            implements Keyed {
        public ForceRun {
            gates = List.copyOf(gates);
        }

        @Override
        public boolean secondPerson() {
            return true;
        }

        @Override
        public Keyed at(Instant later) {
            return new ForceRun(key, later, run, state, wave, gates, reason);
        }
    }

    /** Until it is released no run starts, and no further wave of those under way. */
    record Brake(String key, Instant now, String reason) implements Keyed {}

    record ReleaseBrake(String key, Instant now) implements Keyed {}

    record PinUsers(String key, Instant now, Pin pin) implements Keyed {}

    record UnpinUsers(String key, Instant now, String name) implements Keyed {}

    /** Its time is over. */
    record EndPin(Instant now, String name) implements Command {}

    /** @param verification empty: whole {@code shards}, as people write them @param tables schema.table; empty: all */
    record StartRepair(String key, Instant now, String verification, String shards, List<String> tables)
            implements Keyed {
        public StartRepair {
            tables = List.copyOf(tables);
        }
    }

    /** A region gets shards anew from their owners. @param shards as people write them; empty: all that it does not own @param why may be empty */
    record StartSeeding(String key, Instant now, RegionId region, String shards, String why) implements Keyed {}

    /** No further attempt begins; those under way go on to their end. */
    record PauseSeeding(String key, Instant now, String seeding) implements Keyed {}

    record ResumeSeeding(String key, Instant now, String seeding) implements Keyed {}

    record CancelSeeding(String key, Instant now, String seeding) implements Keyed {}

    /** What an ended one left undone. */
    record RetrySeeding(String key, Instant now, String seeding) implements Keyed {}

    /** A scenario, or another text of one. */
    record RegisterScenario(String key, Instant now, DrillDocument document) implements Keyed {}

    record RemoveScenario(String key, Instant now, String name) implements Keyed {}

    /**
     * @param region another than the scenario names; empty: as it is written
     * @param why may be empty
     * @param runner that begins at once; empty: it waits for one
     * @param document that this runner has; empty: as registered
     */
    record StartDrill(
            String key,
            Instant now,
            String scenario,
            Optional<RegionId> region,
            String why,
            String runner,
            Optional<DrillDocument> document)
            implements Keyed {}

    record ClaimDrill(String key, Instant now, String drill, String runner) implements Keyed {}

    /** @param first number of the first of {@code lines}, counted from 0 @param lines none: the runner lives */
    record ProgressDrill(String key, Instant now, String drill, String runner, long first, List<Drill.Line> lines)
            implements Keyed {
        public ProgressDrill {
            lines = List.copyOf(lines);
        }

        @Override
        public boolean routine() {
            return true;
        }
    }

    /** @param reason empty: it ended by itself @param report JSON; empty: none */
    record EndDrill(
            String key,
            Instant now,
            String drill,
            String runner,
            Drill.State outcome,
            String reason,
            Optional<Instant> begunAt,
            Drill.Figures figures,
            List<String> runs,
            String report)
            implements Keyed {
        public EndDrill {
            runs = List.copyOf(runs);
        }
    }

    record AbortDrill(String key, Instant now, String drill) implements Keyed {}

    /** Its runner was not heard for too long. @param beats how often it had been, when that was seen */
    record DrillSilent(Instant now, String drill, long beats) implements Command {}

    /** No runner came for too long. */
    record DrillUnclaimed(Instant now, String drill) implements Command {}

    /** A schedule, or another one under its name. @param onlyAt refused unless it is at this revision; empty: whatever it is */
    record PutSchedule(String key, Instant now, DrillSchedule.Declared declared, Optional<Revision> onlyAt)
            implements Keyed {}

    record RemoveSchedule(String key, Instant now, String name, Optional<Revision> onlyAt) implements Keyed {}

    record TurnSchedule(String key, Instant now, String name, boolean enabled, Optional<Revision> onlyAt)
            implements Keyed {}

    /** A drill is due, or was and has not begun. @param revision of the schedule as it was seen */
    record FireSchedule(Instant now, String schedule, Revision revision, Timetable.Due due) implements Command {}

    /** Windows ended in which nobody looked. @param missed oldest first, the newest ones @param more how many were before these */
    record MissSchedule(Instant now, String schedule, Revision revision, List<Timetable.Due> missed, long more)
            implements Command {
        public MissSchedule {
            missed = List.copyOf(missed);
        }
    }

    /** @param position of the oldest that waits, as whoever asks saw it @param reason of a skip; else empty */
    record OrderParked(
            String key,
            Instant now,
            RegionId region,
            String group,
            RegionId source,
            ShardId shard,
            String position,
            ParkedOrder.Action action,
            String reason)
            implements Keyed {}

    /** @param over the state of the rows that may be overwritten, as the answer to an order names it; empty: only what the decision left */
    record ReviseOrphan(
            String key,
            Instant now,
            RevisionOrder.Orphan orphan,
            RevisionOrder.Verdict verdict,
            String over,
            String reason)
            implements Keyed {}

    /** @param shards as people write them; empty: all @param tables schema.table; empty: all @param rows whether differing rows are looked for */
    record StartVerification(String key, Instant now, String shards, List<String> tables, boolean rows)
            implements Keyed {
        public StartVerification {
            tables = List.copyOf(tables);
        }

        /** Of everything. */
        public StartVerification(String key, Instant now) {
            this(key, now, "", List.of(), false);
        }
    }

    /** @param checksum of the backup, which stands for it where it is compared */
    record Restore(String key, Instant now, String checksum, ControlState backup) implements Keyed {}

    /** @param change in words: that it was asked for, before the log's own voters change */
    record ChangeVoters(String key, Instant now, String change) implements Keyed {}

    /** @param voters those that there are, as whoever asks has looked them up */
    record RaiseLogic(String key, Instant now, int version, List<String> voters) implements Keyed {
        public RaiseLogic {
            voters = List.copyOf(voters);
        }
    }

    /** @param supports newest logic version that the node knows */
    record ReportLogic(Instant now, String node, int supports) implements Command {}

    /** @param hash SHA-256 of the token, hex; the token itself stays out of the log */
    record CreateToken(
            String key, Instant now, String name, SortedSet<Role> roles, String hash, Optional<Instant> expires)
            implements Keyed {
        @Override
        public CreateToken at(Instant then) {
            return new CreateToken(key, then, name, roles, hash, expires);
        }
    }

    record RevokeToken(String key, Instant now, String name) implements Keyed {}

    record Approve(String key, Instant now, String approval) implements Keyed {}

    record Reject(String key, Instant now, String approval) implements Keyed {}

    /** Never answered from a receipt. @param store that asks; empty: it does not say which it is @param life of it; 0, of agents that know of none: the first */
    record RenewLease(
            Instant now,
            RegionId region,
            String group,
            String instance,
            long attempt,
            Duration duration,
            Optional<StorePlace> store,
            int life)
            implements Command {
        public RenewLease(
                Instant now, RegionId region, String group, String instance, long attempt, Duration duration) {
            this(now, region, group, instance, attempt, duration, Optional.empty(), 0);
        }
    }

    /** Changes nothing; whoever has applied it has applied everything before it. */
    record Confirm(Instant now) implements Command {}

    /** What the node sees of the agents and routers attached to it. */
    record Observe(Instant now, List<AgentObservation> agents, List<RouterSession> routers) implements Command {
        public Observe {
            agents = List.copyOf(agents);
            routers = List.copyOf(routers);
        }
    }

    /**
     * What an agent's database says, as far as a run waits for it.
     *
     * @param group of the store; only what is said of its shards counts. Empty: of the only one
     */
    record Report(
            Instant now,
            RegionId region,
            List<FenceSeen> fences,
            List<HeadSeen> heads,
            List<HashSeen> hashes,
            String group)
            implements Command {
        public Report {
            fences = List.copyOf(fences);
            heads = List.copyOf(heads);
            hashes = List.copyOf(hashes);
        }

        /** Of the only store group. */
        public Report(
                Instant now, RegionId region, List<FenceSeen> fences, List<HeadSeen> heads, List<HashSeen> hashes) {
            this(now, region, fences, heads, hashes, "");
        }
    }

    /** A committed fence row, read again. */
    record FenceSeen(
            ShardId shard,
            Epoch epoch,
            boolean open,
            Epoch owned,
            Optional<Position> closedAt,
            Optional<Position> openedAt) {}

    /** The last record of the shard that was applied there, in order. */
    record HeadSeen(ShardId shard, Epoch epoch, Position position) {}

    /** @param before the move, by the old owner; else after it, by the new one */
    record HashSeen(String run, boolean before, ShardId shard, long rows, String hash, String problem) {}

    /**
     * @param state where the run was when the clock ran out
     * @param step how many steps it had begun; 0: not said, as in logs of the first version
     */
    record DeadlinePassed(Instant now, String run, StateName state, int wave, SwitchTable.Deadline deadline, int step)
            implements Command {
        public DeadlinePassed(Instant now, String run, StateName state, int wave, SwitchTable.Deadline deadline) {
            this(now, run, state, wave, deadline, 0);
        }
    }

    /** Nothing was heard of a session for so long that it counts no more. */
    record Lapse(Instant now, Kind kind, String name, String session, long beats) implements Command {
        public enum Kind {
            ROUTER,
            AGENT
        }
    }

    /**
     * @param problem not empty: this store could not hash
     * @param group of the store; empty: of the only one
     */
    record ReportVerification(
            Instant now, RegionId region, String id, int round, List<ShardHashed> shards, String problem, String group)
            implements Command {
        public ReportVerification {
            shards = List.copyOf(shards);
        }

        /** Of the only store group. */
        public ReportVerification(
                Instant now, RegionId region, String id, int round, List<ShardHashed> shards, String problem) {
            this(now, region, id, round, shards, problem, "");
        }
    }

    /**
     * What is told of a shard, as the verification's round asks.
     *
     * @param hash hex
     * @param buckets base64; empty: not told
     */
    record ShardHashed(ShardId shard, long rows, String hash, String buckets, List<Verification.RowHash> rowHashes) {
        public ShardHashed {
            rowHashes = List.copyOf(rowHashes);
        }

        public ShardHashed(ShardId shard, long rows, String hash) {
            this(shard, rows, hash, "", List.of());
        }
    }

    /** What the owner of some shards has repaired, or why it did not. */
    record ReportRepairs(Instant now, RegionId region, String group, List<ShardRepaired> shards) implements Command {
        public ReportRepairs {
            shards = List.copyOf(shards);
        }
    }

    /** @param rows written once more @param absent told as deleted @param problem empty: all was done */
    record ShardRepaired(String repair, ShardId shard, long rows, long absent, String problem) {}

    /** Some of its shards have another owner, or epoch, by now. */
    record RepairMovedOn(Instant now, String repair) implements Command {}

    /** Nothing was reported of a repair for too long. @param pending shards that were awaited when that was seen */
    record RepairDue(Instant now, String repair, int pending) implements Command {}

    /** How far the owners and the takers of shards are that are copied anew. */
    record ReportSeedings(Instant now, RegionId region, String group, List<SeedSeen> shards) implements Command {
        public ReportSeedings {
            shards = List.copyOf(shards);
        }
    }

    /**
     * @param rows told or taken by now
     * @param expected a guess of the owner; 0: not known
     * @param missed that the taker could not take
     * @param problem of one that failed
     */
    record SeedSeen(
            String seeding,
            int attempt,
            ShardId shard,
            State state,
            long rows,
            long expected,
            List<Repair.RowKey> missed,
            String problem) {
        public enum State {
            PREPARED,
            TELLING,
            TOLD,
            RECEIVING,
            DONE,
            FAILED
        }

        public SeedSeen {
            missed = List.copyOf(missed);
        }
    }

    /** An attempt failed a while ago. */
    record SeedingDue(Instant now, String seeding, ShardId shard, int attempt) implements Command {}

    /** Nothing was heard of a shard for too long. @param stand as it stood all that time */
    record SeedingStalled(Instant now, String seeding, ShardId shard, String stand) implements Command {}

    /** Copies are compared once more. @param verification the one that did not find them equal */
    record CheckSeeding(Instant now, String seeding, String verification) implements Command {}

    /** What became of orders in one store. */
    record ReportParkedOrders(Instant now, RegionId region, String group, List<OrderEnded> ended) implements Command {
        public ReportParkedOrders {
            ended = List.copyOf(ended);
        }
    }

    /** @param problem empty: done */
    record OrderEnded(String id, String problem) {}

    /** Nothing was heard of an order for too long. */
    record ParkedOrderDue(Instant now, String id) implements Command {}

    record RevisionEnded(String id, RevisionOrder.Told told) {}

    /** What the store's agent says became of orders to decide orphans otherwise. */
    record ReportRevisions(Instant now, RegionId region, String group, List<RevisionEnded> ended) implements Command {
        public ReportRevisions {
            ended = List.copyOf(ended);
        }
    }

    /** Its shard has another owner, or none. */
    record RevisionMovedOn(Instant now, String id) implements Command {}

    /** Its agent said nothing for too long. */
    record RevisionDue(Instant now, String id) implements Command {}

    /** @param publicKey as {@link io.meridian.topology.certificate.Ed25519} has it */
    record RegisterKey(Instant now, String node, String publicKey) implements Command {}

    /** The node that signed with it votes no more. */
    record RetireKey(Instant now, String keyId) implements Command {}

    /**
     * The leader signed a run's certificate.
     *
     * @param now also what the signature says
     * @param digest of what was signed
     * @param signature base64
     */
    record SignCertificate(Instant now, String run, String digest, String keyId, String signature) implements Command {}

    /** A pause between rounds, or a round's time, is over. */
    record VerificationDue(Instant now, String id, int round, boolean pausing) implements Command {}
}
