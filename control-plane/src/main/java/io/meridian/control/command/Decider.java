package io.meridian.control.command;

import io.meridian.control.access.Actor;
import io.meridian.control.access.ApprovalDecider;
import io.meridian.control.access.Role;
import io.meridian.control.access.TokenDecider;
import io.meridian.control.assignment.ReassignmentDecider;
import io.meridian.control.assignment.TopologyDecider;
import io.meridian.control.automatic.AdviceDecider;
import io.meridian.control.automatic.Holds;
import io.meridian.control.certificate.CertificateDecider;
import io.meridian.control.cluster.ClusterDecider;
import io.meridian.control.drilling.DrillDecider;
import io.meridian.control.drilling.ScheduleDecider;
import io.meridian.control.drilling.ScheduledDrills;
import io.meridian.control.failover.AnewDecider;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.failover.GatherDecider;
import io.meridian.control.failover.LeaseDecider;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.failover.ReturnDecider;
import io.meridian.control.parking.ParkedDecider;
import io.meridian.control.pinning.PinDecider;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.restore.RestoreDecider;
import io.meridian.control.revising.RevisionDecider;
import io.meridian.control.safety.BrakeDecider;
import io.meridian.control.seeding.CopyCheck;
import io.meridian.control.seeding.SeedingDecider;
import io.meridian.control.seeding.SeedingSteps;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.HandlingDecider;
import io.meridian.control.switching.MoveOptions;
import io.meridian.control.switching.MovePlanner;
import io.meridian.control.switching.ReportDecider;
import io.meridian.control.switching.SwitchDecider;
import io.meridian.control.verify.VerificationDecider;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.StoreId;
import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
import io.meridian.topology.Topology;
import io.meridian.topology.TopologyWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a command comes to in a state. Afterwards every run that can go on does, in the same decision, so that a report which lets a run advance
 * costs one entry of the log.
 */
public final class Decider {
    /** A wave passes few states, and waves that wait for nobody pass in one decision; more steps than this are a circle. */
    private static final int STEPS_PER_WAVE = 8;

    private Decider() {}

    public static Decision decide(ControlState state, Command command) {
        if (command instanceof Command.Asked asked) {
            // Before anything is looked up: whoever is shut out is not told what a key came to either.
            Optional<Problem> shutOut = state.access().refuses(asked.by(), asked.now());
            if (shutOut.isPresent()) {
                return AskedDecider.refused(state, asked, shutOut.get());
            }
        }
        Command bare = command instanceof Command.Asked asked ? asked.what() : command;
        if (bare instanceof Command.Keyed keyed && state.receipts().get(keyed.key()) instanceof Receipt receipt) {
            return receipt.digest().equals(digest(keyed))
                    ? new Decision.Accepted(List.of(), receipt)
                    : new Decision.Refused(Problem.of(
                            ProblemType.IDEMPOTENCY_KEY_REUSED,
                            "idempotency key '" + keyed.key()
                                    + "' was used for something else; take a new key for a new request"));
        }
        return command instanceof Command.Asked asked
                ? AskedDecider.decide(state, asked)
                : decide(state, Actor.NOBODY, command);
    }

    /** Whatever the command's key was used for. */
    static Decision decide(ControlState state, Actor by, Command command) {
        return switch (answer(state, by, command)) {
            case Answer.No no -> new Decision.Refused(no.why());
            case Answer.Yes yes -> accepted(state, command, yes);
        };
    }

    /** A decision before the runs have been looked at. */
    public sealed interface Answer {
        /** @param subject the run or verification that is made, the generation that is renewed; empty: none */
        record Yes(List<Event> events, String subject, List<String> changes) implements Answer {}

        record No(Problem why) implements Answer {}

        static Answer yes(List<Event> events) {
            return new Yes(events, "", List.of());
        }

        static Answer no(ProblemType type, String detail) {
            return new No(Problem.of(type, detail));
        }
    }

