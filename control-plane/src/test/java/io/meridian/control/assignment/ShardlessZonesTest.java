package io.meridian.control.assignment;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.pinning.Pin;
import io.meridian.control.safety.SafetyCheck;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.Gates;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Limits;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import io.meridian.topology.Topology.Kind;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The G zone and the C zone stand before the others, and the C zone weighs more. 16 shards, half of them at east-1, half at west-1. */
class ShardlessZonesTest {
    private static final RegionId NORTH = RegionId.of("north");
    private static final ZoneId EAST_1 = ZoneId.of("east-1");
    private static final ZoneId EAST_8 = ZoneId.of("east-8");
    private static final ZoneId EAST_9 = ZoneId.of("east-9");
    private static final ZoneId WEST_1 = ZoneId.of("west-1");
    private static final ZoneId WEST_2 = ZoneId.of("west-2");
    private static final ZoneId WEST_9 = ZoneId.of("west-9");

    private static final List<Topology.Zone> ZONES = List.of(
            zone(EAST_8, EAST, 0, Kind.G),
            zone(EAST_9, EAST, 900, Kind.C),
            zone(EAST_1, EAST, 1, Kind.R),
            zone(WEST_1, WEST, 1, Kind.R),
            zone(WEST_2, WEST, 0, Kind.R),
            elastic(WEST_9));

    private static Topology.Zone zone(ZoneId id, RegionId region, int weight, Kind kind) {
        return new Topology.Zone(
                id,
                region,
                weight,
                List.of("127.0.0.1:1"),
                OptionalInt.of(1000),
                List.of(),
                false,
                Optional.empty(),
                kind);
    }

    private static Topology.Zone elastic(ZoneId id) {
        return new Topology.Zone(
                id, WEST, 0, List.of("127.0.0.1:1"), OptionalInt.of(1000), List.of(), true, Optional.empty());
    }

    private static Topology topology(List<Topology.Zone> zones, List<Residency> residency) {
        return topology(zones, residency, List.of(), SafetyRules.NONE);
    }

    /** North's only zone is a C zone. */
    private static Topology north() {
        var zones = new ArrayList<Topology.Zone>(ZONES);
        zones.add(0, zone(ZoneId.of("north-9"), NORTH, 900, Kind.C));
        return topology(
                zones, List.of(), List.of(new Topology.Region(NORTH, "gamma")), new SafetyRules(Optional.of(1), true));
    }

    private static Topology topology(
            List<Topology.Zone> zones, List<Residency> residency, List<Topology.Region> more, SafetyRules rules) {
        return topology(zones, residency, more, rules, Limits.NONE);
    }

    private static Topology topology(
            List<Topology.Zone> zones,
            List<Residency> residency,
            List<Topology.Region> more,
            SafetyRules rules,
            Limits limits) {
        return new Topology(
                "lab",
                16,
                Stream.concat(
                                Stream.of(new Topology.Region(EAST, "alpha"), new Topology.Region(WEST, "beta")),
                                more.stream())
                        .toList(),
                List.of(new Topology.StoreGroup("main", 4)),
                zones,
                List.of(),
                List.of(),
                List.of(),
                residency,
                limits,
                rules,
                List.of());
    }

    private static MoveLab lab() {
        return MoveLab.ready(topology(ZONES, List.of()));
    }

    /** {@link #ZONES} with {@code zone} in the place of the one of its name; gone where it is empty. */
    private static List<Topology.Zone> with(ZoneId id, Optional<Topology.Zone> zone) {
        return ZONES.stream()
                .flatMap(each -> each.id().equals(id) ? zone.stream() : Stream.of(each))
                .toList();
    }

    private static Map<ZoneId, Long> counts(MoveLab lab) {
        return new TreeMap<>(
                lab.state().shards().stream().collect(Collectors.groupingBy(ShardState::zone, Collectors.counting())));
    }

    @Test
    void theFirstAssignmentGivesThemNothing() {
        MoveLab bound = MoveLab.ready(topology(ZONES, List.of(new Residency("0-9", List.of(WEST)))));

        assertThat(counts(lab())).isEqualTo(Map.of(EAST_1, 8L, WEST_1, 8L));
        assertThat(counts(bound)).isEqualTo(Map.of(EAST_1, 6L, WEST_1, 10L));
    }

    @Test
    void aTopologyThatHasNoOthersCannotBeTheFirst() {
        List<Topology.Zone> shardless =
                ZONES.stream().filter(zone -> !zone.sharded()).toList();

        Problem why =
                new MoveLab().refuse(new Command.ApplyTopology("first", Instant.EPOCH, topology(shardless, List.of())));

        assertThat(why.type()).isEqualTo(ProblemType.NO_ROOM);
        assertThat(why.errors()).extracting(Problem.Fault::pointer).containsExactly("/zones");
    }

    @Test
    void aRebalanceLooksAtTheWeightsOfRZonesOnly() {
        MoveLab lab = lab();
        lab.accept(new Command.ApplyTopology(
                "w", lab.tick(), topology(with(WEST_1, Optional.of(zone(WEST_1, WEST, 3, Kind.R))), List.of())));

        lab.accept(lab.reassign(new Reassignment.Rebalance(Optional.empty())));
        lab.finish();

        assertThat(counts(lab)).isEqualTo(Map.of(EAST_1, 4L, WEST_1, 12L));
    }

    /** The C zone is in the same region, so it would be the nearest. */
    @Test
    void anEvacuatedRegionsShardsGoToRZones() {
        MoveLab lab = lab();

        lab.accept(lab.reassign(new Reassignment.Evacuate(List.of(EAST_1), List.of(), Optional.empty())));
        lab.finish();

        assertThat(counts(lab)).isEqualTo(Map.of(WEST_1, 16L));
    }

