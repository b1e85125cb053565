package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Credential;
import io.meridian.control.access.Role;
import io.meridian.control.access.Token;
import io.meridian.control.assignment.Reassignment;
import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillDocument;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.Drills;
import io.meridian.control.drilling.Timetable;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.revising.RevisionOrder.Verdict;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Receipt;
import io.meridian.control.state.Revision;
import io.meridian.control.switching.FailoverLab;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchTable;
import io.meridian.control.verify.RowsLab;
import io.meridian.control.verify.Verification;
import io.meridian.topology.Limits;
import io.meridian.topology.MaintenanceWindow;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Residency;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class StateCodecTest {
    private static final StateCodec CODEC = new StateCodec();
    private static final RevisionOrder.Orphan ORPHAN =
            new RevisionOrder.Orphan(MoveLab.WEST, "7412.1/0/1A/0", ShardId.of(3), 1);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            names = {"PREPARED", "HOLDING", "FENCING", "CATCHING_UP", "ACTIVATED", "ROUTED", "ROLLING_BACK", "DONE"})
    void aSnapshotTakenInAnyStateOfARunReadsBackEqual(StateName name) throws IOException {
        ControlState state = MoveLab.at(name).state();
        var out = new ByteArrayOutputStream();

        CODEC.write(state, out);

        assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            names = {"EXPIRING", "GATHERING", "NEEDS_OPERATOR", "ALIGNING", "ACTIVATED", "ROUTED", "DONE"})
    void aSnapshotTakenInAnyStateOfAFailoverReadsBackEqual(StateName name) throws IOException {
        ControlState state = FailoverLab.at(name).state();
        var out = new ByteArrayOutputStream();

        CODEC.write(state, out);

        assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
    }

    @Test
    void aRunThatNeedsAPersonAndARunningVerificationReadBackEqual() throws IOException {
        MoveLab lab = MoveLab.at(StateName.ACTIVATED);
        lab.accept(new Command.DeadlinePassed(lab.tick(), "mv-1", StateName.ACTIVATED, 1, SwitchTable.Deadline.LIMIT));
        lab.accept(new Command.StartVerification("v", lab.tick()));
        lab.accept(new Command.ReportVerification(
                lab.tick(), MoveLab.EAST, "vf-1", 1, List.of(new Command.ShardHashed(ShardId.of(3), 9, "ab")), ""));
        lab.accept(new Command.OrderParked(
                "p",
                lab.tick(),
                MoveLab.WEST,
                "main",
                MoveLab.EAST,
                ShardId.of(3),
                "0/7",
                ParkedOrder.Action.RETRY,
                ""));
        var out = new ByteArrayOutputStream();

        CODEC.write(lab.state(), out);

        assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(lab.state());
    }

    @Test
    void aVerificationReadsBackEqualAtEveryStageAndSoDoesARepair() throws IOException {
        MoveLab repairing = RowsLab.differing(MoveLab.ready(), 1, 6);
        repairing.accept(new Command.StartRepair("r", repairing.tick(), "vf-1", "", List.of()));
        repairing.accept(new Command.ReportRepairs(
                repairing.tick(),
                MoveLab.WEST,
                "main",
                List.of(new Command.ShardRepaired("rp-1", ShardId.of(6), 5, 1, ""))));
        var states = new ArrayList<>(RowsLab.everyStage());
        states.add(repairing.state());
        for (ControlState state : states) {
            var out = new ByteArrayOutputStream();

            CODEC.write(state, out);

            assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
        }
    }

    private static final DrillSchedule.Declared SCHEDULE = new DrillSchedule.Declared(
            "nightly",
            "l",
            Optional.of(MoveLab.WEST),
            "a note",
            new Timetable(
                    "0 3 * * *",
                    "Europe/Berlin",
                    60,
                    List.of(new Timetable.Blackout(LocalDate.of(2026, 12, 24), LocalDate.of(2026, 12, 26)))),
            true);

    @Test
    void schedulesReadBackEqualWhereverTheyAre() throws IOException {
        MoveLab lab = MoveLab.ready();
        Instant due = Instant.parse("2026-06-01T01:00:00Z");
        lab.accept(new Command.RegisterScenario(
                "s",
                lab.tick(),
                new DrillDocument("l", "e", DrillDocument.Act.LOSE, List.of(MoveLab.WEST), "west", "name: l")));
        lab.accept(new Command.PutSchedule("p", lab.tick(), SCHEDULE, Optional.empty()));
        List<ControlState> states = new ArrayList<>(List.of(lab.state()));
        Revision at = lab.state().drills().schedule("nightly").orElseThrow().revision();
        for (long seconds : new long[] {0, 3600}) {
            lab.accept(new Command.FireSchedule(
                    due.plusSeconds(seconds), "nightly", at, new Timetable.Due(due, due.plusSeconds(3600), "")));
            states.add(lab.state());
        }
        assertThat(lab.state().drills().schedule("nightly").orElseThrow().outcomes())
                .hasSize(1);
        for (ControlState state : states) {
            var out = new ByteArrayOutputStream();

            CODEC.write(state, out);

            assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
        }
    }

    /** As a version that knew no schedules wrote it. */
    @Test
    void drillsWithoutSchedulesAreReadAndHaveNone() throws IOException {
        String old =
                "{\"format\":2,\"state\":{\"logicVersion\":1,\"drills\":{\"scenarios\":{},\"all\":[],\"made\":3}}}";

        Drills drills = CODEC.read(new ByteArrayInputStream(old.getBytes(StandardCharsets.UTF_8)))
                .drills();

        assertThat(drills.made()).isEqualTo(3);
        assertThat(drills.schedules()).isEmpty();
        assertThat(drills.tally()).isEqualTo(Drills.Tally.none());
    }

    @Test
    void drillsAndTheirScenariosReadBackEqualWhereverTheyAre() throws IOException {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.RegisterScenario(
                "s",
                lab.tick(),
                new DrillDocument("l", "e", DrillDocument.Act.LOSE, List.of(MoveLab.WEST), "west", "name: l")));
        lab.accept(new Command.StartDrill("d", lab.tick(), "l", Optional.empty(), "", "r", Optional.empty()));
        lab.accept(new Command.ProgressDrill(
                "p", lab.tick(), "dr-1", "r", 0, List.of(new Drill.Line(lab.tick(), "line"))));
        List<ControlState> states = new ArrayList<>(List.of(lab.state()));
        lab.accept(new Command.EndDrill(
                "e",
                lab.tick(),
                "dr-1",
                "r",
                Drill.State.PASSED,
                "",
                Optional.empty(),
                Drill.Figures.none(),
                List.of("mv-1"),
                "{\"format\":1}"));
        states.add(lab.state());
        for (ControlState state : states) {
            var out = new ByteArrayOutputStream();

            CODEC.write(state, out);

            assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(state);
        }
    }

    /** As it was written before orphans could be decided otherwise: the list of parked orders had a type of its own. */
    @Test
    void ordersReadBackEqualAndSoDoesASnapshotThatKnewOfParkedOnesOnly() throws IOException {
        MoveLab lab = MoveLab.ready();
        for (int shard : new int[] {3, 4}) {
            lab.accept(new Command.OrderParked(
                    "p" + shard,
                    lab.tick(),
                    MoveLab.WEST,
                    "main",
                    MoveLab.EAST,
                    ShardId.of(shard),
                    "0/7",
                    ParkedOrder.Action.SKIP,
                    "why"));
        }
        lab.accept(new Command.ReportParkedOrders(
                lab.tick(), MoveLab.WEST, "main", List.of(new Command.OrderEnded("po-1", "another one"))));
        ControlState parkedOnly = lab.state();
        String old = written(parkedOnly).replace(",\"revisionOrders\":{\"all\":[],\"made\":0}", "");
        lab.accept(new Command.ReviseOrphan("r1", lab.tick(), ORPHAN, Verdict.SALVAGE, "5f3a", "paid"));
        lab.accept(new Command.ReportRevisions(
                lab.tick(),
                MoveLab.EAST,
                "main",
                List.of(new Command.RevisionEnded("rv-1", new RevisionOrder.Told("written since", "[null]", "77")))));
        lab.accept(new Command.ReviseOrphan("r2", lab.tick(), ORPHAN, Verdict.REJECT, "", "not paid"));

        assertThat(old)
                .doesNotContain("revisionOrders")
                .contains("\"parkedOrders\":{\"all\":[{\"id\":\"po-2\",\"region\":\"west\",\"group\":\"main\",");
        assertThat(read(old)).isEqualTo(parkedOnly);
        assertThat(read(written(lab.state()))).isEqualTo(lab.state());
    }

    private static String written(ControlState state) throws IOException {
        var out = new ByteArrayOutputStream();
        CODEC.write(state, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ControlState read(String snapshot) throws IOException {
        return CODEC.read(new ByteArrayInputStream(snapshot.getBytes(StandardCharsets.UTF_8)));
    }

    /** Plans had one target before they could have several. */
    @Test
    void aMoveWithoutATargetOfItsOwnReadsAsOneToThePlansTarget() throws IOException {
        ControlState state = MoveLab.at(StateName.FENCING).state();
        var out = new ByteArrayOutputStream();
        CODEC.write(state, out);
        String old = out.toString(StandardCharsets.UTF_8).replace(",\"target\":null", "");

        ControlState read = CODEC.read(new ByteArrayInputStream(old.getBytes(StandardCharsets.UTF_8)));

        assertThat(old).doesNotContain("\"target\"").contains("\"to\":\"west-1\",\"toRegion\":\"west\"");
        assertThat(read).isEqualTo(state);
    }

    @Test
    void tokensApprovalsAndTheAuditReadBackEqual() throws IOException {
        MoveLab lab = MoveLab.at(StateName.PREPARED);
        Actor admin = Actor.vouchedFor(new Credential.Vouched("https://id", "7f"), "alice", List.of(Role.OPERATOR));
        for (Role role : List.of(Role.OPERATOR, Role.APPROVER)) { // the second one waits
            String name = role.text();
            lab.accept(new Command.Asked(
                    admin,
                    "joins",
                    new Command.CreateToken(
                            name, lab.tick(), name, new TreeSet<>(List.of(role)), "ab".repeat(32), Optional.empty())));
        }
        var out = new ByteArrayOutputStream();

        CODEC.write(lab.state(), out);

        assertThat(lab.state().access().tokens().values())
                .extracting(Token::maker)
                .containsExactly(Optional.of(new Credential.Vouched("https://id", "7f")));
        assertThat(lab.state().access().approvals()).hasSize(1);
        assertThat(lab.state().audit().entries()).hasSize(2);
        assertThat(CODEC.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(lab.state());
    }

    @Test
    void aSnapshotOfAnotherFormatIsRefused() {
        byte[] later = "{\"format\":99,\"state\":null}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> CODEC.read(new ByteArrayInputStream(later))).hasMessageContaining("format 99");
    }

    static final List<Command> COMMANDS = List.of(
            new Command.ApplyTopology("k", NOW, MoveLab.topology()),
            new Command.ApplyTopology("k", NOW, full(), Optional.of(Revision.of(7))),
            new Command.RollBackTopology("k", NOW, Revision.of(7), Optional.empty()),
            new Command.StartMove(
                    "k", NOW, "0-3", "west-1", new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 128)),
            new Command.Reassign(
                    "k",
                    NOW,
                    new Reassignment.Evacuate(List.of(ZoneId.of("east-1")), List.of(MoveLab.WEST), Optional.of(900)),
                    new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 128)),
            new Command.CancelRun("k", NOW, "mv-1"),
            new Command.RetryRun("k", NOW, "mv-1", true),
            new Command.StartFailover(
                    "k",
                    NOW,
                    MoveLab.EAST,
                    Optional.of(MoveLab.WEST),
                    new MaxLoss(Optional.of(500L), Optional.empty()),
                    true,
                    "it answers nobody",
                    new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 32),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(3)),
            new Command.BeginAnew("k", NOW, MoveLab.EAST, "main", true),
            new Command.LapseLease(NOW, StoreId.of("east"), 1, 6),
            new Command.ExpireLease(NOW, StoreId.of("east"), 1, 7),
            new Command.ReportGather(
                    NOW,
                    MoveLab.WEST,
                    "main",
                    List.of(
                            new Command.GatherSeen(
                                    "mv-1",
                                    2,
                                    ShardId.of(1),
                                    Optional.of(new Base.At(MoveLab.EAST, Epoch.FIRST, new Position("inc", 5, 1))),
                                    true,
                                    7,
                                    ""),
                            new Command.GatherSeen("mv-1", 2, ShardId.of(2), Optional.empty(), false, 0, "stopped"))),
            new Command.ReportTails(
                    NOW,
                    MoveLab.WEST,
                    "main",
                    List.of(new Command.TailSeen(ShardId.of(1), MoveLab.EAST, new Position("inc", 5, 1)))),
            new Command.VerifyReturn(NOW, StoreId.of("east"), "vf-1"),
            new Command.StartVerification("k", NOW),
            new Command.Restore("k", NOW, "sum", MoveLab.at(StateName.FENCING).state()),
            new Command.ChangeVoters("k", NOW, "add voter b"),
            new Command.RaiseLogic("k", NOW, 2, List.of("a", "b")),
            new Command.ReportLogic(NOW, "a", 1),
            new Command.Asked(
                    Actor.of("alice", List.of(Role.OPERATOR, Role.APPROVER)),
                    "because",
                    new Command.CreateToken(
                            "k", NOW, "bob", new TreeSet<>(List.of(Role.VIEWER)), "ab", Optional.of(NOW))),
            new Command.Asked(Actor.NOBODY, "", new Command.RevokeToken("k", NOW, "bob")),
            new Command.Approve("k", NOW, "ap-1"),
            new Command.Reject("k", NOW, "ap-1"),
            new Command.RenewLease(NOW, MoveLab.EAST, "main", "i", 7, Duration.ofSeconds(15)),
            new Command.RenewLease(
                    NOW,
                    MoveLab.EAST,
                    "main",
                    "i",
                    7,
                    Duration.ofSeconds(15),
                    Optional.of(new StorePlace(new StoreIdentity("7300", "a"), 2, 1L << 40)),
                    2),
            new Command.Confirm(NOW),
            new Command.Report(
                    NOW,
                    MoveLab.EAST,
                    List.of(new Command.FenceSeen(
                            ShardId.of(1),
                            Epoch.of(2),
                            false,
                            Epoch.of(1),
                            Optional.of(new Position("inc", -1L, 0)),
                            Optional.empty())),
                    List.of(new Command.HeadSeen(ShardId.of(1), Epoch.of(1), new Position("inc", 5, 1))),
                    List.of(new Command.HashSeen("mv-1", true, ShardId.of(1), 3, "ab", ""))),
            new Command.PauseRun("k", NOW, "mv-1"),
            new Command.ResumeRun("k", NOW, "mv-1"),
            new Command.RetryRun("k", NOW, "mv-1"),
            new Command.ForceRun("k", NOW, "mv-1", StateName.PREPARED, 1, List.of(Gate.Name.LAG), "because"),
            new Command.Brake("k", NOW, "payday"),
            new Command.ReleaseBrake("k", NOW),
            new Command.DeadlinePassed(NOW, "mv-1", StateName.HOLDING, 2, SwitchTable.Deadline.LIMIT, 3),
            new Command.DeadlinePassed(NOW, "mv-1", StateName.HOLDING, 2, SwitchTable.Deadline.PATIENCE),
            new Command.Lapse(NOW, Command.Lapse.Kind.ROUTER, "east-router", "s", 4),
            new Command.ReportVerification(
                    NOW, MoveLab.WEST, "vf-1", 2, List.of(new Command.ShardHashed(ShardId.of(0), 1, "00")), ""),
            new Command.StartVerification("k", NOW, "0-3", List.of("public.account"), true),
            new Command.ReportVerification(
                    NOW,
                    MoveLab.WEST,
                    "vf-1",
                    17,
                    List.of(new Command.ShardHashed(
                            ShardId.of(0),
                            1,
                            "",
                            "AAAA",
                            List.of(new Verification.RowHash("public.account", "{\"id\":\"7\"}", "ab")))),
                    ""),
            new Command.VerificationDue(NOW, "vf-1", 2, true),
            new Command.StartRepair("k", NOW, "vf-1", "", List.of("public.account")),
            new Command.ReportRepairs(
                    NOW,
                    MoveLab.EAST,
                    "main",
                    List.of(new Command.ShardRepaired("rp-1", ShardId.of(3), 5, 1, "moved"))),
            new Command.RepairMovedOn(NOW, "rp-1"),
            new Command.RepairDue(NOW, "rp-1", 2),
            new Command.OrderParked(
                    "k",
                    NOW,
                    MoveLab.WEST,
                    "main",
                    MoveLab.EAST,
                    ShardId.of(3),
                    "0/7",
                    ParkedOrder.Action.SKIP,
                    "because"),
            new Command.ReportParkedOrders(
                    NOW, MoveLab.WEST, "main", List.of(new Command.OrderEnded("po-1", "another one"))),
            new Command.ParkedOrderDue(NOW, "po-1"),
            new Command.ReviseOrphan("k", NOW, ORPHAN, Verdict.REJECT, "5f3a", "because"),
            new Command.ReportRevisions(
                    NOW,
                    MoveLab.EAST,
                    "main",
                    List.of(new Command.RevisionEnded(
                            "rv-1", new RevisionOrder.Told("written since", "[null]", "5f3a")))),
            new Command.RevisionMovedOn(NOW, "rv-1"),
            new Command.RevisionDue(NOW, "rv-1"),
            new Command.RegisterScenario(
                    "k",
                    NOW,
                    new DrillDocument("l", "e", DrillDocument.Act.LOSE, List.of(MoveLab.WEST), "west", "name: l")),
            new Command.RemoveScenario("k", NOW, "l"),
            new Command.StartDrill("k", NOW, "l", Optional.of(MoveLab.WEST), "w", "r", Optional.empty()),
            new Command.ClaimDrill("k", NOW, "dr-1", "r"),
            new Command.ProgressDrill("k", NOW, "dr-1", "r", 3, List.of(new Drill.Line(NOW, "line"))),
            new Command.EndDrill(
                    "k",
                    NOW,
                    "dr-1",
                    "r",
                    Drill.State.MISSED,
                    "why",
                    Optional.of(NOW),
                    new Drill.Figures(
                            Optional.of(21_000L),
                            Optional.empty(),
                            Optional.of(9L),
                            Optional.of(1L),
                            Optional.of(0L),
                            Optional.of(0L),
                            Optional.empty()),
                    List.of("mv-1"),
                    "{}"),
            new Command.AbortDrill("k", NOW, "dr-1"),
            new Command.DrillSilent(NOW, "dr-1", 7),
            new Command.DrillUnclaimed(NOW, "dr-1"),
            new Command.PutSchedule("k", NOW, SCHEDULE, Optional.of(Revision.of(7))),
            new Command.RemoveSchedule("k", NOW, "nightly", Optional.empty()),
            new Command.TurnSchedule("k", NOW, "nightly", true, Optional.of(Revision.of(7))),
            new Command.FireSchedule(
                    NOW, "nightly", Revision.of(7), new Timetable.Due(NOW, NOW.plusSeconds(60), "2026-12-24")),
            new Command.MissSchedule(
                    NOW, "nightly", Revision.of(7), List.of(new Timetable.Due(NOW, NOW.plusSeconds(60), "")), 3),
            new Command.RegisterKey(NOW, "east", "MCow"),
            new Command.RetireKey(NOW, "k"),
            new Command.Asked(
                    Actor.ofFile("admin", List.of(Role.OPERATOR)), "", new Command.RevokeToken("k", NOW, "bob")),
            new Command.Asked(
                    new Actor("bob", new TreeSet<>(), Optional.of(new Credential.LocalToken("ab"))),
                    "",
                    new Command.RevokeToken("k", NOW, "bob")),
            new Command.Asked(
                    Actor.vouchedFor(new Credential.Vouched("https://id", "7f"), "Alice B.", List.of(Role.OPERATOR)),
                    "",
                    new Command.RevokeToken("k", NOW, "bob")),
            new Command.SignCertificate(NOW, "mv-1", "d", "k", "AAAA"));

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void aCommandReadsBackEqual(Command command) {
        assertThat(CODEC.command(CODEC.encode(command))).isEqualTo(command);
    }

    @Test
    void repliesReadBackEqual() {
        var refused = new Reply.Refused(new Problem(
                ProblemType.MOVE_OVERLAPS, "d", Map.of("a", "b"), List.of(new Problem.Fault("/shards", "d"))));
        var accepted = new Reply.Accepted(new Receipt("d", Revision.of(7), "mv-1", List.of("zone added"), 5));

        assertThat(CODEC.reply(CODEC.encode(refused))).isEqualTo(refused);
        assertThat(CODEC.reply(CODEC.encode(accepted))).isEqualTo(accepted);
    }

    /** With everything that a document may say. */
    private static Topology full() {
        Topology least = MoveLab.topology();
        return new Topology(
                least.name(),
                least.shards(),
                least.regions(),
                least.storeGroups(),
                List.of(new Topology.Zone(
                        ZoneId.of("east-1"),
                        MoveLab.EAST,
                        1,
                        List.of("a:1"),
                        OptionalInt.of(7),
                        List.of(ZoneId.of("west-1")),
                        true,
                        Optional.of("blue"))),
                List.of(new Topology.Service(
                        "ledger",
                        List.of("path:1"),
                        Optional.of(ZoneId.of("east-1")),
                        Optional.of(new Topology.Outlier(1, Duration.ofMillis(200), Duration.ofSeconds(3), 4)),
                        Optional.of(new Topology.CircuitBreaker(1, 2, 3, 4)))),
                least.tables(),
                least.gateways(),
                List.of(new Residency("0-3", List.of(MoveLab.EAST))),
                new Limits(
                        Optional.of(1),
                        Optional.of(Duration.ofMillis(3)),
                        Optional.of(Duration.ofSeconds(4)),
                        Optional.of(5),
                        Optional.empty(),
                        Optional.of(7),
                        Optional.of(8)),
                new SafetyRules(Optional.of(1), true),
                List.of(new MaintenanceWindow(
                        List.of(DayOfWeek.MONDAY), LocalTime.of(22, 0), LocalTime.of(4, 30), List.of(MoveLab.WEST))));
    }
}