    public static Answer answer(ControlState state, Actor by, Command command) {
        if (!state.restoring().over() && command instanceof Command.Keyed && !touchesNoShard(command)) {
            return Answer.no(
                    ProblemType.NOT_READY,
                    "a restore is under way: " + state.restoring().rows().size()
                            + " shards wait until the agents of all regions have told their fences");
        }
        return switch (command) {
            case Command.ApplyTopology apply -> TopologyDecider.apply(state, apply);
            case Command.RollBackTopology back -> TopologyDecider.rollBack(state, back);
            case Command.StartMove move -> MovePlanner.start(state, move);
            case Command.Reassign reassign -> ReassignmentDecider.start(state, reassign);
            case Command.StartFailover failover -> Holds.start(state, by, failover);
            case Command.BeginAnew anew -> AnewDecider.begin(state, anew);
            case Command.AdviseFailover advise -> Answer.yes(AdviceDecider.advise(state, advise));
            case Command.WithdrawAdvice withdraw -> Answer.yes(AdviceDecider.withdraw(state, withdraw));
            case Command.AcknowledgeFailovers _ -> AdviceDecider.acknowledge(state);
            case Command.LapseLease lapse -> Answer.yes(LeaseDecider.lapse(state, lapse));
            case Command.ExpireLease expire -> Answer.yes(LeaseDecider.expire(state, expire));
            case Command.ReportGather gather -> Answer.yes(GatherDecider.report(state, gather));
            case Command.ReportTails tails -> Answer.yes(ReturnDecider.tails(state, tails));
            case Command.VerifyReturn verify -> Answer.yes(ReturnDecider.again(state, verify));
            case Command.CancelRun cancel -> SwitchDecider.cancel(state, cancel);
            case Command.PauseRun pause -> HandlingDecider.pause(state, pause);
            case Command.ResumeRun resume -> HandlingDecider.resume(state, resume);
            case Command.RetryRun retry -> HandlingDecider.retry(state, retry);
            case Command.ForceRun force -> HandlingDecider.force(state, force);
            case Command.Brake brake -> BrakeDecider.brake(state, brake);
            case Command.ReleaseBrake _ -> BrakeDecider.release(state);
            case Command.PinUsers pin -> PinDecider.pin(state, pin);
            case Command.UnpinUsers unpin -> PinDecider.unpin(state, unpin);
            case Command.EndPin end -> Answer.yes(PinDecider.end(state, end));
            case Command.StartRepair repair -> RepairDecider.start(state, by.name(), repair);
            case Command.ReportRepairs report -> Answer.yes(RepairDecider.report(state, report));
            case Command.RepairMovedOn moved -> Answer.yes(RepairDecider.moved(state, moved));
            case Command.RepairDue due -> Answer.yes(RepairDecider.due(state, due));
            case Command.StartSeeding start -> SeedingDecider.start(state, by.name(), start);
            case Command.PauseSeeding pause -> SeedingDecider.pause(state, pause);
            case Command.ResumeSeeding resume -> SeedingDecider.resume(state, resume);
            case Command.CancelSeeding cancel -> SeedingDecider.cancel(state, cancel);
            case Command.RetrySeeding retry -> SeedingDecider.retry(state, retry);
            case Command.ReportSeedings report -> Answer.yes(SeedingSteps.report(state, report));
            case Command.SeedingDue due -> Answer.yes(SeedingSteps.due(state, due));
            case Command.SeedingStalled stalled -> Answer.yes(SeedingSteps.stalled(state, stalled));
            case Command.CheckSeeding check -> Answer.yes(CopyCheck.again(state, check));
            case Command.RegisterScenario register -> DrillDecider.register(state, by.name(), register);
            case Command.RemoveScenario remove -> DrillDecider.remove(state, remove);
            case Command.StartDrill start -> DrillDecider.start(state, by.name(), start);
            case Command.ClaimDrill claim -> DrillDecider.claim(state, claim);
            case Command.ProgressDrill progress -> DrillDecider.progress(state, progress);
            case Command.EndDrill end -> DrillDecider.end(state, end);
            case Command.AbortDrill abort -> DrillDecider.abort(state, by.name(), abort);
            case Command.DrillSilent silent -> Answer.yes(DrillDecider.silent(state, silent));
            case Command.DrillUnclaimed unclaimed -> Answer.yes(DrillDecider.unclaimed(state, unclaimed));
            case Command.PutSchedule put -> ScheduleDecider.put(state, by.name(), put);
            case Command.RemoveSchedule remove -> ScheduleDecider.remove(state, remove);
            case Command.TurnSchedule turn -> ScheduleDecider.turn(state, by.name(), turn);
            case Command.FireSchedule fire -> Answer.yes(ScheduledDrills.fire(state, fire));
            case Command.MissSchedule miss -> Answer.yes(ScheduledDrills.miss(state, miss));
            case Command.OrderParked order -> ParkedDecider.order(state, by.name(), order);
            case Command.ReportParkedOrders report -> Answer.yes(ParkedDecider.report(state, report));
            case Command.ParkedOrderDue due -> Answer.yes(ParkedDecider.due(state, due));
            case Command.ReviseOrphan revise -> RevisionDecider.order(state, by.name(), revise);
            case Command.ReportRevisions report -> Answer.yes(RevisionDecider.report(state, report));
            case Command.RevisionMovedOn moved -> Answer.yes(RevisionDecider.moved(state, moved));
            case Command.RevisionDue due -> Answer.yes(RevisionDecider.due(state, due));
            case Command.StartVerification start -> VerificationDecider.start(state, start);
            case Command.Restore restore -> RestoreDecider.restore(state, restore);
            case Command.ChangeVoters change -> ClusterDecider.change(change);
            case Command.RaiseLogic raise -> ClusterDecider.raise(state, raise);
            case Command.ReportLogic report -> Answer.yes(ClusterDecider.report(state, report));
            case Command.CreateToken create -> TokenDecider.create(state, by, create);
            case Command.RevokeToken revoke -> TokenDecider.revoke(state, by, revoke);
            case Command.Approve approve -> ApprovalDecider.approve(state, by, approve);
            case Command.Reject reject -> ApprovalDecider.reject(state, by, reject);
            case Command.Asked asked -> throw new IllegalStateException("asked inside of asked: " + asked);
            case Command.RenewLease renew -> renew(state, renew);
            case Command.Confirm _ -> Answer.yes(List.of());
            case Command.Observe observe -> Answer.yes(observed(state, observe));
            case Command.Report report -> Answer.yes(reported(state, report));
            case Command.DeadlinePassed passed -> Answer.yes(SwitchDecider.deadline(state, passed));
            case Command.Lapse lapse -> Answer.yes(lapsed(state, lapse));
            case Command.ReportVerification report -> Answer.yes(VerificationDecider.report(state, report));
            case Command.RegisterKey register -> CertificateDecider.register(state, register);
            case Command.RetireKey retire -> CertificateDecider.retire(state, retire);
            case Command.SignCertificate sign -> CertificateDecider.sign(state, sign);
            case Command.VerificationDue due -> Answer.yes(VerificationDecider.due(state, due));
        };
    }

