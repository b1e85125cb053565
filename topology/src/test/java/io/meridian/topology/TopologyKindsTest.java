package io.meridian.topology;

import static io.meridian.topology.TopologyReaderTest.at;
import static io.meridian.topology.TopologyReaderTest.good;
import static io.meridian.topology.TopologyReaderTest.list;
import static io.meridian.topology.TopologyReaderTest.object;
import static io.meridian.topology.TopologyReaderTest.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meridian.topology.TopologyReaderTest.Case;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Zones and services of all kinds. In {@link #kinds()} zone 3 is the G zone, 4 and 5 are C zones; service 1 is a G service, 2 a C service. */
class TopologyKindsTest {
    private static final String JWKS = "{\"keys\": [{\"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"AQAB\"}]}";

    static final List<Case> ZONES = List.of(
            new Case(
                    "zone of no kind",
                    d -> at(d, "zones", 4).put("kind", "c"),
                    "/zones/4/kind",
                    "expected one of R, C, G, found the text 'c'"),
            new Case(
                    "two G zones",
                    d -> list(d, "zones").add(zone("west-8", "west", "G")),
                    "/zones/6/kind",
                    "a second G zone; the first is at /zones/3"),
            new Case(
                    "G zone with a weight",
                    d -> at(d, "zones", 3).put("weight", 1),
                    "/zones/3/weight",
                    "the G zone shares with nobody"),
            new Case(
                    "G zone with backups",
                    d -> at(d, "zones", 3).put("backups", List.of("east-1")),
                    "/zones/3/backups",
                    "a G zone owns no shards"),
            new Case(
                    "elastic G zone",
                    d -> at(d, "zones", 3).put("elastic", true),
                    "/zones/3/elastic",
                    "a G zone owns no shards"),
            new Case(
                    "C zone in a group",
                    d -> at(d, "zones", 4).put("group", "blue"),
                    "/zones/4/group",
                    "a C zone owns no shards"),
            new Case(
                    "C zone without a share",
                    d -> at(d, "zones", 4).put("weight", 0),
                    "/zones/4/weight",
                    "from 1 to 1000, found the number 0"),
            new Case(
                    "R zone without a weight",
                    d -> at(d, "zones", 0).remove("weight"),
                    "/zones/0/weight",
                    "missing: 'weight' is required of an R zone"),
            new Case(
                    "C zone as a backup",
                    d -> at(d, "zones", 0).put("backups", List.of("east-2", "east-9")),
                    "/zones/0/backups/1",
                    "zone 'east-9' is a C zone: it owns no shards, so it backs nobody up"),
            new Case(
                    "weights of R zones that sum to 0",
                    d -> IntStream.range(0, 3).forEach(i -> at(d, "zones", i).put("weight", 0)),
                    "/zones",
                    "the weights sum to 0: give at least one R zone a weight"),
            new Case(
                    "residency where only a C zone has a weight",
                    d -> d.put("residency", objects(object("shards", "0", "regions", List.of("west")))),
                    "/residency/0/regions",
                    "none of them has a zone with a weight above 0"),
            new Case(
                    "more regions than have R zones that serve",
                    d -> d.put("safetyRules", object("minRegionsWithCapacity", 2)),
                    "/safetyRules/minRegionsWithCapacity",
                    "only 1 regions have a zone with a weight above 0"),
            new Case(
                    "no gateway to a region with a C zone only",
                    d -> {
                        list(d, "regions").add(object("name", "south", "city", "beta"));
                        list(d, "zones").add(zone("south-9", "south", "C"));
                        list(d, "gateways").add(object("from", "west", "to", "south", "address", "a:1"));
                        list(d, "gateways").add(object("from", "south", "to", "east", "address", "a:1"));
                        list(d, "gateways").add(object("from", "south", "to", "west", "address", "a:1"));
                    },
                    "/gateways",
                    "no gateway from east to south"));

    static final List<Case> SERVICES = List.of(
            new Case(
                    "service of no kind",
                    d -> at(d, "services", 1).put("kind", "Q"),
                    "/services/1/kind",
                    "expected one of R, C, G, found the text 'Q'"),
            new Case(
                    "R service without keys",
                    d -> at(d, "services", 0).remove("keys"),
                    "/services/0/keys",
                    "missing: 'keys' is required of an R service"),
            new Case(
                    "G service with keys",
                    d -> at(d, "services", 1).put("keys", List.of("header:x-user-key")),
                    "/services/1/keys",
                    "all go to the G zone"),
            new Case(
                    "C service with keys",
                    d -> at(d, "services", 2).put("keys", List.of("header:x-user-key")),
                    "/services/2/keys",
                    "reads go to the C zones and its writes to the G zone"),
            new Case(
                    "C service with an unknown-key rule",
                    d -> at(d, "services", 2).put("unknownKey", "reject"),
                    "/services/2/unknownKey",
                    "reads go to the C zones"),
            new Case(
                    "requests without a key to a C zone",
                    d -> at(d, "services", 0).put("unknownKey", "zone:east-9"),
                    "/services/0/unknownKey",
                    "'zone:east-9': east-9 is a C zone; expected reject, or zone:NAME with one of east-1, east-2, west-1"),
            new Case(
                    "host in upper case",
                    d -> at(d, "services", 1).put("hosts", List.of("Admin.example.com")),
                    "/services/1/hosts/0",
                    "'Admin.example.com': hosts are written in lower case"),
            new Case(
                    "host with a port",
                    d -> at(d, "services", 1).put("hosts", List.of("a.example.com", "admin.example.com:80")),
                    "/services/1/hosts/1",
                    "without a port"),
            new Case(
                    "all hosts",
                    d -> at(d, "services", 1).put("hosts", List.of("*")),
                    "/services/1/hosts/0",
                    "leave 'hosts' out for whatever no other service takes"),
            new Case(
                    "wildcard in the middle",
                    d -> at(d, "services", 1).put("hosts", List.of("a.*.example.com")),
                    "/services/1/hosts/0",
                    "expected a host such as shop.example.com, or *.example.com"),
            new Case(
                    "host with an empty label",
                    d -> at(d, "services", 1).put("hosts", List.of("a..example.com")),
                    "/services/1/hosts/0",
                    "expected a host"),
            new Case(
                    "host of another service",
                    d -> at(d, "services", 2).put("hosts", List.of("prices.example.com", "admin.example.com")),
                    "/services/2/hosts/1",
                    "'admin.example.com' is a host of service 'admin' already"),
            new Case(
                    "wildcard of another service",
                    d -> at(d, "services", 2).put("hosts", List.of("*.admin.example.com")),
                    "/services/2/hosts/0",
                    "'*.admin.example.com' is a host of service 'admin' already"),
            new Case(
                    "two services without hosts",
                    d -> at(d, "services", 2).remove("hosts"),
                    "/services/2/hosts",
                    "service 'ledger' takes whatever no other service does; say which hosts are this one's"),
            new Case(
                    "65 hosts",
                    d -> at(d, "services", 2)
                            .put(
                                    "hosts",
                                    IntStream.range(0, 65)
                                            .mapToObj(i -> "h" + i)
                                            .toList()),
                    "/services/2/hosts",
                    "65 hosts are too many: 64 at most"),
            new Case(
                    "65 services",
                    d -> IntStream.range(3, 65)
                            .forEach(i -> list(d, "services")
                                    .add(object("name", "s" + i, "kind", "G", "hosts", List.of("h" + i)))),
                    "/services",
                    "65 services are too many: 64 at most"),
            new Case(
                    "claim without a name",
                    d -> at(d, "services", 0).put("keys", List.of("path:1", "jwt:")),
                    "/services/0/keys/1",
                    "such as jwt:sub"),
            new Case(
                    "claim of nobody's token",
                    d -> at(d, "services", 0).remove("jwt"),
                    "/services/0/jwt",
                    "missing: a key is a claim of a token"),
            new Case(
                    "tokens that nobody looks at",
                    d -> at(d, "services", 0).put("keys", List.of("path:1")),
                    "/services/0/jwt",
                    "no key is a claim of a token, such as jwt:sub"),
            new Case("no issuer", d -> jwt(d).remove("issuer"), "/services/0/jwt/issuer", "missing"),
            new Case("empty issuer", d -> jwt(d).put("issuer", ""), "/services/0/jwt/issuer", "'' is not an issuer"),
            new Case(
                    "audience with a space",
                    d -> jwt(d).put("audiences", List.of("a b")),
                    "/services/0/jwt/audiences/0",
                    "expected an audience"),
            new Case(
                    "key set that is no JSON",
                    d -> jwt(d).put("jwks", "{\"keys\": [}"),
                    "/services/0/jwt/jwks",
                    "neither an http or https address nor JSON: wrong at character 11"),
            new Case(
                    "key set without keys",
                    d -> jwt(d).put("jwks", "{\"keys\": []}"),
                    "/services/0/jwt/jwks",
                    "with at least one"),
            new Case(
                    "key set of something else",
                    d -> jwt(d).put("jwks", "[{\"kty\": \"RSA\"}]"),
                    "/services/0/jwt/jwks",
                    "expected a set of public keys"),
            new Case(
                    "key set at no address",
                    d -> jwt(d).put("jwks", "https://"),
                    "/services/0/jwt/jwks",
                    "expected an address such as"),
            new Case(
                    "key set beyond its bound",
                    d -> jwt(d).put("jwks", JWKS + " ".repeat(65_536)),
                    "/services/0/jwt/jwks",
                    "characters are too many: 65536 at most"),
            new Case(
                    "key sets beyond their bound together",
                    d -> IntStream.range(0, 9)
                            .forEach(i -> list(d, "services")
                                    .add(object(
                                            "name",
                                            "s" + i,
                                            "hosts",
                                            List.of("h" + i),
                                            "keys",
                                            List.of("jwt:sub"),
                                            "jwt",
                                            object("issuer", "i", "jwks", JWKS + " ".repeat(60_000))))),
                    "/services",
                    "the key sets have 54"),
            new Case(
                    "endpoints in no zone",
                    d -> at(d, "services", 0).put("endpoints", object("mars-1", List.of("a:1"))),
                    "/services/0/endpoints/mars-1",
                    "unknown key 'mars-1'; known here: east-1, east-2, east-8, east-9, west-1, west-9"),
            new Case(
                    "endpoints of an R service in a C zone",
                    d -> at(d, "services", 0).put("endpoints", object("east-9", List.of("a:1"))),
                    "/services/0/endpoints/east-9",
                    "zone 'east-9' is a C zone, where the requests of an R service never go"),
            new Case(
                    "endpoints of a G service in an R zone",
                    d -> at(d, "services", 1).put("endpoints", object("east-1", List.of("a:1"))),
                    "/services/1/endpoints/east-1",
                    "zone 'east-1' is an R zone"),
            new Case(
                    "endpoints without a port",
                    d -> at(d, "services", 2).put("endpoints", object("east-9", List.of("a:1", "a"))),
                    "/services/2/endpoints/east-9/1",
                    "expected host:port"),
            new Case(
                    "no endpoint",
                    d -> at(d, "services", 2).put("endpoints", object("east-9", List.of())),
                    "/services/2/endpoints/east-9",
                    "no endpoint; leave the zone out"),
            new Case(
                    "endpoints as a list",
                    d -> at(d, "services", 2).put("endpoints", List.of("a:1")),
                    "/services/2/endpoints",
                    "expected an object with east-1, east-2, east-8"),
            new Case(
                    "retries without attempts",
                    d -> at(d, "services", 1).put("retries", object("budgetPercent", 10)),
                    "/services/1/retries/attempts",
                    "missing"),
            new Case(
                    "6 retries",
                    d -> at(d, "services", 1).put("retries", object("attempts", 6)),
                    "/services/1/retries/attempts",
                    "from 1 to 5, found the number 6"),
            new Case(
                    "budget of more than all",
                    d -> at(d, "services", 1).put("retries", object("attempts", 2, "budgetPercent", 101)),
                    "/services/1/retries/budgetPercent",
                    "from 1 to 100"),
            new Case(
                    "concurrency without an end",
                    d -> at(d, "services", 1).put("retries", object("attempts", 2, "minConcurrency", 1001)),
                    "/services/1/retries/minConcurrency",
                    "from 1 to 1000"),
            new Case(
                    "weights of an R service cut",
                    d -> at(d, "services", 0).put("weightCut", cut()),
                    "/services/0/weightCut",
                    "only the reads of a C service are shared out by weights"),
            new Case(
                    "weights cut to nothing",
                    d -> at(d, "services", 2).put("weightCut", with(cut(), "floorPercent", 0)),
                    "/services/2/weightCut/floorPercent",
                    "from 1 to 100, found the number 0"),
            new Case(
                    "window that is too short",
                    d -> at(d, "services", 2).put("weightCut", with(cut(), "window", "500ms")),
                    "/services/2/weightCut/window",
                    "from 1s to 10m"),
            new Case(
                    "diagnostics as text",
                    d -> at(d, "services", 2).put("diagnostics", "on"),
                    "/services/2/diagnostics",
                    "expected true or false"),
            new Case(
                    "global table",
                    d -> list(d, "tables").add(object("name", "a.b", "kind", "global")),
                    "/tables/2/kind",
                    "'global' is not in this version"));

    @ParameterizedTest
    @FieldSource({"ZONES", "SERVICES"})
    void faultIsReportedAtItsPlaceWithWhatWouldBeRight(Case c) {
        Map<String, Object> document = kinds();
        c.change().accept(document);

        List<Problem.Fault> faults = faults(document);

        assertThat(faults).extracting(Problem.Fault::pointer).containsExactly(c.pointer());
        assertThat(faults.getFirst().detail()).contains(c.detail());
    }

    @Test
    void aServiceThatHasNowhereToGoSaysWhichZonesAreMissing() {
        Map<String, Object> document = kinds();
        list(document, "zones").subList(3, 6).clear();
        at(document, "services", 2).remove("endpoints");

        assertThat(faults(document))
                .extracting(fault -> fault.pointer() + " " + fault.detail())
                .containsExactly(
                        "/services/1/kind there is no G zone, where a G service's requests go; declare one",
                        "/services/2/kind there is no G zone, where the writes of a C service go; declare one",
                        "/services/2/kind there is no C zone, where the reads of a C service go; declare one per city");
    }

    @Test
    void aZoneWhoseKindIsAtFaultIsOneFaultAndNotOneForEachServiceThatMayNeedIt() {
        Map<String, Object> document = kinds();
        at(document, "zones", 3).put("kind", "GZone");

        assertThat(faults(document)).extracting(Problem.Fault::pointer).containsExactly("/zones/3/kind");
    }

    @Test
    void shardsNeedAnRZoneWhenAnybodyAsksForThem() {
        Map<String, Object> document = kinds();
        list(document, "zones").subList(0, 3).clear();
        list(document, "services").removeFirst();
        document.put("tables", List.of());
        assertThat(TopologyReader.read(document)).isInstanceOf(TopologyReader.Reading.Read.class);

        document.put("tables", objects(object("name", "public.account", "shardingColumn", "user_key")));
        assertThat(faults(document)).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/zones");
            assertThat(fault.detail()).contains("no zone is an R zone", "table 'public.account' is sharded");
        });
    }

    @Test
    void everythingThatADocumentMaySayOfKindsIsRead() {
        Topology read = read(kinds());

        assertThat(read.zones())
                .extracting(Topology.Zone::kind, Topology.Zone::weight)
                .startsWith(tuple(Topology.Kind.R, 100))
                .endsWith(tuple(Topology.Kind.G, 0), tuple(Topology.Kind.C, 100), tuple(Topology.Kind.C, 30));
        assertThat(read.services().get(0).jwt())
                .contains(new Topology.Jwt("https://id.example.com", List.of("shop"), JWKS));
        assertThat(read.services().get(2))
                .isEqualTo(new Topology.Service(
                        "prices",
                        Topology.Kind.C,
                        List.of("prices.example.com", "*.prices.example.com"),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        new TreeMap<>(Map.of(
                                ZoneId.of("east-8"), List.of("127.0.0.1:2"),
                                ZoneId.of("east-9"), List.of("127.0.0.1:3", "127.0.0.1:4"))),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Topology.Retries(2, 20, 3)),
                        Optional.of(new Topology.WeightCut(50, 10, Duration.ofSeconds(5))),
                        true));
    }

    @Test
    void everythingThatADocumentMaySayOfKindsIsWrittenAndReadAgain() {
        Topology read = read(kinds());

        assertThat(TopologyWriter.write(read)).isEqualTo(kinds());
        assertThat(read(TopologyWriter.write(read))).isEqualTo(read);
    }

    @Test
    void whatIsTheDefaultAnywayIsNotWritten() {
        Map<String, Object> document = kinds();
        at(document, "zones", 3).put("weight", 0);
        at(document, "zones", 4).put("weight", 100);
        at(document, "zones", 4).put("backups", List.of());
        at(document, "services", 0).put("hosts", List.of());
        at(document, "services", 0).put("endpoints", object());
        at(document, "services", 1).put("diagnostics", false);
        at(document, "services", 1).put("keys", List.of());
        at(document, "services", 2).put("retries", object("attempts", 2, "budgetPercent", 20, "minConcurrency", 3));

        assertThat(TopologyWriter.write(read(document))).isEqualTo(kinds());
    }

    @Test
    void aKeySetMayBeSomewhereElse() {
        Map<String, Object> document = kinds();
        jwt(document).put("jwks", "https://id.example.com:8443/realms/shop/certs?v=1");

        assertThat(read(document).services().getFirst().jwt().orElseThrow().remote())
                .isTrue();
    }

    static Map<String, Object> kinds() {
        Map<String, Object> document = good();
        list(document, "zones").add(zone("east-8", "east", "G"));
        list(document, "zones").add(zone("east-9", "east", "C"));
        list(document, "zones").add(with(zone("west-9", "west", "C"), "weight", 30));
        at(document, "services", 0).put("keys", List.of("jwt:sub", "header:x-user-key"));
        at(document, "services", 0)
                .put("jwt", object("issuer", "https://id.example.com", "audiences", List.of("shop"), "jwks", JWKS));
        list(document, "services")
                .add(object(
                        "name", "admin", "kind", "G", "hosts", List.of("admin.example.com", "*.admin.example.com")));
        list(document, "services")
                .add(object(
                        "name",
                        "prices",
                        "kind",
                        "C",
                        "hosts",
                        List.of("prices.example.com", "*.prices.example.com"),
                        "endpoints",
                        object("east-8", List.of("127.0.0.1:2"), "east-9", List.of("127.0.0.1:3", "127.0.0.1:4")),
                        "retries",
                        object("attempts", 2),
                        "weightCut",
                        cut(),
                        "diagnostics",
                        true));
        return document;
    }

    private static Map<String, Object> zone(String name, String region, String kind) {
        return object("name", name, "region", region, "kind", kind, "endpoints", List.of("127.0.0.1:1"));
    }

    private static Map<String, Object> cut() {
        return object("errorPercent", 50, "floorPercent", 10, "window", "5s");
    }

    private static Map<String, Object> with(Map<String, Object> object, String key, Object value) {
        object.put(key, value);
        return object;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> jwt(Map<String, Object> document) {
        return (Map<String, Object>)
                Objects.requireNonNull(at(document, "services", 0).get("jwt"));
    }

    private static Topology read(Map<String, Object> document) {
        return ((TopologyReader.Reading.Read) TopologyReader.read(document)).topology();
    }

    private static List<Problem.Fault> faults(Map<String, Object> document) {
        return ((TopologyReader.Reading.Faulty) TopologyReader.read(document)).faults();
    }
}
