package io.meridian.control.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.switching.MoveLab;
import io.meridian.control.topology.TopologyDiff.Change;
import io.meridian.topology.Limits;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopologyDiffTest {
    private static final Topology NOW = MoveLab.topology();

    record Case(String name, UnaryOperator<Topology> change, List<Change> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("nothing", now -> now, List.of()),
            new Case(
                    "name",
                    now -> with(now, "other", now.zones()),
                    List.of(new Change("/name", "name", Optional.of("lab"), Optional.of("other")))),
            new Case(
                    "a zone's weight, wherever the zone stands",
                    now -> with(
                            now,
                            now.name(),
                            List.of(
                                    now.zones().get(1),
                                    MoveLab.zone("east-1", MoveLab.EAST, 9),
                                    now.zones().get(2))),
                    List.of(
                            new Change("/zones/1/weight", "zone east-1: weight", Optional.of(4), Optional.of(9)),
                            new Change(
                                    "/zones",
                                    "order of zones",
                                    Optional.of(List.of("east-1", "east-2", "west-1")),
                                    Optional.of(List.of("east-2", "east-1", "west-1"))))),
            new Case(
                    "a zone for another",
                    now -> with(
                            now,
                            now.name(),
                            List.of(now.zones().get(0), now.zones().get(2), MoveLab.zone("west-2", MoveLab.WEST, 1))),
                    List.of(
                            new Change(
                                    "/zones/2",
                                    "zone west-2",
                                    Optional.empty(),
                                    Optional.of(zone("west-2", "west", 1))),
                            new Change(
                                    "/zones/1",
                                    "zone east-2",
                                    Optional.of(zone("east-2", "east", 2)),
                                    Optional.empty()))),
            new Case(
                    "what a zone did not say before",
                    now -> with(
                            now,
                            now.name(),
                            List.of(
                                    new Topology.Zone(
                                            ZoneId.of("east-1"),
                                            MoveLab.EAST,
                                            4,
                                            List.of("127.0.0.1:1"),
                                            OptionalInt.of(70),
                                            List.of(),
                                            false,
                                            Optional.empty()),
                                    now.zones().get(1),
                                    now.zones().get(2))),
                    List.of(new Change(
                            "/zones/0/capacity", "zone east-1: capacity", Optional.empty(), Optional.of(70)))),
            new Case(
                    "residency and rules",
                    TopologyDiffTest::guarded,
                    List.of(
                            new Change(
                                    "/residency/0",
                                    "residency 1",
                                    Optional.empty(),
                                    Optional.of(Map.of("shards", "0-3", "regions", List.of("east")))),
                            new Change(
                                    "/safetyRules",
                                    "safetyRules",
                                    Optional.empty(),
                                    Optional.of(Map.of("neverAllZonesOfCity", true))))));

    @ParameterizedTest
    @FieldSource("CASES")
    void everyPlaceThatDiffersIsNamedWithWhatWasAndWhatIs(Case each) {
        assertThat(TopologyDiff.between(NOW, each.change().apply(NOW))).isEqualTo(each.expected());
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void theWayBackNamesAsMany(Case each) {
        assertThat(TopologyDiff.between(each.change().apply(NOW), NOW)).hasSameSizeAs(each.expected());
    }

    @Test
    void sentencesSayWhatHappened() {
        assertThat(TopologyDiff.sentences(NOW, with(NOW, "other", List.of(MoveLab.zone("east-1", MoveLab.EAST, 9)))))
                .containsExactly(
                        "name changed: lab -> other",
                        "zone east-1: weight changed: 4 -> 9",
                        "zone east-2 removed: {name=east-2, region=east, weight=2, endpoints=[127.0.0.1:1]}",
                        "zone west-1 removed: {name=west-1, region=west, weight=2, endpoints=[127.0.0.1:1]}",
                        "weights changed: shards stay where they are until they are moved");
    }

    @Test
    void whatAServiceSaysDiffersPlaceByPlaceAndKeySetsAreCutShort() {
        Topology before =
                serving(List.of("127.0.0.1:2"), "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" + "a".repeat(400) + "\"}]}");
        Topology after = serving(List.of("127.0.0.1:2", "127.0.0.1:3"), "https://id.example.com/keys");

        assertThat(TopologyDiff.between(before, after))
                .extracting(Change::pointer)
                .containsExactly("/services/0/jwt/jwks", "/services/0/endpoints/east-1");
        assertThat(TopologyDiff.sentences(before, after))
                .containsExactly(
                        "service ledger: jwt: jwks changed: {\"keys\":[{\"kty\":\"RSA\",\"n\":\"" + "a".repeat(73)
                                + "... (431 characters) -> https://id.example.com/keys",
                        "service ledger: endpoints: east-1 changed: [127.0.0.1:2] -> [127.0.0.1:2, 127.0.0.1:3]");
    }

    private static Topology serving(List<String> endpoints, String jwks) {
        var service = new Topology.Service(
                "ledger",
                Topology.Kind.R,
                List.of(),
                List.of("jwt:sub"),
                Optional.empty(),
                Optional.of(new Topology.Jwt("https://id.example.com", List.of(), jwks)),
                new TreeMap<>(Map.of(ZoneId.of("east-1"), endpoints)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return new Topology(
                NOW.name(),
                NOW.shards(),
                NOW.regions(),
                NOW.storeGroups(),
                NOW.zones(),
                List.of(service),
                NOW.tables(),
                NOW.gateways());
    }

    private static Map<String, Object> zone(String name, String region, int weight) {
        return Map.of("name", name, "region", region, "weight", weight, "endpoints", List.of("127.0.0.1:1"));
    }

    private static Topology with(Topology from, String name, List<Topology.Zone> zones) {
        return new Topology(
                name,
                from.shards(),
                from.regions(),
                from.storeGroups(),
                zones,
                from.services(),
                from.tables(),
                from.gateways());
    }

    private static Topology guarded(Topology from) {
        return new Topology(
                from.name(),
                from.shards(),
                from.regions(),
                from.storeGroups(),
                from.zones(),
                from.services(),
                from.tables(),
                from.gateways(),
                List.of(new Residency("0-3", List.of(RegionId.of("east")))),
                Limits.NONE,
                new SafetyRules(Optional.empty(), true),
                List.of());
    }
}