    private static Decision accepted(ControlState state, Command command, Answer.Yes yes) {
        var events = new ArrayList<>(yes.events());
        ControlState then = state;
        for (Event event : yes.events()) {
            then = EventApplier.apply(then, event);
        }
        Revision at = state.revision().next();
        int stepsLimit = then.activeRuns().stream()
                        .mapToInt(
                                run -> STEPS_PER_WAVE * (1 + run.plan().waves().size()))
                        .sum()
                + STEPS_PER_WAVE
                        * (1
                                + then.losses().stores().size()
                                + (int) then.seedings().running().count());
        for (int steps = 0; ; steps++) {
            if (steps > stepsLimit) {
                throw new IllegalStateException("runs go round in circles after " + command);
            }
            List<Event> more = next(then, at, command.now());
            if (more.isEmpty()) {
                break;
            }
            for (Event event : more) {
                then = EventApplier.apply(then, event);
            }
            events.addAll(more);
        }
        boolean raised = events.stream().anyMatch(Event::raisesRevision);
        Revision after = raised ? at : state.revision();
        if (command instanceof Command.Keyed keyed) {
            var receipt = receipt(digest(keyed), after, yes, command);
            if (!keyed.key().isEmpty() && !keyed.routine()) {
                events.add(new Event.Remembered(keyed.key(), receipt, command.now()));
            }
            if (command instanceof Command.Approve approve) {
                // Whoever asked, and asks again with the key, hears what came of it.
                Command.Keyed approved = state.access()
                        .approval(approve.approval())
                        .orElseThrow()
                        .asked()
                        .what();
                events.add(new Event.Remembered(
                        approved.key(), receipt(digest(approved), after, yes, command), command.now()));
            }
            return new Decision.Accepted(events, receipt);
        }
        return new Decision.Accepted(events, receipt("", after, yes, command));
    }

