package io.meridian.control.state;

import io.meridian.control.access.Approval;
import io.meridian.control.access.Token;
import io.meridian.control.audit.AuditEntry;
import io.meridian.control.automatic.AutomaticFailovers;
import io.meridian.control.certificate.Seal;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillScenario;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.failover.Failover;
import io.meridian.control.failover.Loss;
import io.meridian.control.failover.Losses;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.pinning.Pin;
import io.meridian.control.repair.Repair;
import io.meridian.control.restore.Restoring;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.safety.Safety;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Handling;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Proof;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.StorePlace;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.certificate.SigningKey;
import io.meridian.topology.ownership.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that is true from now on. Events are not logged: every replica makes the same ones from the same command. */
public sealed interface Event {
    /** Whether a feed carries it, so that the revision rises. */
    default boolean raisesRevision() {
        return switch (this) {
            case TopologyDeclared _,
                    ShardsAssigned _,
                    OwnershipChanged _,
                    Placed _,
                    Frozen _,
                    Released _,
                    RunPlanned _,
                    RunEntered _,
                    RunAdvanced _,
                    RunCancelled _,
                    RunHandled _,
                    SafetyChanged _,
                    AutomaticFailoversChanged _,
                    PinsChanged _,
                    VerificationChanged _,
                    ParkedOrderChanged _,
                    RevisionOrderChanged _,
                    RepairChanged _,
                    SeedingChanged _,
                    ScenarioChanged _,
                    ScenarioRemoved _,
                    DrillChanged _,
                    ScheduleChanged _,
                    ScheduleRemoved _,
                    CopiesChanged _,
                    TakenOver _,
                    LeaseRevoked _,
                    LeaseExpired _,
                    StoreReconciled _,
                    StoreBegunAnew _,
                    LogGivenUp _,
                    LossChanged _,
                    RunRetargeted _,
                    FailoverChanged _,
                    LossesFollowed _,
                    Restored _ -> true;
            case LeaseRenewed _,
                    LeaseLapsed _,
                    RouterReported _,
                    RouterLapsed _,
                    AgentReported _,
                    AgentLapsed _,
                    SeedingProgressed _,
                    DrillProgressed _,
                    ProofsCollected _,
                    Certified _,
                    Remembered _,
                    FencesTold _,
                    VotersAsked _,
                    LogicReported _,
                    LogicRaised _,
                    TokenCreated _,
                    TokenRevoked _,
                    ApprovalRequested _,
                    ApprovalEnded _,
                    Audited _,
                    KeyRegistered _,
                    KeyRetired _,
                    CertificateSigned _ -> false;
        };
    }

    record TopologyDeclared(Topology topology, Instant now) implements Event {}

    /** The first topology's grants, all at epoch 1 on no base. */
    record ShardsAssigned(List<ShardState> shards) implements Event {
        public ShardsAssigned {
            shards = List.copyOf(shards);
        }
    }

    record LeaseRenewed(StoreId store, Duration asked, Instant now, Optional<StorePlace> by) implements Event {}

    /** No renewal is granted any more. */
    record LeaseRevoked(StoreId store) implements Event {}

    record LeaseLapsed(StoreId store) implements Event {}

    /** The generation is over. @param run the failover that ended it */
    record LeaseExpired(StoreId store, String run) implements Event {}

    /** It is in line with the others: a new generation follows, in which it may own. */
    record StoreReconciled(StoreId store) implements Event {}

    /** The database before is gone for good, and an empty one follows it. @param logLost so is what of its log nobody has */
    record StoreBegunAnew(StoreId store, boolean logLost) implements Event {}

    /** Of a store that began anew: what of the log before nobody has is gone, too. */
    record LogGivenUp(StoreId store) implements Event {}

    /** More is known of a store that was lost. */
    record LossChanged(StoreId store, Loss loss) implements Event {}

    /** What {@code from} had withdrawn and frozen of {@code shards} is {@code to}'s now. */
    record TakenOver(String from, String to, List<ShardId> shards) implements Event {
        public TakenOver {
            shards = List.copyOf(shards);
        }
    }

    /** Some shards go elsewhere than was planned. */
    record RunRetargeted(String run, Plan plan, String note) implements Event {}

    record FailoverChanged(String run, Failover failover) implements Event {}

    /** Who waited for these shards of lost stores waits for their new epochs. */
    record LossesFollowed(Losses losses) implements Event {}

    record RouterReported(RouterSession session) implements Event {}

