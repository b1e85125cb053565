package io.meridian.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.verify.Verification.Difference;
import io.meridian.control.verify.Verification.Hash;
import io.meridian.control.verify.Verification.Phase;
import io.meridian.control.verify.Verification.RowHash;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.VerificationStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Verifications of a part, and those that go down to rows. */
class RowsTest {
    private final MoveLab lab = MoveLab.ready();
    private final RowsLab rows = new RowsLab(lab);

    private VerificationRequest request(RegionId region) {
        return new AgentViews(region, "main")
                .view(Optional.empty(), lab.state())
                .getVerification();
    }

    @Test
    void onlyTheShardsAndTablesThatWereNamedAreHashed() {
        rows.start("1-2,5", List.of("public.account"), false);

        assertThat(rows.asked()).extracting(ShardId::number).containsExactly(1, 2, 5);
        assertThat(rows.newest().shards()).isEqualTo(3);
        assertThat(rows.newest().scope()).as("all tables are all").isEqualTo(new Scope("1-2,5", List.of(), false));
        assertThat(request(MoveLab.EAST).getShardsList()).containsExactly(1, 2, 5);
    }

    @Test
    void whatDoesNotExistIsRefusedWithItsPlace() {
        Problem shard = lab.refuse(new Command.StartVerification("a", lab.tick(), "8", List.of(), false));
        Problem odd = lab.refuse(new Command.StartVerification("b", lab.tick(), "x", List.of(), false));
        Problem table = lab.refuse(
                new Command.StartVerification("c", lab.tick(), "", List.of("public.account", "public.acount"), false));

        assertThat(shard.type()).isEqualTo(ProblemType.SHARD_OUT_OF_RANGE);
        assertThat(shard.errors().getFirst().pointer()).isEqualTo("/shards");
        assertThat(odd.type()).isEqualTo(ProblemType.INVALID_ARGUMENT);
        assertThat(table.type()).isEqualTo(ProblemType.UNKNOWN_TABLE);
        assertThat(table.errors().getFirst().pointer()).isEqualTo("/tables/1");
    }

    @Test
    void whoAsksForTheSameJoinsAndWhoAsksForSomethingElseIsRefused() {
        rows.start("0-3", List.of(), true);

        var same =
                lab.accept(new Command.StartVerification("b", lab.tick(), "0,1,2-3", List.of("public.account"), true));
        Problem other = lab.refuse(new Command.StartVerification("c", lab.tick()));

        assertThat(same.receipt().subject()).isEqualTo("vf-1");
        assertThat(other.type()).isEqualTo(ProblemType.VERIFICATION_RUNS);
        assertThat(other.detail()).contains("vf-1", "shards 0-3");
    }

    @Test
    void rowsThatDifferAreFoundBucketByBucketAndTheHashesAreNotKept() {
        rows.start("", List.of(), true);
        rows.hash(Set.of(5));

        assertThat(rows.asked()).containsExactly(ShardId.of(5));
        assertThat(request(MoveLab.EAST).getStage()).isEqualTo(VerificationStage.VERIFICATION_STAGE_BUCKETS);
        int round = rows.newest().round();
        rows.buckets(MoveLab.EAST);
        rows.buckets(MoveLab.WEST, 3, 250);

        assertThat(rows.newest().round()).as("late answers are told apart").isEqualTo(round + 1);
        VerificationRequest request = request(MoveLab.WEST);
        assertThat(request.getStage()).isEqualTo(VerificationStage.VERIFICATION_STAGE_ROWS);
        assertThat(request.getBuckets(0).getShard()).isEqualTo(5);
        assertThat(request.getBuckets(0).getBucketsList()).containsExactly(3, 250);
        rows.rows(MoveLab.EAST, 5, Map.of(1, "aa", 7, "bb", 10, "cc"));
        rows.rows(MoveLab.WEST, 5, Map.of(1, "aa", 7, "b0", 11, "dd"));

        assertThat(rows.newest().phase()).isEqualTo(new Phase.Done());
        assertThat(rows.newest().problem()).isEmpty();
        Difference difference = rows.newest().differences().getFirst();
        assertThat(difference.rowsKnown()).isTrue();
        assertThat(difference.moreRows()).isFalse();
        assertThat(difference.rows())
                .extracting(row -> row.key() + " " + row.hashes())
                .containsExactly(
                        RowsLab.key(7) + " {east=bb, west=b0}",
                        RowsLab.key(10) + " {east=cc}",
                        RowsLab.key(11) + " {west=dd}");
    }

