package io.meridian.control.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.StateName;
import io.meridian.control.verify.RowsLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.wire.AgentView;
import io.meridian.wire.RepairRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepairDeciderTest {
    private int keys;

    private Command.StartRepair of(MoveLab lab, String verification, String shards, String... tables) {
        return new Command.StartRepair("rp-key-" + ++keys, lab.tick(), verification, shards, List.of(tables));
    }

    private static Repair newest(MoveLab lab) {
        return lab.state().repairs().all().getLast();
    }

    private static List<RepairRequest> requests(MoveLab lab, RegionId region) {
        return new AgentViews(region, "main")
                .view(Optional.empty(), lab.state())
                .getRepairsList();
    }

    private static void report(MoveLab lab, RegionId region, int shard, long rows, String problem) {
        lab.accept(new Command.ReportRepairs(
                lab.tick(),
                region,
                "main",
                List.of(new Command.ShardRepaired(newest(lab).id(), ShardId.of(shard), rows, 1, problem))));
    }

    @Test
    void eachOwnerIsToldTheRowsOfItsShardsUntilItReported() {
        MoveLab lab = RowsLab.differing(MoveLab.ready(), 1, 6);
        ControlState before = lab.state();
        lab.accept(of(lab, "vf-1", ""));

        assertThat(requests(lab, MoveLab.EAST)).singleElement().satisfies(request -> {
            assertThat(request.getId()).isEqualTo("rp-1");
            assertThat(request.getShard()).isEqualTo(1);
            assertThat(request.getEpoch()).isEqualTo(1);
            assertThat(request.getKeysList())
                    .extracting(key -> key.getTable() + " " + key.getKey())
                    .containsExactly(
                            "public.account {\"id\":\"7\"}",
                            "public.account {\"id\":\"8\"}",
                            "public.account {\"id\":\"9\"}");
        });
        assertThat(requests(lab, MoveLab.WEST))
                .extracting(RepairRequest::getShard)
                .containsExactly(6);
        AgentView changed = new AgentViews(MoveLab.EAST, "main").view(Optional.of(before), lab.state());
        assertThat(changed.getRepairsChanged()).isTrue();

        report(lab, MoveLab.EAST, 1, 2, "");

        assertThat(requests(lab, MoveLab.EAST)).isEmpty();
        assertThat(newest(lab).state()).isEqualTo(Repair.State.RUNNING);
        assertThat(newest(lab).shards().getFirst().keys()).as("no more of use").isEmpty();
        assertThat(newest(lab).shards().getFirst().asked()).containsEntry("public.account", 3);
        assertThat(newest(lab).shards())
                .as("row 8 in the east, row 7 in the west")
                .allMatch(shard -> shard.missing() == 1);
        report(lab, MoveLab.WEST, 6, 2, "");
        assertThat(newest(lab).state()).isEqualTo(Repair.State.DONE);
        assertThat(newest(lab).shards().getFirst().outcome()).contains(new Repair.Outcome(2, 1, ""));
    }

    @Test
    void wholeShardsAreAskedForWithoutKeys() {
        MoveLab lab = MoveLab.ready();

        lab.accept(of(lab, "", "0-1", "public.account"));

        assertThat(requests(lab, MoveLab.EAST))
                .extracting(RepairRequest::getShard, RepairRequest::getKeysCount)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(0, 0), org.assertj.core.groups.Tuple.tuple(1, 0));
        assertThat(requests(lab, MoveLab.EAST).getFirst().getTablesList()).containsExactly("public.account");
    }

    @Test
    void aShardWhoseOwnerHasAProblemFailsTheRepair() {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, "", "0-1"));

        report(lab, MoveLab.EAST, 0, 5, "");
        report(lab, MoveLab.EAST, 1, 0, "not open here");

        assertThat(newest(lab).state()).isEqualTo(Repair.State.FAILED);
    }

    @Test
    void onlyTheOwnersFirstWordCounts() {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, "", "0-1"));

        report(lab, MoveLab.WEST, 0, 5, "");
        assertThat(newest(lab).shards().getFirst().pending()).isTrue();
        report(lab, MoveLab.EAST, 0, 5, "");
        report(lab, MoveLab.EAST, 0, 9, "again");

        assertThat(newest(lab).shards().getFirst().outcome()).contains(new Repair.Outcome(5, 1, ""));
    }

    @Test
    void aShardThatMovesMeanwhileIsNotWrittenAndSaidToHaveMoved() {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, "", "0,5"));
        lab.accept(lab.move("0-2", "west-1"));
        lab.routersCaughtUp();

        assertThat(requests(lab, MoveLab.EAST))
                .extracting(RepairRequest::getShard)
                .containsExactly(5);
        Command moved = Standing.of(lab.state(), lab.tick()).stream()
                .flatMap(each -> each.then().stream())
                .filter(Command.RepairMovedOn.class::isInstance)
                .findFirst()
                .orElseThrow();
        lab.accept(moved);

        assertThat(newest(lab).shards().getFirst().outcome().orElseThrow().problem())
                .isEqualTo("moved while it was being repaired; ask again");
        assertThat(newest(lab).shards().getLast().pending()).isTrue();
    }

    @Test
    void anOwnerThatDoesNotReportEndsItAndALateDeadlineChangesNothing() {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, "", "0-1"));
        report(lab, MoveLab.EAST, 0, 5, "");

        lab.accept(new Command.RepairDue(lab.tick(), "rp-1", 2));
        assertThat(newest(lab).running()).as("something was reported since").isTrue();
        lab.accept(new Command.RepairDue(lab.tick(), "rp-1", 1));

        assertThat(newest(lab).state()).isEqualTo(Repair.State.FAILED);
        assertThat(newest(lab).shards().getLast().outcome().orElseThrow().problem())
                .contains("did not report");
    }

    @Test
    void thereIsOneRepairAtATime() {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, "", "0"));

        assertThat(lab.refuse(of(lab, "", "1")).type()).isEqualTo(ProblemType.REPAIR_RUNS);
    }

    @Test
    void aVerificationWithoutRowsHasNothingToRepairAndSaysWhatHelps() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.StartVerification("v", lab.tick()));
        Problem running = lab.refuse(of(lab, "vf-1", ""));
        MoveLab equal = MoveLab.ready();
        RowsLab.equal(equal);

        assertThat(running.type()).isEqualTo(ProblemType.NOT_REPAIRABLE);
        assertThat(running.detail()).contains("under way");
        assertThat(lab.refuse(of(lab, "vf-9", "")).type()).isEqualTo(ProblemType.UNKNOWN_VERIFICATION);
        assertThat(equal.refuse(of(equal, "vf-1", "")).type()).isEqualTo(ProblemType.NOTHING_TO_REPAIR);
    }

    @Test
    void shardsBeyondThoseThatWereComparedAreLeftAndNamed() {
        MoveLab lab =
                RowsLab.differing(MoveLab.ready(many()), IntStream.range(0, 10).toArray());

        lab.accept(of(lab, "vf-1", ""));

        assertThat(newest(lab).shards()).hasSize(8);
        assertThat(newest(lab).left()).extracting(Repair.Left::shard).containsExactly(ShardId.of(8), ShardId.of(9));
        assertThat(newest(lab).left().getFirst().why()).contains("verify again");
    }

    private static Topology many() {
        Topology least = MoveLab.topology();
        return new Topology(
                least.name(),
                128,
                least.regions(),
                least.storeGroups(),
                least.zones(),
                least.services(),
                least.tables(),
                least.gateways());
    }

    @Test
    void aShardThatIsBeingMovedIsRefused() {
        for (StateName name : List.of(StateName.HOLDING, StateName.CATCHING_UP)) {
            MoveLab lab = MoveLab.at(name);

            Problem refused = lab.refuse(of(lab, "", "1"));

            assertThat(refused.type()).isEqualTo(ProblemType.NOT_REPAIRABLE);
            assertThat(refused.detail()).contains("shard 1", "mv-1");
        }
    }

    @Test
    void whatDoesNotExistOrIsTooMuchIsRefusedWithItsPlace() {
        MoveLab lab = MoveLab.ready(many());

        assertThat(lab.refuse(of(lab, "", "128")).type()).isEqualTo(ProblemType.SHARD_OUT_OF_RANGE);
        assertThat(lab.refuse(of(lab, "", "0-64")).type()).isEqualTo(ProblemType.LIMIT_REACHED);
        assertThat(lab.refuse(of(lab, "", "")).type()).isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(lab.refuse(of(lab, "", "0", "public.x")).errors().getFirst().pointer())
                .isEqualTo("/tables/0");
    }

    @Test
    void tablesThatAreWrittenInEveryRegionAreNeverRepaired() {
        Topology least = MoveLab.topology();
        MoveLab lab = MoveLab.ready(new Topology(
                least.name(),
                least.shards(),
                least.regions(),
                least.storeGroups(),
                least.zones(),
                least.services(),
                List.of(
                        least.tables().getFirst(),
                        new Topology.Table("public", "likes", "user_key", "main", "last-writer-wins", new TreeMap<>())),
                least.gateways()));

        Problem named = lab.refuse(of(lab, "", "0", "public.likes"));
        lab.accept(of(lab, "", "0"));

        assertThat(named.type()).isEqualTo(ProblemType.NOT_REPAIRABLE);
        assertThat(requests(lab, MoveLab.EAST).getFirst().getTablesList())
                .as("all that have one owner")
                .containsExactly("public.account");
    }

    @Test
    void whoAskedIsOnRecordAndTheNewestAreKept() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.Asked(Actor.ofFile("alice", List.of(Role.OPERATOR)), "", of(lab, "", "0")));
        assertThat(newest(lab).by()).isEqualTo("alice");
        assertThat(lab.state().audit().entries().getLast().what()).isEqualTo("repair all rows of shards 0");
        report(lab, MoveLab.EAST, 0, 1, "");
        for (int i = 2; i <= 25; i++) {
            lab.accept(of(lab, "", "0"));
            report(lab, MoveLab.EAST, 0, 1, "");
        }

        assertThat(lab.state().repairs().all()).hasSize(Repairs.KEPT);
        assertThat(newest(lab).id()).isEqualTo("rp-25");
        assertThat(Collections.max(lab.state().repairs().all().stream()
                        .map(repair -> repair.shards().size())
                        .toList()))
                .isEqualTo(1);
    }
}