    record Asked(String name, Function<MoveLab, Command.Keyed> command, String pointer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Asked> NAMING_ONE = List.of(
            new Asked("a move to it", lab -> lab.move("0-3", "east-9"), "/to"),
            new Asked(
                    "its evacuation",
                    lab -> lab.reassign(
                            new Reassignment.Evacuate(List.of(EAST_1, EAST_9), List.of(), Optional.empty())),
                    "/zones"),
            new Asked("a pop-out of it", lab -> lab.reassign(new Reassignment.PopOut(EAST_9, WEST_9, 10)), "/from"),
            new Asked("a pop-out to it", lab -> lab.reassign(new Reassignment.PopOut(WEST_1, EAST_9, 10)), "/to"),
            new Asked("a pop-in of it", lab -> lab.reassign(new Reassignment.PopIn(EAST_9)), "/zone"),
            new Asked(
                    "a pin to it",
                    lab -> new Command.PinUsers(
                            "p",
                            lab.tick(),
                            new Pin("grey", "stress-", true, EAST_9, lab.tick().plus(Duration.ofHours(1)))),
                    "/to"));

    @ParameterizedTest
    @FieldSource("NAMING_ONE")
    void whoNamesOneForShardsIsRefused(Asked asked) {
        MoveLab lab = lab();

        Problem why = lab.refuse(asked.command().apply(lab));

        assertThat(why.type()).isEqualTo(ProblemType.NOT_SHARDED);
        assertThat(why.errors()).extracting(Problem.Fault::pointer).containsExactly(asked.pointer());
        assertThat(why.detail())
                .isEqualTo(
                        "zone east-9 is a C zone: it owns no shards; R zones do, and they are east-1, west-1, west-2,"
                                + " west-9");
    }

    @Test
    void aRegionThatHasNoOtherHasNothingToEvacuate() {
        MoveLab lab = MoveLab.ready(north());

        Problem why = lab.refuse(lab.reassign(new Reassignment.Evacuate(List.of(), List.of(NORTH), Optional.empty())));

        assertThat(why.type()).isEqualTo(ProblemType.NOTHING_TO_MOVE);
    }

    @Test
    void aZoneThatHasShardsKeepsItsKind() {
        MoveLab lab = lab();

        Problem why = lab.refuse(new Command.ApplyTopology(
                "kind", lab.tick(), topology(with(WEST_1, Optional.of(zone(WEST_1, WEST, 1, Kind.C))), List.of())));

        assertThat(why.type()).isEqualTo(ProblemType.TOPOLOGY_CONFLICT);
        assertThat(why.errors())
                .containsExactly(new Problem.Fault(
                        "/zones/3/kind", "zone west-1 serves 8 shards: it cannot become a C zone, which owns none"));
    }

    @Test
    void aZoneThatHasNoneMayBecomeOneAndComeBack() {
        MoveLab lab = lab();
        List<Topology.Zone> changed = new ArrayList<>(with(WEST_2, Optional.of(zone(WEST_2, WEST, 900, Kind.C))));

        List<String> changes = lab.accept(new Command.ApplyTopology("c", lab.tick(), topology(changed, List.of())))
                .receipt()
                .changes();
        assertThat(changes).anyMatch(change -> change.startsWith("zone west-2: kind added: C"));
        assertThat(changes).as("no shard is concerned").noneMatch(change -> change.contains("shards stay"));

        lab.accept(new Command.ApplyTopology("r", lab.tick(), topology(ZONES, List.of())));
        lab.accept(lab.move("0-3", "west-2"));
        lab.finish();
        assertThat(counts(lab)).containsEntry(WEST_2, 4L);
    }

    @Test
    void shardsDoNotGoHomeToWhatBecameOneMeanwhile() {
        MoveLab lab = lab();
        lab.accept(lab.reassign(new Reassignment.PopOut(WEST_1, WEST_9, 100)));
        String away = lab.finish().id();
        lab.accept(new Command.ApplyTopology(
                "c", lab.tick(), topology(with(WEST_1, Optional.of(zone(WEST_1, WEST, 1, Kind.C))), List.of())));

        Problem popIn = lab.refuse(lab.reassign(new Reassignment.PopIn(WEST_9)));
        Problem reversal = lab.refuse(lab.reassign(new Reassignment.Reverse(away)));

        assertThat(List.of(popIn, reversal))
                .allSatisfy(why -> assertThat(why.detail())
                        .contains("from zone west-1", "which is no R zone of the topology any more"));
    }

    @Test
    void safetyRulesAreAboutWhoCouldServeShards() {
        Topology topology = north();

        assertThat(SafetyCheck.broken(topology, Set.of(EAST_1, WEST_1))).isEmpty();
        assertThat(SafetyCheck.broken(topology, Set.of(EAST_1)))
                .singleElement()
                .satisfies(rule -> assertThat(rule).startsWith("no zone of city beta would serve shards"));
    }

    /** Without west, east-1 alone could serve shards: 1000 requests per second, whatever its neighbours can. */
    @Test
    void headroomIsTheCapacityOfRZones() {
        var limits = new Limits(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(1500));
        MoveLab lab = MoveLab.ready(topology(ZONES, List.of(), List.of(), SafetyRules.NONE, limits));
        lab.accept(lab.move("0-3", "west-2"));

        assertThat(Gates.of(lab.state(), lab.run(), lab.tick()))
                .filteredOn(gate -> gate.about().equals("without west"))
                .singleElement()
                .returns("1000 rps", Gate::value)
                .returns(Gate.Standing.CLOSED, Gate::standing);
    }
}
