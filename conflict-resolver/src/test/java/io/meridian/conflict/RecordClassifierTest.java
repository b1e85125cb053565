package io.meridian.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RecordClassifierTest {
    enum Stream {
        NEXT,
        DUPLICATE,
        GAP,
        FOREIGN
    }

    record StreamCase(String name, StreamPosition applied, Position record, StreamPosition predecessor, Stream then) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final StreamPosition BEGINNING = new StreamPosition.Beginning();

    static final List<StreamCase> STREAM = List.of(
            //             what                                         applied     record          predecessor  then
            new StreamCase("the first record ever", BEGINNING, east(10), BEGINNING, Stream.NEXT),
            new StreamCase("not the first, nothing applied yet", BEGINNING, east(20), after(10), Stream.GAP),
            new StreamCase("follows the last", after(10), east(20), after(10), Stream.NEXT),
            new StreamCase("the last once more", after(10), east(10), after(5), Stream.DUPLICATE),
            new StreamCase("an older one", after(10), east(5), BEGINNING, Stream.DUPLICATE),
            new StreamCase("one is missing before it", after(10), east(30), after(20), Stream.GAP),
            new StreamCase("later, but calls itself the first ever", after(10), east(20), BEGINNING, Stream.GAP),
            new StreamCase("follows something older than the last", after(10), east(20), after(5), Stream.GAP),
            new StreamCase("a later part of the same transaction", after(10), part(10, 1), after(10), Stream.NEXT),
            new StreamCase(
                    "a part that was applied",
                    new StreamPosition.At(part(10, 2)),
                    part(10, 1),
                    after(10),
                    Stream.DUPLICATE),
            new StreamCase("an LSN with the highest bit follows", after(10), east(-1), after(10), Stream.NEXT),
            new StreamCase("an LSN below one with the highest bit", after(-1), east(10), after(5), Stream.DUPLICATE),
            new StreamCase("another incarnation, older by number", after(10), other(5), BEGINNING, Stream.FOREIGN),
            new StreamCase("another incarnation that names our last", after(10), other(20), after(10), Stream.FOREIGN),
            new StreamCase(
                    "predecessor of another incarnation",
                    after(10),
                    east(20),
                    new StreamPosition.At(other(10)),
                    Stream.GAP));

    @ParameterizedTest
    @FieldSource("STREAM")
    void recordIsJudgedByWhatItFollows(StreamCase c) {
        var verdict = RecordClassifier.ofStream(c.applied(), c.record(), c.predecessor());

        assertThat(
                        switch (verdict) {
                            case StreamVerdict.Next _ -> Stream.NEXT;
                            case StreamVerdict.Duplicate _ -> Stream.DUPLICATE;
                            case StreamVerdict.Gap gap -> {
                                assertThat(gap).isEqualTo(new StreamVerdict.Gap(c.applied(), c.predecessor()));
                                yield Stream.GAP;
                            }
                            case StreamVerdict.ForeignIncarnation _ -> Stream.FOREIGN;
                        })
                .isEqualTo(c.then());
    }

    record ShardCase(String name, ShardHead head, ShardEntry entry, String source, Position at, Verdict then) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final ShardHead NONE = new ShardHead.None();
    static final Verdict DUPLICATE = new Verdict.Duplicate();

    static final List<ShardCase> ROWS = List.of(
            new ShardCase(
                    "behind the head of its epoch",
                    head(3, "east", 50),
                    row(3),
                    "east",
                    east(60),
                    history(3, "east", east(60))),
            new ShardCase(
                    "in the head's own record",
                    head(3, "east", 50),
                    row(3),
                    "east",
                    east(50),
                    history(3, "east", east(50))),
            new ShardCase(
                    "before the head of its epoch",
                    head(3, "east", 50),
                    row(3),
                    "east",
                    east(49),
                    outside("it lies before the head 0/32@east-1 of its epoch 3")),
            new ShardCase(
                    "behind the CLOSE",
                    closed(3, "east", 50),
                    row(3),
                    "east",
                    east(60),
                    outside("it lies behind the CLOSE of epoch 3 at 0/32@east-1")),
            new ShardCase(
                    "of an older epoch",
                    head(5, "west", 7),
                    row(3),
                    "east",
                    east(60),
                    outside("epoch 3, but epoch 5 has begun")),
            new ShardCase(
                    "of an epoch not opened",
                    head(3, "east", 50),
                    row(5),
                    "east",
                    east(60),
                    outside("epoch 5, whose OPEN has not come; the head is in epoch 3")),
            new ShardCase(
                    "of a shard without history",
                    NONE,
                    row(1),
                    "east",
                    east(60),
                    outside("epoch 1, whose OPEN has not come")),
            new ShardCase(
                    "of a second writer",
                    head(3, "east", 50),
                    row(3),
                    "west",
                    west(60),
                    outside("a second writer in epoch 3: east owns it")),
            new ShardCase(
                    "of another incarnation",
                    head(3, "east", 50),
                    row(3),
                    "east",
                    other(60),
                    outside("epoch 3 at 0/3C@east-2 is not in the log of its head 0/32@east-1")));

    static final List<ShardCase> CLOSES = List.of(
            new ShardCase(
                    "ends its epoch",
                    head(3, "east", 50),
                    close(3, 4),
                    "east",
                    east(60),
                    closedAt(3, "east", east(60))),
            new ShardCase(
                    "right behind OPEN: nothing was written",
                    head(3, "east", 50),
                    close(3, 8),
                    "east",
                    east(50),
                    closedAt(3, "east", east(50))),
            new ShardCase("the very same again", closed(3, "east", 50), close(3, 4), "east", east(50), DUPLICATE),
            new ShardCase(
                    "a second one",
                    closed(3, "east", 50),
                    close(3, 4),
                    "east",
                    east(60),
                    outside("it lies behind the CLOSE of epoch 3 at 0/32@east-1")),
            new ShardCase(
                    "of an older epoch",
                    head(5, "west", 7),
                    close(3, 4),
                    "east",
                    east(60),
                    outside("epoch 3, but epoch 5 has begun")),
            new ShardCase(
                    "of an epoch not opened",
                    head(3, "east", 50),
                    close(5, 6),
                    "west",
                    west(60),
                    outside("epoch 5, whose OPEN has not come; the head is in epoch 3")),
            new ShardCase(
                    "by a region that does not own it",
                    head(3, "east", 50),
                    close(3, 4),
                    "west",
                    west(60),
                    outside("a second writer in epoch 3: east owns it")),
            new ShardCase(
                    "that closes nothing",
                    head(3, "east", 50),
                    close(3, 3),
                    "east",
                    east(60),
                    outside("a CLOSE of epoch 3 that raises the fence to 3")));

    static final List<ShardCase> OPENS = List.of(
            new ShardCase("first one of a new shard", NONE, first(1), "east", east(9), history(1, "east", east(9))),
            new ShardCase("first one again", head(1, "east", 9), first(1), "east", east(9), DUPLICATE),
            new ShardCase(
                    "first one, later than others",
                    head(1, "east", 9),
                    first(3),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on nothing, but the shard has history up to epoch 1")),
            new ShardCase(
                    "its base is in",
                    closed(1, "east", 50),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    history(3, "west", west(9))),
            new ShardCase(
                    "its base is in: rolled back to the same owner",
                    closed(1, "east", 50),
                    open(3, on(1, east(50))),
                    "east",
                    east(70),
                    history(3, "east", east(70))),
            new ShardCase(
                    "builds over an epoch never opened",
                    closed(1, "east", 50),
                    open(5, on(1, east(50))),
                    "west",
                    west(9),
                    history(5, "west", west(9))),
            new ShardCase(
                    "not above the head", head(3, "west", 9), open(3, on(1, east(50))), "west", west(9), DUPLICATE),
            new ShardCase("below the head", head(5, "west", 9), open(3, on(1, east(50))), "west", west(9), DUPLICATE),
            new ShardCase(
                    "nothing of the shard has come",
                    NONE,
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    awaits(1, east(50))),
            new ShardCase(
                    "its base's epoch is still running here",
                    head(1, "east", 20),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    awaits(1, east(50))),
            new ShardCase(
                    "all but the CLOSE is in",
                    head(1, "east", 50),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    awaits(1, east(50))),
            new ShardCase(
                    "its base's epoch has not begun here",
                    closed(1, "east", 50),
                    open(5, on(3, west(70))),
                    "east",
                    east(90),
                    awaits(3, west(70))),
            new ShardCase(
                    "more than its base was applied",
                    head(1, "east", 60),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on 0/32@east-1, but epoch 1 has a record at 0/3C@east-1")),
            new ShardCase(
                    "closed earlier than its base",
                    closed(1, "east", 40),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on 0/32@east-1, but epoch 1 was closed at 0/28@east-1")),
            new ShardCase(
                    "closed later than its base",
                    closed(1, "east", 60),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on 0/32@east-1, but epoch 1 was closed at 0/3C@east-1")),
            new ShardCase(
                    "its base is of another incarnation",
                    closed(1, "east", 50),
                    open(3, on(1, other(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on east 0/32@east-2, but epoch 1 is east's at 0/32@east-1")),
            new ShardCase(
                    "its base is in another region",
                    closed(1, "east", 50),
                    open(3, new Base.At(RegionId.of("north"), Epoch.of(1), east(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on north 0/32@east-1, but epoch 1 is east's at 0/32@east-1")),
            new ShardCase(
                    "an epoch lies between that is not on its chain",
                    head(3, "west", 9),
                    open(5, on(1, east(50))),
                    "north",
                    new Position("north-1", 4, 0),
                    outside(
                            "OPEN of epoch 5 builds on epoch 1, but epoch 3 was applied, which is not on its chain of bases")),
            new ShardCase(
                    "builds on itself",
                    closed(1, "east", 50),
                    open(3, on(3, west(50))),
                    "west",
                    west(9),
                    outside("OPEN of epoch 3 builds on epoch 3")));

    static final String BROKEN = "entries behind epoch 1 at 0/32@east-1 were passed over while the shard was stopped:"
            + " it must be seeded anew from its owner";

    /** Each of these would be history behind a head that is whole. */
    static final List<ShardCase> BEHIND_A_BROKEN_HEAD = List.of(
            new ShardCase(
                    "a row of its epoch",
                    new ShardHead.Broken(head(1, "east", 50)),
                    row(1),
                    "east",
                    east(60),
                    outside(BROKEN)),
            new ShardCase(
                    "the CLOSE of its epoch",
                    new ShardHead.Broken(head(1, "east", 50)),
                    close(1, 2),
                    "east",
                    east(60),
                    outside(BROKEN)),
            new ShardCase(
                    "an OPEN that builds on it",
                    new ShardHead.Broken(closed(1, "east", 50)),
                    open(3, on(1, east(50))),
                    "west",
                    west(9),
                    outside(BROKEN)));

    @ParameterizedTest
    @FieldSource({"ROWS", "CLOSES", "OPENS", "BEHIND_A_BROKEN_HEAD"})
    void entryIsJudgedByTheHeadOfItsShard(ShardCase c) {
        var verdict = RecordClassifier.ofShard(c.head(), c.entry(), RegionId.of(c.source()), c.at());

        assertThat(verdict).isEqualTo(c.then());
    }

    private static StreamPosition after(long lsn) {
        return new StreamPosition.At(east(lsn));
    }

    private static Position east(long lsn) {
        return new Position("east-1", lsn, 0);
    }

    private static Position other(long lsn) {
        return new Position("east-2", lsn, 0);
    }

    private static Position west(long lsn) {
        return new Position("west-1", lsn, 0);
    }

    private static Position part(long lsn, int part) {
        return new Position("east-1", lsn, part);
    }

    private static ShardHead.At head(long epoch, String region, long lsn) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), new Position(region + "-1", lsn, 0), false);
    }

    private static ShardHead.At closed(long epoch, String region, long lsn) {
        return new ShardHead.At(Epoch.of(epoch), RegionId.of(region), new Position(region + "-1", lsn, 0), true);
    }

    private static ShardEntry row(long epoch) {
        return new ShardEntry.RowChange(Epoch.of(epoch));
    }

    private static ShardEntry close(long closes, long fenceEpoch) {
        return new ShardEntry.Close(Epoch.of(closes), Epoch.of(fenceEpoch));
    }

    private static ShardEntry first(long epoch) {
        return new ShardEntry.Open(Epoch.of(epoch), new Base.None());
    }

    private static ShardEntry open(long epoch, Base base) {
        return new ShardEntry.Open(Epoch.of(epoch), base);
    }

    private static Base.At on(long epoch, Position position) {
        String region =
                position.incarnation().substring(0, position.incarnation().indexOf('-'));
        return new Base.At(RegionId.of(region), Epoch.of(epoch), position);
    }

    private static Verdict history(long epoch, String region, Position position) {
        return new Verdict.History(new ShardHead.At(Epoch.of(epoch), RegionId.of(region), position, false));
    }

    private static Verdict closedAt(long epoch, String region, Position position) {
        return new Verdict.History(new ShardHead.At(Epoch.of(epoch), RegionId.of(region), position, true));
    }

    private static Verdict awaits(long epoch, Position position) {
        return new Verdict.AwaitsBase(on(epoch, position));
    }

    private static Verdict outside(String reason) {
        return new Verdict.OutsideLineage(reason);
    }
}
