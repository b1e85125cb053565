package io.meridian.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShardSetTest {
    record Good(String text, List<Integer> shards, String shortest) {}

    record Bad(String text, ProblemType type, String detail) {}

    static final List<Good> GOOD = List.of(
            new Good("0", List.of(0), "0"),
            new Good("63", List.of(63), "63"),
            new Good("0-3", List.of(0, 1, 2, 3), "0-3"),
            new Good("5-5", List.of(5), "5"),
            new Good(" 7 , 2-3 ", List.of(2, 3, 7), "2-3,7"),
            new Good("4,3,2,9", List.of(2, 3, 4, 9), "2-4,9"),
            new Good("1-4,3-6", List.of(1, 2, 3, 4, 5, 6), "1-6"),
            new Good("007", List.of(7), "7"));

    static final List<Bad> BAD = List.of(
            new Bad("", ProblemType.INVALID_ARGUMENT, "neither a number nor a range"),
            new Bad("1,", ProblemType.INVALID_ARGUMENT, "neither a number nor a range"),
            new Bad("-1", ProblemType.INVALID_ARGUMENT, "'-1'"),
            new Bad("1-2-3", ProblemType.INVALID_ARGUMENT, "'1-2-3'"),
            new Bad("all", ProblemType.INVALID_ARGUMENT, "'all'"),
            new Bad("9-3", ProblemType.INVALID_ARGUMENT, "ends before it begins"),
            new Bad("64", ProblemType.SHARD_OUT_OF_RANGE, "shard 64 does not exist: shards are numbered 0 to 63"),
            new Bad("0-999999999", ProblemType.SHARD_OUT_OF_RANGE, "999999999"),
            new Bad("99999999999", ProblemType.INVALID_ARGUMENT, "99999999999"));

    @ParameterizedTest
    @FieldSource("GOOD")
    void textIsReadAndWrittenInItsShortestForm(Good c) {
        var read = ShardSet.read(c.text(), 64);

        assertThat(read).isEqualTo(new ShardSet.Reading.Read(new TreeSet<>(ids(c.shards()))));
        assertThat(ShardSet.write(ids(c.shards()))).isEqualTo(c.shortest());
    }

    @ParameterizedTest
    @FieldSource("BAD")
    void badTextIsRefusedWithWhatIsWrong(Bad c) {
        var read = ShardSet.read(c.text(), 64);

        assertThat(read).isInstanceOfSatisfying(ShardSet.Reading.Refused.class, refused -> {
            assertThat(refused.why().type()).isEqualTo(c.type());
            assertThat(refused.why().detail()).contains(c.detail());
        });
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsWrittenReadsBackAsTheSameShards(long seed) {
        var random = new Random(seed);
        var shards = new ArrayList<ShardId>();
        IntStream.range(0, 1024).filter(_ -> random.nextInt(4) > 0).forEach(number -> shards.add(ShardId.of(number)));

        var back = ShardSet.read(ShardSet.write(shards), 1024);

        assertThat(back).isEqualTo(new ShardSet.Reading.Read(new TreeSet<>(shards)));
    }

    private static Collection<ShardId> ids(List<Integer> numbers) {
        return numbers.stream().map(ShardId::of).toList();
    }
}
