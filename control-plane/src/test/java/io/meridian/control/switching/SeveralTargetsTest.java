package io.meridian.control.switching;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeveralTargetsTest {
    /** East gives a shard to west and takes one from it, and one changes its zone inside east: the second wave. */
    private static final Map<Integer, String> SWAP = Map.of(0, "west-1", 6, "east-2", 3, "east-2");

    private static MoveLab swapping() {
        MoveLab lab = MoveLab.ready();
        lab.start(SWAP);
        lab.routersCaughtUp();
        return lab;
    }

    @Test
    void everyShardIsGrantedToItsOwnTarget() {
        MoveLab lab = swapping();
        lab.accept(lab.closed(EAST, 0));
        lab.accept(lab.closed(WEST, 6));
        lab.accept(lab.applied(WEST, 1, 0));

        lab.accept(lab.applied(EAST, 1, 6));

        assertThat(lab.name()).isEqualTo(StateName.ACTIVATED);
        assertThat(lab.shard(0).region()).isEqualTo(WEST);
        assertThat(lab.shard(6).region()).isEqualTo(EAST);
        assertThat(((Ownership.Grant) lab.shard(6).ownership()).base()).isEqualTo(MoveLab.base(WEST, 1, 6));
    }

    @Test
    void whatTheWrongRegionHasAppliedCoversNothing() {
        MoveLab lab = swapping();
        lab.accept(lab.closed(EAST, 0));
        lab.accept(lab.closed(WEST, 6));

        lab.accept(lab.applied(EAST, 1, 0));
        lab.accept(lab.applied(WEST, 1, 6));

        assertThat(lab.name()).isEqualTo(StateName.CATCHING_UP);
        assertThat(((SwitchState.CatchingUp) lab.run().state()).covered()).isEmpty();
    }

    @Test
    void itEndsWithEveryShardAtItsZoneAndAProofOfEachThatChangedItsOwner() {
        MoveLab lab = swapping();
        lab.accept(lab.closed(EAST, 0));
        lab.accept(lab.closed(WEST, 6));
        lab.accept(lab.applied(WEST, 1, 0));
        lab.accept(lab.applied(EAST, 1, 6));
        lab.accept(lab.opened(WEST, 0));
        lab.accept(lab.opened(EAST, 6));
        lab.routersCaughtUp();
        lab.routersCaughtUp();
        lab.accept(lab.hash(EAST, true, "aa", 0));
        lab.accept(lab.hash(WEST, false, "aa", 0));
        lab.accept(lab.hash(WEST, true, "bb", 6));
        lab.accept(lab.hash(EAST, false, "bb", 6));

        assertThat(lab.name()).isEqualTo(StateName.DONE);
        assertThat(List.of(
                        lab.shard(0).zone(), lab.shard(6).zone(), lab.shard(3).zone()))
                .containsExactly(ZoneId.of("west-1"), ZoneId.of("east-2"), ZoneId.of("east-2"));
        Certificate certificate = lab.run().certificate().orElseThrow();
        assertThat(certificate.verdict()).isEqualTo(Certificate.Verdict.NOTHING_LOST);
        assertThat(certificate.proofs()).extracting(Proof::toRegion).containsExactly(WEST, EAST);
    }

    @Test
    void whoDidNotCatchUpIsNamed() {
        MoveLab lab = swapping();
        lab.accept(lab.closed(EAST, 0));
        lab.accept(lab.closed(WEST, 6));
        lab.accept(lab.applied(WEST, 1, 0));

        lab.pass(SwitchTable.Deadline.LIMIT);

        assertThat(lab.name()).isEqualTo(StateName.ROLLING_BACK);
        assertThat(lab.run().problem().orElseThrow()).startsWith("region east did not catch up");
    }

    @Test
    void theGatesLookAtEveryWayThatOwnershipGoes() {
        MoveLab lab = MoveLab.ready();
        lab.agent(EAST, true, 5000);
        lab.agent(WEST, true, 6000);

        Run run = lab.start(SWAP);

        assertThat(lab.name()).isEqualTo(StateName.PREPARED);
        assertThat(Gates.inTheWay(lab.state(), run, lab.tick()))
                .anySatisfy(gate -> assertThat(gate).startsWith("replication from west to east is 5000 ms"))
                .anySatisfy(gate -> assertThat(gate).startsWith("replication from east to west is 6000 ms"));
    }

    @Test
    void aPlanHasOneTargetForAllOrOneForEach() {
        var move = new Plan.ShardMove(
                ShardId.of(1),
                ZoneId.of("east-1"),
                EAST,
                io.meridian.topology.ownership.Epoch.FIRST,
                Optional.of(new Plan.Target(ZoneId.of("west-1"), WEST)));
        var wave = new Plan.Wave(Plan.Wave.Kind.OWNERSHIP, List.of(move));

        assertThatThrownBy(() -> new Plan(
                        "h",
                        Optional.of(ZoneId.of("west-1")),
                        Optional.of(WEST),
                        List.of(wave),
                        new Plan.MoveLimits(java.time.Duration.ofSeconds(2), java.time.Duration.ofSeconds(3), 3),
                        Plan.Purpose.none()))
                .isInstanceOf(IllegalStateException.class);
    }
}
