package io.meridian.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerificationDeciderTest {
    private final MoveLab lab = MoveLab.ready();

    private Verification running() {
        return lab.state().verifications().getLast();
    }

    private void start() {
        lab.accept(new Command.StartVerification("v", lab.tick()));
    }

    /** All asked shards, each with one row; {@code odd} with another hash. */
    private void answer(RegionId region, int round, int odd) {
        var hashing = (Verification.Phase.Hashing) running().phase();
        List<Command.ShardHashed> hashes = hashing.asked().stream()
                .map(shard -> new Command.ShardHashed(shard, 1, shard.number() == odd ? "odd" : "same"))
                .toList();
        lab.accept(new Command.ReportVerification(lab.tick(), region, "vf-1", round, hashes, ""));
    }

    @Test
    void equalCopiesAreDoneInOneRound() {
        start();

        answer(MoveLab.EAST, 1, -1);
        assertThat(running().running()).isTrue();
        answer(MoveLab.WEST, 1, -1);

        assertThat(running().phase()).isEqualTo(new Verification.Phase.Done());
        assertThat(running().differences()).isEmpty();
        assertThat(running().rows()).isEqualTo(8);
    }

    @Test
    void onlyWhatDifferedIsHashedAgain() {
        start();
        answer(MoveLab.EAST, 1, -1);
        answer(MoveLab.WEST, 1, 5);
        assertThat(running().phase()).isInstanceOf(Verification.Phase.Pausing.class);

        lab.accept(new Command.VerificationDue(lab.tick(), "vf-1", 1, true));

        assertThat(((Verification.Phase.Hashing) running().phase()).asked()).containsExactly(ShardId.of(5));
        answer(MoveLab.EAST, 2, -1);
        answer(MoveLab.WEST, 2, -1);
        assertThat(running().phase()).isEqualTo(new Verification.Phase.Done());
        assertThat(running().differences()).isEmpty();
        assertThat(running().rows()).isEqualTo(8);
    }

    @Test
    void whatStillDiffersAfterTheLastRoundIsADifference() {
        start();
        IntStream.rangeClosed(1, VerificationDecider.ROUNDS).forEach(round -> {
            answer(MoveLab.EAST, round, -1);
            answer(MoveLab.WEST, round, 5);
            lab.accept(new Command.VerificationDue(lab.tick(), "vf-1", round, true));
        });

        assertThat(running().phase()).isEqualTo(new Verification.Phase.Done());
        assertThat(running().differences()).singleElement().satisfies(difference -> {
            assertThat(difference.shard()).isEqualTo(ShardId.of(5));
            assertThat(difference.regions().values().stream().map(Verification.Hash::hash))
                    .containsExactly("same", "odd");
        });
    }

    @Test
    void aLateAnswerToAnEarlierRoundChangesNothing() {
        start();
        answer(MoveLab.EAST, 1, -1);
        answer(MoveLab.WEST, 1, 5);
        lab.accept(new Command.VerificationDue(lab.tick(), "vf-1", 1, true));
        Verification before = running();

        answer(MoveLab.EAST, 1, -1);

        assertThat(running()).isEqualTo(before);
    }

    @Test
    void aRegionThatDoesNotAnswerFailsItByName() {
        start();
        answer(MoveLab.EAST, 1, -1);

        lab.accept(new Command.VerificationDue(lab.tick(), "vf-1", 1, false));

        assertThat(running().phase()).isEqualTo(new Verification.Phase.Failed());
        assertThat(running().problem()).contains("west").doesNotContain("east");
    }

    @Test
    void aSecondStartJoinsTheRunningOne() {
        start();

        var again = lab.accept(new Command.StartVerification("other", lab.tick()));

        assertThat(again.receipt().subject()).isEqualTo("vf-1");
        assertThat(lab.state().verifications()).hasSize(1);
    }
}
