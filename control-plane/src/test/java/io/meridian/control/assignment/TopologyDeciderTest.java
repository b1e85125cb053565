package io.meridian.control.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopologyDeciderTest {
    record Shares(List<Integer> weights, int total, List<Integer> expected) {}

    static final List<Shares> SHARES = List.of(
            new Shares(List.of(1, 1, 1), 1024, List.of(342, 341, 341)),
            new Shares(List.of(100, 50, 100), 1024, List.of(410, 205, 409)),
            new Shares(List.of(0, 5), 64, List.of(0, 64)),
            new Shares(List.of(1000, 1), 64, List.of(64, 0)));

    @ParameterizedTest
    @FieldSource("SHARES")
    void shardsAreSharedByLargestRemainder(Shares each) {
        int[] shares = ShardAssignment.shares(
                each.weights().stream().mapToInt(Integer::intValue).toArray(), each.total());

        assertThat(shares)
                .containsExactly(
                        each.expected().stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void theSameTopologyAgainChangesNothing() {
        MoveLab lab = MoveLab.ready();
        var before = lab.state().revision();

        lab.accept(apply(MoveLab.topology(), "again"));

        assertThat(lab.state().revision()).isEqualTo(before);
    }

    @Test
    void aZoneMayBeAddedAndWeightsMayChange() {
        MoveLab lab = MoveLab.ready();
        Topology now = MoveLab.topology();

        var accepted = lab.accept(apply(
                with(
                        now,
                        now.shards(),
                        List.of(
                                MoveLab.zone("east-1", MoveLab.EAST, 9),
                                now.zones().get(1),
                                now.zones().get(2),
                                MoveLab.zone("west-2", MoveLab.WEST, 1))),
                "more"));

        assertThat(accepted.receipt().changes())
                .anyMatch(change -> change.startsWith("zone west-2 added"))
                .anyMatch(change -> change.startsWith("weights changed"));
        assertThat(lab.state().shards().getFirst().zone().name()).isEqualTo("east-1");
    }

    @Test
    void whatShardsHangOnCannotChangeAndEveryConflictIsNamed() {
        MoveLab lab = MoveLab.ready();
        Topology now = MoveLab.topology();
        var moved = with(now, 16, List.of(now.zones().get(0), MoveLab.zone("west-1", MoveLab.EAST, 1)));

        var refused = (Decision.Refused) lab.submit(apply(moved, "conflict"));

        assertThat(refused.why().type()).isEqualTo(ProblemType.TOPOLOGY_CONFLICT);
        assertThat(refused.why().errors())
                .extracting(Problem.Fault::pointer)
                .containsExactly("/shards", "/zones", "/zones/1/region");
    }

    @Test
    void aRegionsNumberIsDeclaredOnceForGood() {
        MoveLab lab = MoveLab.ready();
        lab.accept(apply(numbered(5), "first"));

        for (OptionalInt other : List.of(OptionalInt.of(6), OptionalInt.empty())) {
            Problem why = lab.refuse(apply(numbered(other), "other " + other));

            assertThat(why.errors())
                    .contains(new Problem.Fault(
                            "/regions", "region east has the number 5 in its ids, once declared for good"));
        }
    }

    private static Topology numbered(int number) {
        return numbered(OptionalInt.of(number));
    }

    private static Topology numbered(OptionalInt number) {
        Topology plain = MoveLab.topology();
        Topology.Region east = plain.regions().getFirst();
        List<Topology.Region> regions = new ArrayList<>(plain.regions());
        regions.set(0, new Topology.Region(east.id(), east.city(), number));
        return new Topology(
                plain.name(),
                plain.shards(),
                regions,
                plain.storeGroups(),
                plain.zones(),
                plain.services(),
                plain.tables(),
                plain.gateways());
    }

    record Regrouped(String name, List<Topology.StoreGroup> groups, String pointer, String detail) {}

    private static Topology.StoreGroup group(String name, int first, int last) {
        return new Topology.StoreGroup(name, 4, Optional.of(new ShardRange(first, last)));
    }

    static final List<Regrouped> REGROUPED = List.of(
            new Regrouped(
                    "other ranges",
                    List.of(group("main", 0, 4), group("more", 5, 7)),
                    "/storeGroups/0/shards",
                    "the shards of store group main are fixed when it is made: 0-3, not 0-4"),
            new Regrouped(
                    "one less",
                    List.of(new Topology.StoreGroup("main", 4)),
                    "/storeGroups",
                    "store group more holds shards 4-7; it cannot be removed"),
            new Regrouped(
                    "another name",
                    List.of(group("main", 0, 3), group("other", 4, 7)),
                    "/storeGroups/1",
                    "store group other cannot be added: every shard is in a group already, and rows do not travel"
                            + " between groups"),
            new Regrouped(
                    "other partitions",
                    List.of(group("main", 0, 3), new Topology.StoreGroup("more", 8, Optional.of(new ShardRange(4, 7)))),
                    "/storeGroups/1/partitions",
                    "the partitions of store group more are fixed when it is made: 4, not 8"));

    @ParameterizedTest
    @FieldSource("REGROUPED")
    void storeGroupsAreFixedOnceDeclared(Regrouped each) {
        MoveLab lab = MoveLab.ready(grouped(List.of(group("main", 0, 3), group("more", 4, 7))));

        Problem why = lab.refuse(apply(grouped(each.groups()), "regrouped"));

        assertThat(why.type()).isEqualTo(ProblemType.TOPOLOGY_CONFLICT);
        assertThat(why.errors()).contains(new Problem.Fault(each.pointer(), each.detail()));
    }

    private static Topology grouped(List<Topology.StoreGroup> groups) {
        Topology plain = MoveLab.topology();
        return new Topology(
                plain.name(),
                plain.shards(),
                plain.regions(),
                groups,
                plain.zones(),
                plain.services(),
                List.of(new Topology.Table("public", "account", "user_key", "")),
                plain.gateways());
    }

    private static Command.ApplyTopology apply(Topology topology, String key) {
        return new Command.ApplyTopology(key, Instant.parse("2026-01-01T00:00:00Z"), topology);
    }

    private static Topology with(Topology from, int shards, List<Topology.Zone> zones) {
        return new Topology(
                from.name(),
                shards,
                from.regions(),
                from.storeGroups(),
                zones,
                from.services(),
                from.tables(),
                from.gateways());
    }
}
