package io.meridian.control.assignment;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.state.ShardState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.topology.Limits;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** 16 shards: 0-7 at east-1 (blue), 8-15 at west-1; east-2 (green, no weight) and west-9 (elastic) are empty; shards 12-15 live in west only. */
class ReassignmentDeciderTest {
    private static final ZoneId EAST_1 = ZoneId.of("east-1");
    private static final ZoneId EAST_2 = ZoneId.of("east-2");
    private static final ZoneId WEST_1 = ZoneId.of("west-1");
    private static final ZoneId WEST_9 = ZoneId.of("west-9");
    private static final Optional<Integer> NO_LOAD = Optional.empty();

    private static Topology.Zone zone(
            ZoneId id, RegionId region, int weight, OptionalInt capacity, boolean elastic, String group) {
        return new Topology.Zone(
                id,
                region,
                weight,
                List.of("127.0.0.1:1"),
                capacity,
                List.of(),
                elastic,
                group.isEmpty() ? Optional.empty() : Optional.of(group));
    }

    private static Topology topology(int eastWeight, int westWeight, List<Residency> residency) {
        return new Topology(
                "lab",
                16,
                List.of(new Topology.Region(EAST, "alpha"), new Topology.Region(WEST, "beta")),
                List.of(new Topology.StoreGroup("main", 4)),
                List.of(
                        zone(EAST_1, EAST, eastWeight, OptionalInt.of(1000), false, "blue"),
                        zone(EAST_2, EAST, 0, OptionalInt.empty(), false, "green"),
                        zone(WEST_1, WEST, westWeight, OptionalInt.of(1000), false, ""),
                        zone(WEST_9, WEST, 0, OptionalInt.empty(), true, "")),
                List.of(),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of(),
                residency,
                Limits.NONE,
                SafetyRules.NONE,
                List.of());
    }

    private static MoveLab lab() {
        return MoveLab.ready(topology(1, 1, List.of(new Residency("12-15", List.of(WEST)))));
    }

    private static Run start(MoveLab lab, Reassignment wanted) {
        return lab.run(lab.accept(lab.reassign(wanted)).receipt().subject());
    }

    private static Map<ZoneId, Long> counts(MoveLab lab) {
        return new TreeMap<>(
                lab.state().shards().stream().collect(Collectors.groupingBy(ShardState::zone, Collectors.counting())));
    }