    private static List<Event> next(ControlState state, Revision at, Instant now) {
        List<Event> moves = SwitchDecider.next(state, at, now);
        if (!moves.isEmpty()) {
            return moves;
        }
        List<Event> failovers = FailoverDecider.next(state, now);
        if (!failovers.isEmpty()) {
            return failovers;
        }
        List<Event> returns = ReturnDecider.next(state, now);
        return returns.isEmpty() ? SeedingSteps.next(state, now) : returns;
    }

    private static Receipt receipt(String digest, Revision after, Answer.Yes yes, Command command) {
        return new Receipt(
                digest, after, yes.subject(), yes.changes(), command.now().toEpochMilli());
    }

    private static boolean touchesNoShard(Command command) {
        return command instanceof Command.ChangeVoters
                || command instanceof Command.RaiseLogic
                || command instanceof Command.CreateToken
                || command instanceof Command.RevokeToken
                || command instanceof Command.ProgressDrill
                || command instanceof Command.EndDrill
                || command instanceof Command.Approve
                || command instanceof Command.Reject;
    }

    private static List<Event> reported(ControlState state, Command.Report report) {
        Command.Report own = ReportDecider.own(state, report);
        var events = new ArrayList<>(RestoreDecider.report(state, own));
        events.addAll(ReportDecider.report(state, own));
        events.addAll(ReturnDecider.report(state, own));
        return events;
    }

