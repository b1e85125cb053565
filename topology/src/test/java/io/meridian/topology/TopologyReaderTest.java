package io.meridian.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopologyReaderTest {
    /** One change to the good document makes exactly this one fault. */
    record Case(String name, Consumer<Map<String, Object>> change, String pointer, String detail) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> FAULTS = List.of(
            new Case("no name", d -> d.remove("name"), "/name", "missing: 'name' is required here"),
            new Case(
                    "unknown key",
                    d -> d.put("zoness", 1),
                    "/zoness",
                    "unknown key 'zoness'; known here: name, regions"),
            new Case("a key with a slash", d -> d.put("a/b~c", 1), "/a~1b~0c", "unknown key 'a/b~c'"),
            new Case("name that is no name", d -> d.put("name", "Local!"), "/name", "'Local!' is not a name"),
            new Case(
                    "shards as text",
                    d -> d.put("shards", "1024"),
                    "/shards",
                    "a whole number from 64 to 65536, found the text '1024'"),
            new Case(
                    "shards not a power of two",
                    d -> d.put("shards", 1000),
                    "/shards",
                    "1000 is not a power of two; 512 and 1024 are"),
            new Case("too few shards", d -> d.put("shards", 32), "/shards", "from 64 to 65536, found the number 32"),
            new Case(
                    "too many shards",
                    d -> d.put("shards", 131_072),
                    "/shards",
                    "from 64 to 65536, found the number 131072"),
            new Case("shards with a fraction", d -> d.put("shards", 1024.5), "/shards", "whole number"),
            new Case(
                    "shards beyond all numbers",
                    d -> d.put("shards", Double.POSITIVE_INFINITY),
                    "/shards",
                    "whole number"),
            new Case(
                    "regions no list",
                    d -> d.put("regions", "east"),
                    "/regions",
                    "expected a list, found the text 'east'"),
            new Case(
                    "region no object",
                    d -> list(d, "regions").add("south"),
                    "/regions/2",
                    "expected an object with city, name"),
            new Case("region without city", d -> at(d, "regions", 0).remove("city"), "/regions/0/city", "missing"),
            new Case("empty region", d -> at(d, "regions", 0).put("city", null), "/regions/0/city", "found nothing"),
            new Case(
                    "duplicate region",
                    d -> list(d, "regions").add(object("name", "east", "city", "x")),
                    "/regions/2/name",
                    "a second region named 'east'; the first is at /regions/0/name"),
            new Case(
                    "no store group",
                    d -> d.put("storeGroups", List.of()),
                    "/storeGroups",
                    "a topology needs at least one store group"),
            new Case(
                    "store groups without their shards",
                    d -> groups(d, "0-511", ""),
                    "/storeGroups/1/shards",
                    "missing: with several store groups each says which shards it holds, such as 0-511"),
            new Case(
                    "shards as a list",
                    d -> groups(d, "0-511", "512-1000,1001-1023"),
                    "/storeGroups/1/shards",
                    "'512-1000,1001-1023' is not a range of shards, such as 0-511"),
            new Case(
                    "shards that do not exist",
                    d -> groups(d, "0-511", "512-1024"),
                    "/storeGroups/1/shards",
                    "shard 1024 does not exist: shards are numbered 0 to 1023"),
            new Case(
                    "shards backwards",
                    d -> groups(d, "0-511", "1023-512"),
                    "/storeGroups/1/shards",
                    "range '1023-512' ends before it begins"),
            new Case(
                    "shards in two store groups",
                    d -> groups(d, "0-511", "500-1023"),
                    "/storeGroups/1/shards",
                    "shards 500-511 are in store group 'main' already"),
            new Case(
                    "shards in no store group, in between",
                    d -> groups(d, "600-1023", "0-511"),
                    "/storeGroups",
                    "shards 512-599 are in no store group; together they hold 0-1023"),
            new Case(
                    "shards in no store group, at the beginning",
                    d -> groups(d, "1-511", "512-1023"),
                    "/storeGroups",
                    "shards 0 are in no store group"),
            new Case(
                    "the only store group with less than all",
                    d -> at(d, "storeGroups", 0).put("shards", "0-511"),
                    "/storeGroups",
                    "shards 512-1023 are in no store group"),
            new Case(
                    "a table in one of several store groups",
                    d -> {
                        groups(d, "0-511", "512-1023");
                        at(d, "tables", 1).put("storeGroup", "main");
                    },
                    "/tables/1/storeGroup",
                    "every table is in every store group; leave it out"),
            new Case(
                    "store group with a hyphen",
                    d -> renameGroup(d, "main-1"),
                    "/storeGroups/0/name",
                    "'main-1' is not a store group's name"),
            new Case(
                    "no partition",
                    d -> at(d, "storeGroups", 0).put("partitions", 0),
                    "/storeGroups/0/partitions",
                    "from 1 to 64, found the number 0"),
            new Case(
                    "65 partitions",
                    d -> at(d, "storeGroups", 0).put("partitions", 65),
                    "/storeGroups/0/partitions",
                    "from 1 to 64, found the number 65"),
            new Case(
                    "zone of an unknown region",
                    d -> at(d, "zones", 1).put("region", "mars"),
                    "/zones/1/region",
                    "unknown region 'mars'; declared: east, west"),
            new Case(
                    "duplicate zone",
                    d -> at(d, "zones", 1).put("name", "east-1"),
                    "/zones/1/name",
                    "a second zone named 'east-1'; the first is at /zones/0/name"),
            new Case(
                    "zone not named after its region",
                    d -> at(d, "zones", 2).put("name", "east-9"),
                    "/zones/2/name",
                    "'east-9' is in region west, so it is named west-n, such as west-1"),
            new Case("zone number 0", d -> at(d, "zones", 2).put("name", "west-0"), "/zones/2/name", "named west-n"),
            new Case(
                    "weight below 0",
                    d -> at(d, "zones", 0).put("weight", -1),
                    "/zones/0/weight",
                    "from 0 to 1000, found the number -1"),
            new Case(
                    "weight above 1000",
                    d -> at(d, "zones", 0).put("weight", 1001),
                    "/zones/0/weight",
                    "from 0 to 1000, found the number 1001"),
            new Case(
                    "weights that sum to 0",
                    d -> IntStream.range(0, 3).forEach(i -> at(d, "zones", i).put("weight", 0)),
                    "/zones",
                    "the weights sum to 0"),
            new Case(
                    "no endpoint",
                    d -> at(d, "zones", 0).put("endpoints", List.of()),
                    "/zones/0/endpoints",
                    "at least one endpoint"),
            new Case(
                    "endpoint without port",
                    d -> at(d, "zones", 0).put("endpoints", List.of("a:1", "localhost")),
                    "/zones/0/endpoints/1",
                    "'localhost': expected host:port"),
            new Case(
                    "endpoint with port 0",
                    d -> at(d, "zones", 0).put("endpoints", List.of("a:0")),
                    "/zones/0/endpoints/0",
                    "'a:0': a port is a number from 1 to 65535"),
            new Case(
                    "endpoint with port 65536",
                    d -> at(d, "zones", 0).put("endpoints", List.of("a:65536")),
                    "/zones/0/endpoints/0",
                    "1 to 65535"),
            new Case(
                    "endpoint as URL",
                    d -> at(d, "zones", 0).put("endpoints", List.of("http://a:80")),
                    "/zones/0/endpoints/0",
                    "expected host:port"),
            new Case(
                    "endpoint as number",
                    d -> at(d, "zones", 0).put("endpoints", List.of(21050)),
                    "/zones/0/endpoints/0",
                    "expected a text, found the number 21050"),
            new Case(
                    "no key source",
                    d -> at(d, "services", 0).put("keys", List.of()),
                    "/services/0/keys",
                    "such as header:x-user-key"),
            new Case(
                    "key source of no kind",
                    d -> at(d, "services", 0).put("keys", List.of("uid")),
                    "/services/0/keys/0",
                    "'uid': expected header:NAME, cookie:NAME, query:NAME or path:N"),
            new Case(
                    "key source of another kind",
                    d -> at(d, "services", 0).put("keys", List.of("body:uid")),
                    "/services/0/keys/0",
                    "expected header:NAME"),
            new Case(
                    "header in upper case",
                    d -> at(d, "services", 0).put("keys", List.of("header:X-User")),
                    "/services/0/keys/0",
                    "named in lower case"),
            new Case(
                    "header that the edge removes",
                    d -> at(d, "services", 0).put("keys", List.of("header:x-meridian-key")),
                    "/services/0/keys/0",
                    "the edge removes"),
            new Case(
                    "cookie that would be cut",
                    d -> at(d, "services", 0).put("keys", List.of("cookie:a;b")),
                    "/services/0/keys/0",
                    "such as cookie:uid"),
            new Case(
                    "path segment 0",
                    d -> at(d, "services", 0).put("keys", List.of("path:0")),
                    "/services/0/keys/0",
                    "from 1 to 32"),
            new Case(
                    "duplicate service",
                    d -> list(d, "services").add(object("name", "ledger", "keys", List.of("path:1"))),
                    "/services/1/name",
                    "a second service named 'ledger'"),
            new Case(
                    "table without schema",
                    d -> at(d, "tables", 0).put("name", "account"),
                    "/tables/0/name",
                    "'account' is not a table with its schema, such as public.account"),
            new Case(
                    "table of ours",
                    d -> at(d, "tables", 0).put("name", "meridian.fence"),
                    "/tables/0/name",
                    "Meridian's own"),
            new Case(
                    "duplicate table",
                    d -> at(d, "tables", 1).put("name", "public.account"),
                    "/tables/1/name",
                    "a second table named 'public.account'"),
            new Case(
                    "column that is no name",
                    d -> at(d, "tables", 0).put("shardingColumn", "user key"),
                    "/tables/0/shardingColumn",
                    "'user key' is not a column's name"),
            new Case(
                    "table of an unknown group",
                    d -> at(d, "tables", 0).put("storeGroup", "other"),
                    "/tables/0/storeGroup",
                    "unknown store group 'other'; declared: main"),
            new Case(
                    "gateway from an unknown region",
                    d -> list(d, "gateways").add(object("from", "mars", "to", "east", "address", "a:1")),
                    "/gateways/2/from",
                    "unknown region 'mars'"),
            new Case(
                    "gateway to its own region",
                    d -> list(d, "gateways").add(object("from", "east", "to", "east", "address", "a:1")),
                    "/gateways/2/to",
                    "leads to another region"),
            new Case(
                    "gateway twice",
                    d -> list(d, "gateways").add(object("from", "east", "to", "west", "address", "a:1")),
                    "/gateways/2",
                    "a second gateway from east to west"),
            new Case(
                    "gateway with a bad address",
                    d -> at(d, "gateways", 0).put("address", "a"),
                    "/gateways/0/address",
                    "expected host:port"),
            new Case(
                    "gateway missing",
                    d -> list(d, "gateways").remove(1),
                    "/gateways",
                    "no gateway from west to east: both regions have zones"),
            new Case(
                    "81 zones",
                    d -> IntStream.range(3, 81)
                            .forEach(i -> list(d, "zones")
                                    .add(object(
                                            "name",
                                            "east-" + i,
                                            "region",
                                            "east",
                                            "weight",
                                            1,
                                            "endpoints",
                                            List.of("a:1")))),
                    "/zones",
                    "81 zones are too many: a route map has room for 80"));

    @ParameterizedTest
    @FieldSource("FAULTS")
    void faultIsReportedAtItsPlaceWithWhatWouldBeRight(Case c) {
        Map<String, Object> document = good();
        c.change().accept(document);

        var reading = TopologyReader.read(document);

        assertThat(reading).isInstanceOfSatisfying(TopologyReader.Reading.Faulty.class, faulty -> {
            assertThat(faulty.faults()).extracting(Problem.Fault::pointer).containsExactly(c.pointer());
            assertThat(faulty.faults().getFirst().detail()).contains(c.detail());
        });
    }

    @Test
    void goodDocumentIsRead() {
        var reading = TopologyReader.read(good());

        assertThat(reading).isInstanceOfSatisfying(TopologyReader.Reading.Read.class, read -> {
            assertThat(read.topology().shards()).isEqualTo(1024);
            assertThat(read.topology().tables()).contains(new Topology.Table("public", "account", "user_key", "main"));
            assertThat(read.topology().zone(ZoneId.of("west-1")))
                    .contains(new Topology.Zone(
                            ZoneId.of("west-1"), RegionId.of("west"), 0, List.of("127.0.0.1:21150", "[::1]:21151")));
        });
    }

    @Test
    void topologyWrittenAndReadAgainIsTheSame() {
        var read = (TopologyReader.Reading.Read) TopologyReader.read(good());

        Map<String, Object> written = TopologyWriter.write(read.topology());

        assertThat(written).isEqualTo(good());
        assertThat(TopologyReader.read(written)).isEqualTo(read);
    }

    @Test
    void everyShardIsInItsStoreGroupWhateverTheirOrder() {
        Map<String, Object> document = good();
        groups(document, "100-1023", "0-99");

        var read = (TopologyReader.Reading.Read) TopologyReader.read(document);

        Topology topology = read.topology();
        assertThat(topology.groupOf(ShardId.of(99)).name()).isEqualTo("more");
        assertThat(topology.groupOf(ShardId.of(100)).name()).isEqualTo("main");
        assertThat(topology.holds("main", ShardId.of(1023))).isTrue();
        assertThat(topology.holds("main", ShardId.of(99))).isFalse();
        assertThat(topology.holds("other", ShardId.of(99))).isFalse();
        assertThat(topology.store(RegionId.of("east"), "more").toString()).isEqualTo("east/more");
        assertThat(TopologyWriter.write(topology)).isEqualTo(document);
    }

    @Test
    void theOnlyStoreGroupHoldsAllWhetherThatIsSaidOrNot() {
        Map<String, Object> document = good();
        at(document, "storeGroups", 0).put("shards", "0-1023");

        var read = TopologyReader.read(document);

        assertThat(read).isEqualTo(TopologyReader.read(good()));
        assertThat(((TopologyReader.Reading.Read) read)
                        .topology()
                        .store(RegionId.of("east"), "main")
                        .toString())
                .isEqualTo("east");
    }

    @Test
    void oneRegionNeedsNoGateways() {
        Map<String, Object> document = good();
        list(document, "zones").removeLast();
        document.remove("gateways");

        assertThat(TopologyReader.read(document)).isInstanceOf(TopologyReader.Reading.Read.class);
    }

    @Test
    void allFaultsAreReportedTogether() {
        Map<String, Object> document = good();
        document.put("shards", 7);
        at(document, "zones", 0).put("region", "mars");
        at(document, "zones", 2).put("weight", "much");
        at(document, "tables", 1).remove("shardingColumn");

        var reading = TopologyReader.read(document);

        assertThat(((TopologyReader.Reading.Faulty) reading).faults())
                .extracting(Problem.Fault::pointer)
                .containsExactly("/shards", "/zones/0/region", "/zones/2/weight", "/tables/1/shardingColumn");
    }

    @Test
    void misspelledRegionIsOneFaultHoweverOftenItIsNamed() {
        Map<String, Object> document = good();
        at(document, "regions", 1).put("name", "West");
        at(document, "zones", 2).put("region", "West");
        at(document, "zones", 2).put("name", "West-1");
        at(document, "gateways", 0).put("to", "West");
        at(document, "gateways", 1).put("from", "West");

        var reading = TopologyReader.read(document);

        assertThat(((TopologyReader.Reading.Faulty) reading).faults())
                .extracting(Problem.Fault::pointer)
                .containsExactly("/regions/1/name");
    }

    static final List<List<Object>> NO_OBJECTS = List.of(List.of(), List.of("text"), List.of(12), List.of(true));

    @ParameterizedTest
    @FieldSource("NO_OBJECTS")
    void whatIsNoObjectIsOneFault(List<Object> documents) {
        @Nullable Object document = documents.isEmpty() ? null : documents.getFirst();

        var reading = TopologyReader.read(document);

        assertThat(((TopologyReader.Reading.Faulty) reading).faults())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.pointer()).isEmpty();
                    assertThat(fault.detail()).startsWith("expected an object with name, regions, ");
                });
    }

    @Test
    void emptyTopologyLacksRegionsAndZones() {
        Map<String, Object> document = good();
        for (String key : List.of("regions", "zones", "services", "tables", "gateways")) {
            document.put(key, List.of());
        }

        var reading = TopologyReader.read(document);

        assertThat(((TopologyReader.Reading.Faulty) reading).faults())
                .extracting(Problem.Fault::pointer)
                .containsExactly("/regions", "/zones");
    }

    static Map<String, Object> good() {
        return object(
                "name",
                "local",
                "shards",
                1024,
                "regions",
                objects(object("name", "east", "city", "alpha"), object("name", "west", "city", "beta")),
                "storeGroups",
                objects(object("name", "main", "partitions", 4)),
                "zones",
                objects(
                        object(
                                "name",
                                "east-1",
                                "region",
                                "east",
                                "weight",
                                100,
                                "endpoints",
                                List.of("127.0.0.1:21050")),
                        object(
                                "name",
                                "east-2",
                                "region",
                                "east",
                                "weight",
                                50,
                                "endpoints",
                                List.of("db.example.org:1")),
                        object(
                                "name",
                                "west-1",
                                "region",
                                "west",
                                "weight",
                                0,
                                "endpoints",
                                List.of("127.0.0.1:21150", "[::1]:21151"))),
                "services",
                objects(object(
                        "name", "ledger", "keys", List.of("header:x-user-key", "cookie:uid", "query:user", "path:2"))),
                "tables",
                objects(
                        object("name", "public.account", "shardingColumn", "user_key", "storeGroup", "main"),
                        object("name", "public.transfer", "shardingColumn", "user_key", "storeGroup", "main")),
                "gateways",
                objects(
                        object("from", "east", "to", "west", "address", "127.0.0.1:21069"),
                        object("from", "west", "to", "east", "address", "127.0.0.1:21161")));
    }

    private static void renameGroup(Map<String, Object> document, String name) {
        at(document, "storeGroups", 0).put("name", name);
        at(document, "tables", 0).put("storeGroup", name);
        at(document, "tables", 1).put("storeGroup", name);
    }

    /** Two of them, the second named {@code more}. @param second empty: left out */
    private static void groups(Map<String, Object> document, String first, String second) {
        list(document, "tables").forEach(table -> ((Map<?, ?>) table).remove("storeGroup"));
        at(document, "storeGroups", 0).put("shards", first);
        Map<String, Object> more = object("name", "more", "partitions", 8);
        if (!second.isEmpty()) {
            more.put("shards", second);
        }
        list(document, "storeGroups").add(more);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Map<String, Object> document, String key) {
        return (List<Object>) Objects.requireNonNull(document.get(key));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> at(Map<String, Object> document, String key, int index) {
        return (Map<String, Object>) list(document, key).get(index);
    }

    static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            object.put((String) keysAndValues[at], keysAndValues[at + 1]);
        }
        return object;
    }

    static List<Object> objects(Object... items) {
        return new ArrayList<>(List.of(items));
    }
}