    @Test
    void theFirstEightShardsAndBucketsAreLookedAtAndTheRestIsSaidToBeThere() {
        var buckets = new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8};

        Verification.Buckets differing = RowComparison.differing(List.of(RowsLab.buckets(), RowsLab.buckets(buckets)));

        assertThat(differing.numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(differing.more()).isTrue();
    }

    @Test
    void aShardWhoseBucketsAreEqualByThenHasNoRowToShow() {
        rows.start("", List.of(), true);
        rows.hash(Set.of(5));

        rows.buckets(MoveLab.EAST, 9);
        rows.buckets(MoveLab.WEST, 9);

        assertThat(rows.newest().phase()).isEqualTo(new Phase.Done());
        assertThat(rows.newest().differences().getFirst().rowsKnown()).isTrue();
        assertThat(rows.newest().differences().getFirst().rows()).isEmpty();
    }

    @Test
    void anAgentThatDoesNotKnowBucketsLeavesRowsUnknownAndTheDifferencesKnown() {
        rows.start("", List.of(), true);
        rows.hash(Set.of(5));
        rows.buckets(MoveLab.EAST);

        rows.report(MoveLab.WEST, List.of(new Command.ShardHashed(ShardId.of(5), 2, "odd")), "");

        assertThat(rows.newest().phase()).isEqualTo(new Phase.Done());
        assertThat(rows.newest().problem()).contains("west", "earlier release");
        assertThat(rows.newest().differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.rowsKnown()).isFalse());
    }

    @Test
    void aRegionThatCannotOrDoesNotTellItsRowsLeavesTheDifferencesKnown() {
        rows.start("", List.of(), true);
        rows.hash(Set.of(5));
        rows.report(MoveLab.WEST, List.of(), "statement timeout");
        assertThat(rows.newest().phase()).isEqualTo(new Phase.Done());
        assertThat(rows.newest().problem()).contains("rows are not known", "statement timeout");

        lab.accept(new Command.StartVerification("again", lab.tick(), "", List.of(), true));
        rows.hash(Set.of(5));
        rows.buckets(MoveLab.EAST);
        lab.accept(new Command.VerificationDue(lab.tick(), "vf-2", rows.newest().round(), false));

        assertThat(rows.newest().phase()).isEqualTo(new Phase.Done());
        assertThat(rows.newest().problem()).contains("in time from west");
    }

    @Test
    void anAnswerThatMayLackRowsSaysNothingOfThoseThatItLacks() {
        var east = new ArrayList<RowHash>();
        IntStream.range(0, RowComparison.ROWS_TOLD)
                .forEach(id -> east.add(new RowHash("t", RowsLab.key(id), id == 7 ? "e" : "same")));
        List<RowHash> west = IntStream.range(0, 100)
                .mapToObj(id -> new RowHash("t", RowsLab.key(id * 100), "same"))
                .toList();
        var answers = new TreeMap<>(Map.of(MoveLab.EAST, east, MoveLab.WEST, west));

        Difference compared = RowComparison.compared(
                new Difference(ShardId.of(5), new TreeMap<>(Map.of(MoveLab.EAST, new Hash(1, "a")))),
                new TreeMap<RegionId, List<RowHash>>(answers),
                false);

        assertThat(compared.moreRows()).isTrue();
        assertThat(compared.rows())
                .hasSize(RowComparison.ROWS)
                .allSatisfy(row -> assertThat(row.hashes())
                        .as("west may lack it for sure, as its answer is whole")
                        .containsOnlyKeys(MoveLab.EAST));
        assertThat(compared.rows()).noneMatch(row -> row.key().equals(RowsLab.key(9900)));
    }
}