    record RouterLapsed(String router) implements Event {}

    /** @param heardMillis when it was heard last, in milliseconds since 1970 */
    record AgentReported(AgentObservation observation, long heardMillis) implements Event {}

    record AgentLapsed(String agent) implements Event {}

    record OwnershipChanged(List<Ownership> shards) implements Event {
        public OwnershipChanged {
            shards = List.copyOf(shards);
        }
    }

    record Placed(ZoneId zone, List<ShardId> shards) implements Event {
        public Placed {
            shards = List.copyOf(shards);
        }
    }

    record Frozen(String run, List<ShardId> shards) implements Event {
        public Frozen {
            shards = List.copyOf(shards);
        }
    }

    record Released(String run, List<ShardId> shards) implements Event {
        public Released {
            shards = List.copyOf(shards);
        }
    }

    record RunPlanned(Run run) implements Event {}

    /**
     * A new step begins.
     *
     * @param ended what there is to say of the step that ends with it
     * @param problem empty: none
     */
    record RunEntered(
            String run, SwitchState state, int wave, Run.Counts counts, String ended, String problem, Instant now)
            implements Event {}

    /** The step goes on, but knows more. */
    record RunAdvanced(String run, SwitchState state, String note) implements Event {}

    record RunCancelled(String run, String note) implements Event {}

    /** @param problem what a person has to look at; empty: nothing any more */
    record RunHandled(String run, Handling handling, String note, String problem) implements Event {}

    record SafetyChanged(Safety safety) implements Event {}

    /** All that is known of them now. */
    record AutomaticFailoversChanged(AutomaticFailovers automatic) implements Event {}

    /** All that there are now. */
    record PinsChanged(List<Pin> pins) implements Event {
        public PinsChanged {
            pins = List.copyOf(pins);
        }
    }

    record ProofsCollected(String run, List<Proof> proofs) implements Event {
        public ProofsCollected {
            proofs = List.copyOf(proofs);
        }
    }

    record Certified(String run, Certificate certificate) implements Event {}

    record KeyRegistered(SigningKey key) implements Event {}

    record KeyRetired(String key, Instant at) implements Event {}

    record CertificateSigned(String run, Seal seal) implements Event {}

    record VerificationChanged(Verification verification) implements Event {}

    /** Started, or went on, or ended. */
    record RepairChanged(Repair repair) implements Event {}

    /** Started, or went on, or ended. */
    record SeedingChanged(Seeding seeding) implements Event {}

    /** More rows, and nothing else: no agent is told. */
    record SeedingProgressed(Seeding seeding) implements Event {}

    /** New, or another text. */
    record ScenarioChanged(DrillScenario scenario) implements Event {}

    record ScenarioRemoved(String name) implements Event {}

    /** Declared, or what became of what was due. */
    record ScheduleChanged(DrillSchedule schedule) implements Event {}

    record ScheduleRemoved(String name) implements Event {}

    /** Asked for, claimed, lost, ended. */
    record DrillChanged(Drill drill) implements Event {}

    /** Its runner was heard, and nothing else. */
    record DrillProgressed(Drill drill) implements Event {}

    /** @param whole whether the copies of {@code shards} in {@code region} are, from now on */
    record CopiesChanged(RegionId region, List<ShardId> shards, boolean whole) implements Event {
        public CopiesChanged {
            shards = shards.stream().sorted().toList();
        }
    }

    /** Made, or ended. */
    record ParkedOrderChanged(ParkedOrder order) implements Event {}

    /** Made, or ended. */
    record RevisionOrderChanged(RevisionOrder order) implements Event {}

    record Restored(ControlState backup, Instant now) implements Event {}

    /** @param rows that have reached a restore's withdrawal */
    record FencesTold(RegionId region, SortedMap<ShardId, Restoring.Row> rows) implements Event {
        public FencesTold {
            rows = Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Restoring.Row>) rows));
        }
    }

    record VotersAsked(String what, Instant now) implements Event {}

    record LogicReported(String node, int supports) implements Event {}

    /** From the next command on. */
    record LogicRaised(int version) implements Event {}

    record Remembered(String key, Receipt receipt, Instant now) implements Event {}

    record TokenCreated(Token token) implements Event {}

    record TokenRevoked(String name) implements Event {}

    record ApprovalRequested(Approval approval) implements Event {}

    record ApprovalEnded(String approval, Approval.Ending ending) implements Event {}

    record Audited(AuditEntry entry) implements Event {}
}
