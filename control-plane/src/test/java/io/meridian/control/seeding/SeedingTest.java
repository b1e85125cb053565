package io.meridian.control.seeding;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.assignment.Reassignment;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.command.Command.SeedSeen;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.repair.Repair;
import io.meridian.control.seeding.Seeding.State;
import io.meridian.control.seeding.ShardSeeding.Phase;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.UnseededGate;
import io.meridian.control.verify.Verification;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.wire.SeedRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedingTest {
    private static final RegionId EAST = MoveLab.EAST;
    private static final RegionId WEST = MoveLab.WEST;
    private static final RegionId NORTH = RegionId.of("north");

    private int keys;

    private String key() {
        return "sd-key-" + ++keys;
    }

    private Command.StartSeeding of(MoveLab lab, RegionId region, String shards) {
        return new Command.StartSeeding(key(), lab.tick(), region, shards, "its disk was lost");
    }

    private MoveLab seeding(String shards) {
        MoveLab lab = MoveLab.ready();
        lab.accept(of(lab, WEST, shards));
        return lab;
    }

    private static Seeding newest(MoveLab lab) {
        return lab.state().seedings().all().getLast();
    }

    private static ShardSeeding shard(MoveLab lab, int number) {
        return newest(lab).shard(ShardId.of(number)).orElseThrow();
    }

    private static List<SeedRequest> requests(MoveLab lab, RegionId region) {
        return new AgentViews(region, "main")
                .view(Optional.empty(), lab.state())
                .getSeedingsList();
    }

    private static void report(MoveLab lab, RegionId region, int shard, SeedSeen.State state, long rows) {
        report(lab, region, shard, state, rows, List.of(), "");
    }

    private static void report(
            MoveLab lab,
            RegionId region,
            int shard,
            SeedSeen.State state,
            long rows,
            List<Repair.RowKey> missed,
            String problem) {
        int attempt = shard(lab, shard).attempt();
        lab.accept(new Command.ReportSeedings(
                lab.tick(),
                region,
                "main",
                List.of(new SeedSeen(newest(lab).id(), attempt, ShardId.of(shard), state, rows, 40, missed, problem))));
    }

    private static void copy(MoveLab lab, int... shards) {
        for (int shard : shards) {
            RegionId owner = shard(lab, shard).owner();
            RegionId region = newest(lab).region();
            report(lab, region, shard, SeedSeen.State.PREPARED, 0);
            report(lab, owner, shard, SeedSeen.State.TELLING, 10);
            report(lab, region, shard, SeedSeen.State.RECEIVING, 5);
            report(lab, owner, shard, SeedSeen.State.TOLD, 40);
            report(lab, region, shard, SeedSeen.State.DONE, 40);
        }
    }

    /** Every region's answer to the round that is asked; {@code odd} has other hashes in {@code where}. */
    private static void answer(MoveLab lab, RegionId where, Integer... odd) {
        Verification running = lab.state().runningVerification().orElseThrow();
        for (RegionId region : running.regions()) {
            var hashed = new ArrayList<Command.ShardHashed>();
            ((Verification.Phase.Asking) running.phase())
                    .asked()
                    .forEach(shard -> hashed.add(new Command.ShardHashed(
                            shard, 3, region.equals(where) && List.of(odd).contains(shard.number()) ? "odd" : "aa")));
            lab.accept(new Command.ReportVerification(
                    lab.tick(), region, running.id(), running.round(), hashed, "", "main"));
        }
    }

    private static List<Command> due(MoveLab lab, Class<? extends Command> type) {
        return Standing.of(lab.state(), lab.tick()).stream()
                .flatMap(standing -> standing.then().stream())
                .filter(type::isInstance)
                .toList();
    }

    @Test
    void theOwnerIsToldThatTheRegionIsReadyAndBothAreAskedUntilItHasAll() {
        MoveLab lab = seeding("0");
        ControlState before = lab.state();

        assertThat(requests(lab, EAST))
                .isEqualTo(requests(lab, WEST))
                .singleElement()
                .satisfies(asked -> {
                    assertThat(asked.getId()).isEqualTo("sd-1");
                    assertThat(asked.getAttempt()).isEqualTo(1);
                    assertThat(asked.getShard()).isZero();
                    assertThat(asked.getOwner()).isEqualTo("east");
                    assertThat(asked.getTarget()).isEqualTo("west");
                    assertThat(asked.getEpoch()).isEqualTo(1);
                    assertThat(asked.getPrepared()).isFalse();
                });
        report(lab, WEST, 0, SeedSeen.State.PREPARED, 0);
        assertThat(requests(lab, EAST)).allMatch(SeedRequest::getPrepared);
        assertThat(new AgentViews(EAST, "main")
                        .view(Optional.of(before), lab.state())
                        .getSeedingsChanged())
                .isTrue();
        report(lab, EAST, 0, SeedSeen.State.TOLD, 40);
        assertThat(requests(lab, WEST)).hasSize(1);
        report(lab, WEST, 0, SeedSeen.State.DONE, 40);
        assertThat(requests(lab, EAST)).isEmpty();
        assertThat(requests(lab, WEST)).isEmpty();

        answer(lab, WEST);

        assertThat(newest(lab).state()).isEqualTo(State.DONE);
        assertThat(newest(lab).whole()).isEqualTo(1);
        assertThat(newest(lab).wholeRows()).isEqualTo(40);
    }

    @Test
    void oneOwnerTellsFourShardsAtATimeAndTheNextWhenOneIsCopied() {
        MoveLab lab = seeding("0-5");

        assertThat(requests(lab, EAST)).extracting(SeedRequest::getShard).containsExactly(0, 1, 2, 3);
        copy(lab, 2);
        assertThat(requests(lab, EAST)).extracting(SeedRequest::getShard).containsExactly(0, 1, 3, 4);
        assertThat(lab.state().runningVerification())
                .as("not before all are there")
                .isEmpty();
        copy(lab, 0, 1, 3, 4, 5);

        assertThat(lab.state().runningVerification().orElseThrow().scope().shards())
                .isEqualTo("0-5");
    }

    @Test
    void whoHasNoPartInItOrSpeaksOfAnEarlierAttemptIsNotHeard() {
        MoveLab lab = seeding("0");
        ShardSeeding before = shard(lab, 0);

        report(lab, EAST, 0, SeedSeen.State.PREPARED, 0);
        report(lab, EAST, 0, SeedSeen.State.DONE, 9);
        report(lab, WEST, 0, SeedSeen.State.TOLD, 9);
        report(lab, NORTH, 0, SeedSeen.State.FAILED, 9);
        var late = new SeedSeen("sd-1", 7, ShardId.of(0), SeedSeen.State.FAILED, 0, 0, List.of(), "late");
        lab.accept(new Command.ReportSeedings(lab.tick(), WEST, "main", List.of(late)));

        assertThat(shard(lab, 0)).isEqualTo(before);
        assertThat(SeedingSteps.teaches(lab.state(), WEST, late)).isFalse();
    }

    @Test
    void moreRowsRaiseNoRevision() {
        MoveLab lab = seeding("0");
        report(lab, WEST, 0, SeedSeen.State.PREPARED, 0);
        report(lab, EAST, 0, SeedSeen.State.TELLING, 10);
        long revision = lab.state().revision().number();

        report(lab, EAST, 0, SeedSeen.State.TELLING, 20);

        assertThat(shard(lab, 0).told()).isEqualTo(20);
        assertThat(shard(lab, 0).expected()).isEqualTo(40);
        assertThat(lab.state().revision().number()).isEqualTo(revision);
    }

    @Test
    void anAttemptThatFailedRestsAndAfterFiveAPersonHasToLook() {
        MoveLab lab = seeding("0");
        for (int attempt = 1; attempt <= SeedingSteps.ATTEMPTS; attempt++) {
            assertThat(requests(lab, WEST)).extracting(SeedRequest::getAttempt).containsExactly(attempt);
            report(lab, WEST, 0, SeedSeen.State.FAILED, 0, List.of(), "disk full");
            assertThat(requests(lab, WEST)).isEmpty();
            if (attempt < SeedingSteps.ATTEMPTS) {
                assertThat(shard(lab, 0).phase()).isEqualTo(Phase.RESTING);
                due(lab, Command.SeedingDue.class).forEach(lab::accept);
            }
        }

        assertThat(newest(lab).state()).isEqualTo(State.FAILED);
        assertThat(shard(lab, 0).problem()).isEqualTo("region west: disk full");
        lab.accept(new Command.RetrySeeding(key(), lab.tick(), "sd-1"));
        assertThat(requests(lab, WEST)).extracting(SeedRequest::getAttempt).containsExactly(6);
    }

    @Test
    void whatIsNotHeardOfForTenMinutesFailsUnlessAnAgentIsGone() {
        MoveLab lab = seeding("0");
        Command stalled = due(lab, Command.SeedingStalled.class).getFirst();
        report(lab, WEST, 0, SeedSeen.State.PREPARED, 0);

        lab.accept(stalled);
        assertThat(shard(lab, 0).phase()).as("it was heard of since").isEqualTo(Phase.PREPARED);
        lab.agent(EAST, "main", false, 10, Optional.of(0L));
        assertThat(due(lab, Command.SeedingStalled.class)).isEmpty();
        lab.agent(EAST, "main", true, 10, Optional.of(0L));
        due(lab, Command.SeedingStalled.class).forEach(lab::accept);

        assertThat(shard(lab, 0).phase()).isEqualTo(Phase.RESTING);
        assertThat(shard(lab, 0).problem()).contains("10 minutes");
    }

    @Test
    void aShardWhoseOwnerChangesIsToldByTheNextOne() {
        MoveLab lab = MoveLab.ready(threeRegions());
        lab.accept(of(lab, WEST, "0"));
        report(lab, WEST, 0, SeedSeen.State.PREPARED, 0);
        assertThat(shard(lab, 0).owner()).isEqualTo(EAST);

        north(lab);
        lab.accept(lab.move("0", "north-1"));
        lab.routersCaughtUp();
        assertThat(shard(lab, 0).phase()).as("withdrawn").isEqualTo(Phase.RESTING);
        assertThat(requests(lab, EAST)).isEmpty();
        lab.finish();
        due(lab, Command.SeedingDue.class).forEach(lab::accept);

        assertThat(shard(lab, 0).owner()).isEqualTo(NORTH);
        assertThat(requests(lab, NORTH)).singleElement().satisfies(asked -> {
            assertThat(asked.getAttempt()).isEqualTo(2);
            assertThat(asked.getEpoch()).isEqualTo(3);
            assertThat(asked.getPrepared()).isFalse();
        });
        assertThat(requests(lab, EAST)).isEmpty();
    }

    @Test
    void aPausedOneBeginsNoShardAndACancelledOneAsksNobody() {
        MoveLab lab = seeding("0-5");
        lab.accept(new Command.PauseSeeding(key(), lab.tick(), "sd-1"));

        copy(lab, 0);
        assertThat(requests(lab, EAST)).extracting(SeedRequest::getShard).containsExactly(1, 2, 3);
        lab.accept(new Command.ResumeSeeding(key(), lab.tick(), "sd-1"));
        assertThat(requests(lab, EAST)).extracting(SeedRequest::getShard).containsExactly(1, 2, 3, 4);
        lab.accept(new Command.CancelSeeding(key(), lab.tick(), "sd-1"));

        assertThat(requests(lab, EAST)).isEmpty();
        assertThat(newest(lab).state()).isEqualTo(State.CANCELLED);
        assertThat(lab.state().seedings().unfit(WEST))
                .as("begun and not known to be equal, whatever becomes of the seeding")
                .containsExactlyElementsOf(
                        IntStream.range(0, 5).mapToObj(ShardId::of).toList());
        assertThat(lab.refuse(new Command.PauseSeeding(key(), lab.tick(), "sd-1"))
                        .type())
                .isEqualTo(ProblemType.SEEDING_ENDED);
        lab.accept(new Command.RetrySeeding(key(), lab.tick(), "sd-1"));
        assertThat(newest(lab).in(Phase.COPIED)).containsExactly(ShardId.of(0));
        assertThat(lab.refuse(new Command.RetrySeeding(key(), lab.tick(), "sd-1"))
                        .type())
                .isEqualTo(ProblemType.SEEDING_RUNS);
        assertThat(lab.refuse(new Command.CancelSeeding(key(), lab.tick(), "sd-9"))
                        .type())
                .isEqualTo(ProblemType.UNKNOWN_SEEDING);
    }

    @Test
    void aCopyThatIsNotWholeIsNoPlaceToMoveTo() {
        MoveLab lab = seeding("0");

        var why = lab.refuse(lab.move("0-1", "west-1"));

        assertThat(why.type()).isEqualTo(ProblemType.NOT_SEEDED);
        assertThat(why.detail()).contains("./meridian seed --region west --shards 0");
        lab.accept(lab.move("1", "west-1"));
        lab.finish();
        copy(lab, 0);
        answer(lab, WEST);
        assertThat(newest(lab).state()).isEqualTo(State.DONE);
        lab.accept(lab.move("0", "west-1"));
        lab.finish();
    }

    @Test
    void rowsThatWereMissedAreToldOnceMoreByTheOwner() {
        MoveLab lab = seeding("0");
        var missed = List.of(new Repair.RowKey("public.account", "{\"id\":\"7\"}"));
        report(lab, WEST, 0, SeedSeen.State.PREPARED, 0);
        report(lab, WEST, 0, SeedSeen.State.RECEIVING, 39, missed, "");
        assertThat(lab.state().repairs().running())
                .as("the owner has not told all")
                .isEmpty();

        report(lab, EAST, 0, SeedSeen.State.TOLD, 40);

        Repair repair = lab.state().repairs().running().orElseThrow();
        assertThat(repair.shards()).singleElement().satisfies(one -> {
            assertThat(one.owner()).isEqualTo(EAST);
            assertThat(one.keys()).isEqualTo(missed);
        });
        lab.accept(new Command.ReportRepairs(
                lab.tick(), EAST, "main", List.of(new Command.ShardRepaired(repair.id(), ShardId.of(0), 1, 0, ""))));
        assertThat(lab.state().repairs().running()).as("once").isEmpty();
        report(lab, WEST, 0, SeedSeen.State.DONE, 40);
        answer(lab, WEST);
        assertThat(newest(lab).state()).isEqualTo(State.DONE);
    }

    @Test
    void copiesThatStayUnequalAreComparedAgainAndThenGivenUp() {
        MoveLab lab = seeding("0-1");
        copy(lab, 0, 1);
        for (int times = 0; times < CopyCheck.UNEQUAL_LIMIT; times++) {
            unequal(lab, WEST);
            due(lab, Command.CheckSeeding.class).forEach(lab::accept);
        }

        assertThat(newest(lab).state()).isEqualTo(State.FAILED);
        assertThat(newest(lab).whole()).as("shard 0 was equal").isEqualTo(1);
        assertThat(shard(lab, 1).problem()).contains("./meridian verify --rows --shards 1");
        assertThat(lab.state().seedings().unfit(WEST)).containsExactly(ShardId.of(1));
    }

    /** Shard 1 differs in {@code where} in every round of the verification that runs; none of its rows is told. */
    private static void unequal(MoveLab lab, RegionId where) {
        for (int round = 0; round < 40 && lab.state().runningVerification().isPresent(); round++) {
            Verification running = lab.state().runningVerification().get();
            switch (running.phase()) {
                case Verification.Phase.Hashing _ -> answer(lab, where, 1);
                case Verification.Phase.Pausing _ ->
                    lab.accept(new Command.VerificationDue(lab.tick(), running.id(), running.round(), true));
                default -> lab.accept(new Command.VerificationDue(lab.tick(), running.id(), running.round(), false));
            }
        }
    }

    @Test
    void anotherRegionsBrokenCopyIsNoFaultOfTheOneThatWasMade() {
        MoveLab lab = MoveLab.ready(threeRegions());
        lab.accept(of(lab, WEST, "1"));
        copy(lab, 1);

        unequal(lab, NORTH);

        assertThat(newest(lab).state()).isEqualTo(State.DONE);
    }

    @Test
    void aVerificationThatCouldNotBeMadeIsMadeAgain() {
        MoveLab lab = seeding("0");
        copy(lab, 0);
        Verification running = lab.state().runningVerification().orElseThrow();

        lab.accept(new Command.VerificationDue(lab.tick(), running.id(), running.round(), false));
        assertThat(newest(lab).check().problem()).contains("no complete answer in time");
        due(lab, Command.CheckSeeding.class).forEach(lab::accept);
        answer(lab, WEST);

        assertThat(newest(lab).state()).isEqualTo(State.DONE);
    }

    @Test
    void aRegionThatComesLaterOwnsNothingBeforeItHasCopiesOfAll() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.ApplyTopology(key(), lab.tick(), threeRegions()));
        north(lab);

        assertThat(lab.state().lease(NORTH, "main").orElseThrow())
                .extracting(RegionLease::data, RegionLease::fit)
                .containsExactly(RegionLease.Data.UNSEEDED, false);
        assertThat(new AgentViews(NORTH, "main")
                        .view(Optional.empty(), lab.state())
                        .getUnseeded())
                .isTrue();
        assertThat(new AgentViews(WEST, "main")
                        .view(Optional.empty(), lab.state())
                        .getUnseeded())
                .isFalse();
        var why = lab.refuse(lab.move("0", "north-1"));
        assertThat(why.type()).isEqualTo(ProblemType.NOT_SEEDED);
        assertThat(why.detail()).contains("./meridian region bootstrap north");

        lab.accept(of(lab, NORTH, ""));
        assertThat(newest(lab).all()).isEqualTo(8);
        copy(lab, 0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(lab.state().mayOwn(NORTH, "main")).isFalse();
        answer(lab, NORTH);

        assertThat(newest(lab).state()).isEqualTo(State.DONE);
        assertThat(lab.state().mayOwn(NORTH, "main")).isTrue();
        assertThat(lab.state().lease(NORTH, "main").orElseThrow().generation()).isEqualTo(1);
        lab.accept(lab.move("0", "north-1"));
        lab.finish();
    }

    @Test
    void nothingThatIsComputedBringsShardsToARegionWithoutCopies() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.ApplyTopology(key(), lab.tick(), threeRegions(40)));
        north(lab);

        lab.accept(lab.reassign(new Reassignment.Evacuate(List.of(), List.of(WEST), Optional.empty())));

        assertThat(lab.run().plan().moves())
                .allMatch(move -> lab.run().plan().target(move).region().equals(EAST));
    }

    @Test
    void regionsOfTheFirstTopologyMayOwnAtOnce() {
        MoveLab lab = MoveLab.ready(threeRegions());

        assertThat(lab.state().leases().values()).allMatch(RegionLease::fit);
        assertThat(lab.state().seedings().unfit()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() {
        MoveLab lab = MoveLab.ready();

        assertThat(lab.refuse(of(lab, RegionId.of("mars"), "")).detail())
                .isEqualTo("there is no region 'mars'; regions are east, west");
        assertThat(lab.refuse(of(lab, WEST, "8")).type()).isEqualTo(ProblemType.SHARD_OUT_OF_RANGE);
        assertThat(lab.refuse(of(lab, WEST, "x")).type()).isEqualTo(ProblemType.INVALID_ARGUMENT);
        var own = lab.refuse(of(lab, WEST, "5-7"));
        assertThat(own.type()).isEqualTo(ProblemType.NOT_SEEDABLE);
        assertThat(own.detail()).contains("owns shards 6-7 itself");
        lab.accept(of(lab, WEST, "0-3"));
        var twice = lab.refuse(of(lab, WEST, "3-4"));
        assertThat(twice.type()).isEqualTo(ProblemType.SEEDING_RUNS);
        assertThat(twice.detail()).contains("sd-1").contains("shards 3 ");
        MoveLab moving = MoveLab.ready();
        moving.accept(moving.move("0-1", "west-1"));
        assertThat(moving.refuse(of(moving, WEST, "1")).type()).isEqualTo(ProblemType.MOVE_OVERLAPS);
        MoveLab empty = new MoveLab();
        assertThat(empty.refuse(of(empty, WEST, "")).type()).isEqualTo(ProblemType.NO_TOPOLOGY);
    }

    @Test
    void noMoreThanTenAreUnderWayAndTwentyThatEndedAreKept() {
        MoveLab lab = MoveLab.ready(threeRegions());
        for (int made = 0; made < 25; made++) {
            lab.accept(of(lab, WEST, "0"));
            lab.accept(new Command.CancelSeeding(key(), lab.tick(), newest(lab).id()));
        }
        for (int shard = 0; shard < 6; shard++) {
            lab.accept(of(lab, WEST, shard + ""));
        }

        assertThat(lab.state().seedings().all()).hasSize(Seedings.ENDED_KEPT + 6);
        assertThat(lab.state().seedings().made()).isEqualTo(31);
        for (int shard = 0; shard < 4; shard++) {
            lab.accept(of(lab, NORTH, shard + ""));
        }
        assertThat(lab.refuse(of(lab, NORTH, "4")).type()).isEqualTo(ProblemType.LIMIT_REACHED);
    }

    @Test
    void itIsReadFromASnapshotAsItWasWritten() throws Exception {
        MoveLab lab = seeding("0-5");
        copy(lab, 0, 1);
        report(lab, WEST, 2, SeedSeen.State.FAILED, 0, List.of(), "disk full");
        var out = new ByteArrayOutputStream();
        var codec = new StateCodec();

        codec.write(lab.state(), out);

        assertThat(codec.read(new ByteArrayInputStream(out.toByteArray())).seedings())
                .isEqualTo(lab.state().seedings());
    }

    @Test
    void aRunThatWaitsForItsGatesSaysWhatANewRegionLacks() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.ApplyTopology(key(), lab.tick(), threeRegions()));
        north(lab);
        var gates = UnseededGate.of(lab.state(), NORTH);

        assertThat(gates)
                .filteredOn(gate -> gate.name() == Gate.Name.RECONCILED)
                .singleElement()
                .satisfies(gate -> assertThat(gate.toString()).contains("./meridian region bootstrap north"));
    }

    private static Topology threeRegions() {
        return threeRegions(0);
    }

    private static Topology threeRegions(int northWeight) {
        Topology two = MoveLab.topology();
        var regions = new ArrayList<>(two.regions());
        regions.add(new Topology.Region(NORTH, "gamma"));
        var zones = new ArrayList<>(two.zones());
        zones.add(MoveLab.zone("north-1", NORTH, northWeight));
        return new Topology("lab", 8, regions, two.storeGroups(), zones, two.services(), two.tables(), List.of());
    }

    private static void north(MoveLab lab) {
        lab.agent(NORTH, "main", true, 10, Optional.of(0L));
        lab.router("north-router", NORTH, true, 1_000_000, 1_000_000);
    }
}