    private static Answer renew(ControlState state, Command.RenewLease renew) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing to renew a lease for");
        }
        Topology topology = state.declared().get().topology();
        if (topology.storeGroup(renew.group()).isEmpty()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, topology.unknownGroup(renew.group()));
        }
        StoreId store = topology.store(renew.region(), renew.group());
        if (!(state.leases().get(store) instanceof RegionLease lease)) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, "region " + renew.region() + " is not in the topology");
        }
        if (lease.lease() != RegionLease.Lease.ACTIVE) {
            return Answer.no(
                    ProblemType.NOT_READY,
                    "generation " + lease.generation() + " of " + store.inWords() + " is " + lease.lease()
                            + ": it cannot be renewed, only followed by another");
        }
        if (Math.max(1, renew.life()) != lease.life()) {
            return Answer.no(
                    ProblemType.NOT_READY,
                    store.inWords() + " is in life " + lease.life() + ", and the database that asks is of life "
                            + Math.max(1, renew.life())
                            + (renew.life() < lease.life()
                                    ? ": it was given up when the region began anew"
                                    : ": this control plane was restored from a time before the region began anew; let it do so once more"));
        }
        Optional<StoreIdentity> known = lease.store().map(StorePlace::store);
        Optional<StoreIdentity> asking = renew.store().map(StorePlace::store);
        if (known.isPresent() && asking.isPresent() && !asking.get().mayBe(known.get())) {
            return Answer.no(
                    ProblemType.NOT_READY,
                    store.inWords() + " has another database than the one that was granted leases before: "
                            + asking.get() + ", which was " + known.get());
        }
        return new Answer.Yes(
                List.of(new Event.LeaseRenewed(store, renew.duration(), renew.now(), renew.store())),
                Long.toString(lease.generation()),
                List.of());
    }

    /** Word of a session that was replaced by a newer one changes nothing: its stream is gone. */
    private static List<Event> observed(ControlState state, Command.Observe observe) {
        var events = new ArrayList<Event>();
        for (AgentObservation agent : observe.agents()) {
            AgentObservation known = state.agents().get(agent.key());
            boolean same = known != null && known.session().equals(agent.session());
            if (same || agent.connected()) {
                long before = known == null ? 0 : known.measures().heardMillis();
                events.add(new Event.AgentReported(
                        agent, agent.connected() ? observe.now().toEpochMilli() : before));
            }
        }
        for (RouterSession router : observe.routers()) {
            RouterSession known = state.routers().get(router.router());
            boolean same = known != null && known.session().equals(router.session());
            if (same || router.connected()) {
                events.add(new Event.RouterReported(router));
            }
        }
        return events;
    }

    private static List<Event> lapsed(ControlState state, Command.Lapse lapse) {
        return switch (lapse.kind()) {
            case ROUTER ->
                state.routers().get(lapse.name()) instanceof RouterSession known
                                && known.session().equals(lapse.session())
                                && known.beats() == lapse.beats()
                        ? List.of(new Event.RouterLapsed(lapse.name()))
                        : List.of();
            case AGENT ->
                state.agents().get(lapse.name()) instanceof AgentObservation known
                                && known.session().equals(lapse.session())
                                && known.beats() == lapse.beats()
                        ? List.of(new Event.AgentLapsed(lapse.name()))
                        : List.of();
        };
    }

    /** Whether the very same was asked for under the same key before. */
    public static boolean remembers(ControlState state, Command.Keyed command) {
        return state.receipts().get(command.key()) instanceof Receipt receipt
                && receipt.digest().equals(digest(command));
    }

    /** Of what is asked, without when and under which key. */
    static String digest(Command.Keyed command) {
        return sha256(sentence(command)).substring(0, 16);
    }

    /** What is asked, whole. */
    public static String sentence(Command.Keyed command) {
        return switch (command) {
            case Command.ApplyTopology apply ->
                "topology " + TopologyWriter.write(apply.topology()) + onlyAt(apply.onlyAt());
            case Command.RollBackTopology back -> "topology of " + back.to() + onlyAt(back.onlyAt());
            case Command.StartMove move ->
                "move " + move.shards() + " to " + move.to()
                        + (move.options().equals(MoveOptions.none()) ? "" : " " + move.options());
            case Command.Reassign reassign -> "reassign " + reassign.wanted();
            case Command.CancelRun cancel -> "cancel " + cancel.run();
            case Command.PauseRun pause -> "pause " + pause.run();
            case Command.ResumeRun resume -> "resume " + resume.run();
            case Command.RetryRun retry -> "retry " + retry.run() + (retry.force() ? ", whatever is lost" : "");
            case Command.StartFailover failover ->
                "fail over " + failover.region()
                        + failover.to().map(to -> " to " + to).orElse("")
                        + (failover.maxLoss().equals(MaxLoss.none()) ? "" : ", losing at most " + failover.maxLoss())
                        + (failover.force() ? ", though it is alive: " + failover.reason() : "");
            case Command.BeginAnew anew ->
                "begin " + anew.region() + "/" + anew.group() + " anew with an empty database"
                        + (anew.logLost() ? ", whatever its log held" : "");
            case Command.AcknowledgeFailovers _ -> "acknowledge automatic failovers";
            case Command.ForceRun force ->
                "force " + force.run() + " " + force.state() + " " + force.wave() + " " + force.gates() + ": "
                        + force.reason();
            case Command.Brake brake -> "brake: " + brake.reason();
            case Command.ReleaseBrake _ -> "release brake";
            case Command.PinUsers pin ->
                "pin " + pin.pin().name() + ": " + pin.pin().inWords();
            case Command.UnpinUsers unpin -> "unpin " + unpin.name();
            case Command.StartRepair repair ->
                "repair "
                        + (repair.verification().isEmpty()
                                ? "all rows of shards " + repair.shards()
                                : "what " + repair.verification() + " found")
                        + (repair.tables().isEmpty() ? "" : " in tables " + String.join(", ", repair.tables()));
            case Command.StartSeeding start ->
                "seed region " + start.region()
                        + (start.shards().isEmpty()
                                ? " with all that it does not own"
                                : " with shards " + start.shards())
                        + (start.why().isEmpty() ? "" : ": " + start.why());
            case Command.PauseSeeding pause -> "pause seeding " + pause.seeding();
            case Command.ResumeSeeding resume -> "resume seeding " + resume.seeding();
            case Command.CancelSeeding cancel -> "cancel seeding " + cancel.seeding();
            case Command.RetrySeeding retry -> "retry seeding " + retry.seeding();
            case Command.RegisterScenario register ->
                "register scenario " + register.document().name() + ", sha256 "
                        + sha256(register.document().text());
            case Command.RemoveScenario remove -> "remove scenario " + remove.name();
            case Command.StartDrill start ->
                "drill " + start.scenario()
                        + start.region().map(region -> " about " + region).orElse("")
                        + start.document()
                                .map(document -> ", sha256 " + sha256(document.text()))
                                .orElse("")
                        + (start.runner().isEmpty() ? "" : " by runner " + start.runner())
                        + (start.why().isEmpty() ? "" : ": " + start.why());
            case Command.ClaimDrill claim -> "claim drill " + claim.drill() + " for runner " + claim.runner();
            case Command.ProgressDrill progress ->
                "runner " + progress.runner() + " of drill " + progress.drill() + " is heard, from line "
                        + progress.first() + ": " + progress.lines();
            case Command.EndDrill end ->
                "drill " + end.drill() + " of runner " + end.runner() + " ends " + end.outcome()
                        + (end.reason().isEmpty() ? "" : ": " + end.reason())
                        + ", begun at " + end.begunAt().map(Instant::toString).orElse("no time") + ", "
                        + end.figures().inWords() + ", runs " + end.runs() + ", report sha256 " + sha256(end.report());
            case Command.AbortDrill abort -> "abort drill " + abort.drill();
            case Command.PutSchedule put -> "schedule " + put.declared().inWords() + onlyAt(put.onlyAt());
            case Command.RemoveSchedule remove -> "remove schedule " + remove.name() + onlyAt(remove.onlyAt());
            case Command.TurnSchedule turn ->
                (turn.enabled() ? "enable" : "disable") + " schedule " + turn.name() + onlyAt(turn.onlyAt());
            case Command.OrderParked order ->
                order.action().name().toLowerCase(Locale.ROOT) + " what waits at " + order.position() + " of shard "
                        + order.shard() + " from " + order.source() + " in " + order.region() + "/" + order.group()
                        + (order.reason().isEmpty() ? "" : ": " + order.reason());
            case Command.ReviseOrphan revise ->
                revise.verdict().name().toLowerCase(Locale.ROOT) + " "
                        + revise.orphan().inWords()
                        + (revise.over().isEmpty() ? "" : " over " + revise.over()) + ": " + revise.reason();
            case Command.StartVerification verify ->
                "verify"
                        + (verify.shards().isEmpty() ? "" : " shards " + verify.shards())
                        + (verify.tables().isEmpty() ? "" : " tables " + String.join(", ", verify.tables()))
                        + (verify.rows() ? " with rows" : "");
            case Command.Restore restore -> "restore " + restore.checksum();
            case Command.ChangeVoters change -> "voters " + change.change();
            case Command.RaiseLogic raise -> "logic version " + raise.version();
            case Command.CreateToken create ->
                "create token " + create.name() + " with "
                        + create.roles().stream().map(Role::text).toList()
                        + create.expires().map(end -> " until " + end).orElse("") + ", sha256 "
                        + create.hash().substring(0, Math.min(8, create.hash().length()));
            case Command.RevokeToken revoke -> "revoke token " + revoke.name();
            case Command.Approve approve -> "approve " + approve.approval();
            case Command.Reject reject -> "reject " + reject.approval();
        };
    }

    private static String onlyAt(Optional<Revision> revision) {
        return revision.map(at -> " only at " + at).orElse("");
    }

    public static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
