package io.meridian.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One shard wanders between regions; a reader pulls the regions' streams at any relative speed, with resends. */
class ConvergenceTest {
    record Item(Position position, StreamPosition predecessor, ShardEntry entry) {}

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyInterleavingAppliesTheSameEntriesInOneOrder(long seed) {
        var random = new Random(seed);
        List<List<Item>> streams = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<ShardEntry> written = history(random, streams);

        List<ShardEntry> applied = pull(random, streams);

        assertThat(applied).as("seed %d", seed).isEqualTo(written);
    }

    private static List<ShardEntry> history(Random random, List<List<Item>> streams) {
        List<ShardEntry> written = new ArrayList<>();
        Base base = new Base.None();
        long epoch = 1;
        for (int grant = 0; grant < 6; grant++) {
            int owner = random.nextInt(streams.size());
            write(streams, owner, new ShardEntry.Open(Epoch.of(epoch), base), written);
            for (int rows = random.nextInt(4); rows > 0; rows--) {
                write(streams, owner, new ShardEntry.RowChange(Epoch.of(epoch)), written);
            }
            var end = write(streams, owner, new ShardEntry.Close(Epoch.of(epoch), Epoch.of(epoch + 1)), written);
            base = new Base.At(region(owner), Epoch.of(epoch), end);
            epoch += 2 + 2 * random.nextInt(2); // now and then an epoch that is never opened
        }
        return written;
    }

    private static Position write(List<List<Item>> streams, int owner, ShardEntry entry, List<ShardEntry> written) {
        List<Item> stream = streams.get(owner);
        StreamPosition predecessor = stream.isEmpty()
                ? new StreamPosition.Beginning()
                : new StreamPosition.At(stream.getLast().position());
        var position = new Position("log-" + owner, 8L * (stream.size() + 1), 0);
        stream.add(new Item(position, predecessor, entry));
        written.add(entry);
        return position;
    }

    private static List<ShardEntry> pull(Random random, List<List<Item>> streams) {
        List<ShardEntry> applied = new ArrayList<>();
        var next = new int[streams.size()];
        var progress = new ArrayList<StreamPosition>();
        streams.forEach(_ -> progress.add(new StreamPosition.Beginning()));
        ShardHead head = new ShardHead.None();
        for (int turn = 0; turn < 20_000 && !done(streams, next); turn++) {
            int source = random.nextInt(streams.size());
            if (random.nextInt(5) == 0) {
                next[source] = random.nextInt(next[source] + 1); // a restart: the seek hint was old
            }
            if (next[source] == streams.get(source).size()) {
                continue;
            }
            Item item = streams.get(source).get(next[source]);
            switch (RecordClassifier.ofStream(progress.get(source), item.position(), item.predecessor())) {
                case StreamVerdict.Duplicate _ -> next[source]++;
                case StreamVerdict.Next _ -> {
                    switch (RecordClassifier.ofShard(head, item.entry(), region(source), item.position())) {
                        case Verdict.History history -> {
                            head = history.head();
                            applied.add(item.entry());
                            progress.set(source, new StreamPosition.At(item.position()));
                            next[source]++;
                        }
                        case Verdict.AwaitsBase _ -> {} // another turn
                        case Verdict.Duplicate _ ->
                            throw new AssertionError("the stream has told duplicates already: " + item);
                        case Verdict.OutsideLineage outside -> throw new AssertionError(item + ": " + outside.reason());
                        case Verdict.Orphan _, Verdict.Surplus _ ->
                            throw new AssertionError("no region is lost here: " + item);
                    }
                }
                case StreamVerdict.Gap gap -> throw new AssertionError(item + ": " + gap);
                case StreamVerdict.ForeignIncarnation foreign -> throw new AssertionError(item + ": " + foreign);
            }
        }
        return applied;
    }

    private static boolean done(List<List<Item>> streams, int[] next) {
        for (int source = 0; source < next.length; source++) {
            if (next[source] < streams.get(source).size()) {
                return false;
            }
        }
        return true;
    }

    private static RegionId region(int number) {
        return RegionId.of("region" + number);
    }
}