    @Test
    void theFirstAssignmentHeedsResidency() {
        MoveLab lab = MoveLab.ready(topology(1, 1, List.of(new Residency("0-9", List.of(WEST)))));

        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 6L, WEST_1, 10L));
        assertThat(lab.shard(9).region()).isEqualTo(WEST);
    }

    @Test
    void aRebalanceMovesAsFewAsGiveEachZoneItsShareAndSaysWhy() {
        MoveLab lab = lab();
        lab.accept(new io.meridian.control.command.Command.ApplyTopology(
                "weights", lab.tick(), topology(1, 3, List.of(new Residency("12-15", List.of(WEST))))));

        Run run = start(lab, new Reassignment.Rebalance(NO_LOAD));
        lab.finish();

        assertThat(run.plan().purpose().verb()).isEqualTo(Plan.Verb.REBALANCE);
        assertThat(run.plan().purpose().whys())
                .containsExactly(
                        new Plan.Why(
                                EAST_1,
                                WEST_1,
                                "4-7",
                                "east-1 has 8 shards, by weight it should have 4; west-1 is the nearest that has room and may have them"));
        assertThat(run.plan().purpose().notes()).anyMatch(note -> note.startsWith("capacities are not heeded"));
        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 4L, WEST_1, 12L));
        assertThat(lab.refuse(lab.reassign(new Reassignment.Rebalance(NO_LOAD))).type())
                .isEqualTo(ProblemType.NOTHING_TO_MOVE);
    }

    @Test
    void anEvacuatedZoneIsEmptyAfterwards() {
        MoveLab lab = lab();

        Run run = start(lab, new Reassignment.Evacuate(List.of(EAST_1), List.of(), Optional.of(1000)));
        lab.finish();

        assertThat(run.plan().purpose().verb()).isEqualTo(Plan.Verb.EVACUATION);
        assertThat(counts(lab)).isEqualTo(Map.of(WEST_1, 16L));
    }

    @Test
    void anEvacuationIsRefusedWithWhatIsShort() {
        MoveLab lab = lab();

        Problem residency = lab.refuse(lab.reassign(new Reassignment.Evacuate(List.of(), List.of(WEST), NO_LOAD)));
        Problem capacity =
                lab.refuse(lab.reassign(new Reassignment.Evacuate(List.of(EAST_1), List.of(), Optional.of(2000))));

        assertThat(residency.type()).isEqualTo(ProblemType.NO_ROOM);
        assertThat(residency.detail())
                .startsWith(
                        "4 shards may only live in west, and there is no zone that is left when west-1, west-9 are empty");
        assertThat(capacity.detail())
                .startsWith("16 shards may only be in zone west-1, which has room for 8: 8 too many");
    }

    @Test
    void whatIsOnItsWayFromOrToTheEvacuatedIsWaitedFor() {
        MoveLab lab = lab();
        lab.accept(lab.move("0", "west-1"));

        Problem from = lab.refuse(lab.reassign(new Reassignment.Evacuate(List.of(EAST_1), List.of(), NO_LOAD)));
        Problem to = lab.refuse(lab.reassign(new Reassignment.Evacuate(List.of(WEST_1), List.of(), NO_LOAD)));

        assertThat(List.of(from, to)).allMatch(why -> why.type() == ProblemType.MOVE_OVERLAPS);
    }

    @Test
    void aRebalanceCountsWhatIsUnderWayWhereItGoesAndLeavesItAlone() {
        MoveLab lab = lab();
        lab.accept(lab.move("0-3", "west-1"));

        Run run = start(lab, new Reassignment.Rebalance(NO_LOAD));

        assertThat(run.plan().moves().map(Plan.ShardMove::shard)).allMatch(shard -> shard.number() > 7);
        assertThat(run.plan().shardCount()).isEqualTo(4);
    }

    @Test
    void whatIsPoppedOutComesHomeAgainAndARebalanceLeavesItOut() {
        MoveLab lab = lab();
        start(lab, new Reassignment.PopOut(WEST_1, WEST_9, 25));
        lab.finish();
        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 8L, WEST_1, 6L, WEST_9, 2L));
        assertThat(lab.state().assignments().homes()).isEqualTo(Map.of(ShardId.of(14), WEST_1, ShardId.of(15), WEST_1));
        Run rebalance = start(lab, new Reassignment.Rebalance(NO_LOAD));
        assertThat(rebalance.plan().moves().map(Plan.ShardMove::from)).containsOnly(EAST_1);
        lab.finish();

        start(lab, new Reassignment.PopIn(WEST_9));
        lab.finish();

        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 7L, WEST_1, 9L));
        assertThat(lab.state().assignments()).isEqualTo(Assignments.none());
    }

    @Test
    void aShiftGivesTheOtherGroupItsPercentageAndASmallerOneRollsBack() {
        MoveLab lab = lab();
        Run quarter = start(lab, new Reassignment.Shift(EAST, "blue", "green", 25));
        lab.finish();
        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 6L, EAST_2, 2L, WEST_1, 8L));
        assertThat(quarter.plan().purpose().notes())
                .containsExactly("group green has 0 of the 8 shards of both groups, and 2 afterwards");
        start(lab, new Reassignment.Shift(EAST, "blue", "green", 100));
        lab.finish();
        assertThat(counts(lab)).isEqualTo(Map.of(EAST_2, 8L, WEST_1, 8L));

        start(lab, new Reassignment.Shift(EAST, "blue", "green", 0));
        lab.finish();

        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 8L, WEST_1, 8L));
    }

    @Test
    void aReversalTakesBackWhatIsStillWhereTheRunBroughtIt() {
        MoveLab lab = lab();
        Run away = start(lab, new Reassignment.Evacuate(List.of(EAST_1), List.of(), NO_LOAD));
        assertThat(lab.refuse(lab.reassign(new Reassignment.Reverse(away.id()))).detail())
                .contains("has not ended; cancel it");
        lab.finish();
        lab.accept(lab.move("0", "east-2"));
        lab.finish();

        start(lab, new Reassignment.Reverse(away.id()));
        lab.finish();

        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 7L, EAST_2, 1L, WEST_1, 8L));
    }

    record Case(Reassignment wanted, ProblemType type, String pointer, String says) {}

    static final List<Case> REFUSED = List.of(
            new Case(evacuate("east-7"), ProblemType.UNKNOWN_ZONE, "/zones", "zones are east-1, east-2"),
            new Case(
                    new Reassignment.Evacuate(List.of(), List.of(RegionId.of("south")), NO_LOAD),
                    ProblemType.UNKNOWN_REGION,
                    "/regions",
                    "regions are east, west"),
            new Case(
                    new Reassignment.Evacuate(List.of(), List.of(), NO_LOAD),
                    ProblemType.NOTHING_TO_MOVE,
                    "/zones",
                    "name a zone"),
            new Case(evacuate("east-2"), ProblemType.NOTHING_TO_MOVE, "", "east-2 has no shard already"),
            new Case(
                    new Reassignment.Rebalance(Optional.of(0)),
                    ProblemType.INVALID_ARGUMENT,
                    "/rps",
                    "1 request per second"),
            new Case(
                    new Reassignment.PopOut(WEST_1, EAST_2, 10),
                    ProblemType.NOT_ELASTIC,
                    "/to",
                    "east-2 is not elastic"),
            new Case(new Reassignment.PopOut(WEST_9, WEST_9, 10), ProblemType.NOT_ELASTIC, "/from", "elastic itself"),
            new Case(new Reassignment.PopOut(WEST_1, WEST_9, 0), ProblemType.INVALID_ARGUMENT, "/percent", "1 to 100"),
            new Case(
                    new Reassignment.PopIn(WEST_9),
                    ProblemType.NOTHING_TO_MOVE,
                    "",
                    "nothing was popped out to west-9"),
            new Case(
                    new Reassignment.Shift(WEST, "blue", "green", 10),
                    ProblemType.UNKNOWN_GROUP,
                    "/fromGroup",
                    "region west has no zone of group 'blue'"),
            new Case(
                    new Reassignment.Shift(EAST, "blue", "green", 101),
                    ProblemType.INVALID_ARGUMENT,
                    "/percent",
                    "0 to 100"),
            new Case(new Reassignment.Reverse("mv-9"), ProblemType.UNKNOWN_RUN, "/run", "no run 'mv-9'"));

    private static Reassignment evacuate(String zone) {
        return new Reassignment.Evacuate(List.of(ZoneId.of(zone)), List.of(), NO_LOAD);
    }

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatCannotBeIsRefusedWithItsPlace(Case each) {
        MoveLab lab = lab();

        Problem why = lab.refuse(lab.reassign(each.wanted()));

        assertThat(why.type()).isEqualTo(each.type());
        assertThat(why.detail()).contains(each.says());
        assertThat(why.errors().isEmpty() ? "" : why.errors().getFirst().pointer())
                .isEqualTo(each.pointer());
    }

    @Test
    void aMoveOutOfItsResidencyIsRefused() {
        MoveLab lab = lab();

        Problem why = lab.refuse(lab.move("8-13", "east-1"));

        assertThat(why.type()).isEqualTo(ProblemType.RESIDENCY);
        assertThat(why.detail()).startsWith("shards 12-13 may only live in west, and east-1 is in east");
    }
}
