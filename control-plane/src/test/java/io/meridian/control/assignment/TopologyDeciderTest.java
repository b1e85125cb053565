package io.meridian.control.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.List;
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
