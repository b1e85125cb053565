package io.meridian.topology;

import static io.meridian.topology.TopologyReaderTest.at;
import static io.meridian.topology.TopologyReaderTest.good;
import static io.meridian.topology.TopologyReaderTest.list;
import static io.meridian.topology.TopologyReaderTest.object;
import static io.meridian.topology.TopologyReaderTest.objects;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.TopologyReaderTest.Case;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What a document may say beyond the least: of zones, services and tables, and what switches must heed. */
class TopologyRulesTest {
    static final List<Case> FAULTS = List.of(
            new Case(
                    "zone of no kind",
                    d -> at(d, "zones", 0).put("kind", "Q"),
                    "/zones/0/kind",
                    "expected one of R, C, G, found the text 'Q'"),
            new Case(
                    "capacity 0",
                    d -> at(d, "zones", 0).put("capacity", 0),
                    "/zones/0/capacity",
                    "from 1 to 100000000, found the number 0"),
            new Case(
                    "unknown backup",
                    d -> at(d, "zones", 0).put("backups", List.of("east-2", "mars-1")),
                    "/zones/0/backups/1",
                    "unknown zone 'mars-1'; declared: east-1, east-2, west-1"),
            new Case(
                    "own backup",
                    d -> at(d, "zones", 0).put("backups", List.of("east-1")),
                    "/zones/0/backups",
                    "zone 'east-1' cannot be its own backup"),
            new Case(
                    "backup twice",
                    d -> at(d, "zones", 0).put("backups", List.of("east-2", "west-1", "east-2")),
                    "/zones/0/backups/2",
                    "zone 'east-2' a second time"),
            new Case(
                    "elastic as text",
                    d -> at(d, "zones", 2).put("elastic", "yes"),
                    "/zones/2/elastic",
                    "expected true or false, found the text 'yes'"),
            new Case(
                    "elastic with a weight",
                    d -> at(d, "zones", 1).put("elastic", true),
                    "/zones/1/weight",
                    "so its weight is 0, not 50"),
            new Case(
                    "group that is no name",
                    d -> at(d, "zones", 1).put("group", "Blue!"),
                    "/zones/1/group",
                    "'Blue!' is not a name"),
            new Case(
                    "automatic failover without a bound",
                    d -> at(d, "regions", 0).put("failover", "auto"),
                    "/regions/0/failover",
                    "needs to know how much may be lost with a region: {mode: auto, maxLoss: \"2s\"}"),
            new Case(
                    "automatic failover without a bound, as an object",
                    d -> at(d, "regions", 0).put("failover", object("mode", "auto")),
                    "/regions/0/failover",
                    "needs to know how much may be lost"),
            new Case(
                    "failover of no mode",
                    d -> at(d, "regions", 0).put("failover", object("mode", "always")),
                    "/regions/0/failover/mode",
                    "expected off, recommend or auto, found the text 'always'"),
            new Case(
                    "failover that says no mode",
                    d -> at(d, "regions", 0).put("failover", object("maxLoss", "2s")),
                    "/regions/0/failover/mode",
                    "missing: 'mode' is required here"),
            new Case(
                    "failover with a bound that is none",
                    d -> at(d, "regions", 0).put("failover", object("mode", "auto", "maxLoss", "2 seconds")),
                    "/regions/0/failover/maxLoss",
                    "'2 seconds': expected rows, a time, or both, such as \"500rows\""),
            new Case(
                    "failover with two bounds of one kind",
                    d -> at(d, "regions", 0).put("failover", object("mode", "auto", "maxLoss", "2s|500ms")),
                    "/regions/0/failover/maxLoss",
                    "'2s|500ms': expected rows, a time, or both"),
            new Case(
                    "failover window that holds no report",
                    d -> d.put("failover", object("window", "1s")),
                    "/failover/window",
                    "expected a duration from 3s to 10m, such as 2s, found the text '1s'"),
            new Case(
                    "no automatic failover per hour",
                    d -> d.put("failover", object("perHour", 0)),
                    "/failover/perHour",
                    "expected a whole number from 1 to 60, found the number 0"),
            new Case(
                    "failover key of no meaning",
                    d -> d.put("failover", object("windows", 3)),
                    "/failover/windows",
                    "unknown key 'windows'; known here: perHour, window"),
            new Case(
                    "unknown-key rule of no kind",
                    d -> at(d, "services", 0).put("unknownKey", "east-1"),
                    "/services/0/unknownKey",
                    "'east-1': expected reject, or zone:NAME with one of east-1, east-2, west-1"),
            new Case(
                    "unknown-key zone that is not there",
                    d -> at(d, "services", 0).put("unknownKey", "zone:mars-1"),
                    "/services/0/unknownKey",
                    "zone:NAME with one of east-1"),
            new Case(
                    "number too great",
                    d -> at(d, "regions", 0).put("number", 64),
                    "/regions/0/number",
                    "expected a whole number from 0 to 63, found the number 64"),
            new Case(
                    "one number for two regions",
                    d -> {
                        at(d, "regions", 0).put("number", 7);
                        at(d, "regions", 1).put("number", 7);
                    },
                    "/regions/1/number",
                    "another region has the number 7, and so the same ids"),
            new Case(
                    "bulk as text",
                    d -> at(d, "tables", 0).put("bulk", "yes"),
                    "/tables/0/bulk",
                    "expected true or false, found the text 'yes'"),
            new Case(
                    "safe that is no name",
                    d -> at(d, "tables", 0).put("safe", List.of("a key")),
                    "/tables/0/safe/0",
                    "'a key' is not the name of an index or column"),
            new Case(
                    "safe twice",
                    d -> at(d, "tables", 0).put("safe", List.of("number", "number")),
                    "/tables/0/safe/1",
                    "'number' a second time"),
            new Case(
                    "outlier without its percent",
                    d -> at(d, "services", 0)
                            .put("outlier", object("consecutive5xx", 5, "interval", "10s", "ejection", "30s")),
                    "/services/0/outlier/maxEjectionPercent",
                    "missing"),
            new Case(
                    "duration without a unit",
                    d -> outlier(d).put("interval", 10),
                    "/services/0/outlier/interval",
                    "expected a duration from 100ms to 10m, such as 2s, found the number 10"),
            new Case(
                    "duration too long",
                    d -> outlier(d).put("ejection", "11m"),
                    "/services/0/outlier/ejection",
                    "from 100ms to 10m, such as 2s, found the text '11m'"),
            new Case(
                    "breaker that is always open",
                    d -> at(d, "services", 0)
                            .put(
                                    "circuitBreaker",
                                    object(
                                            "maxConnections",
                                            0,
                                            "maxPendingRequests",
                                            1,
                                            "maxRequests",
                                            1,
                                            "maxRetries",
                                            1)),
                    "/services/0/circuitBreaker/maxConnections",
                    "from 1 to 1000000, found the number 0"),
            new Case(
                    "global table",
                    d -> list(d, "tables").add(object("name", "a.b", "kind", "global", "storeGroup", "main")),
                    "/tables/2/kind",
                    "'global' is not in this version"),
            new Case(
                    "multi-writer table with a column's resolver for all",
                    d -> list(d, "tables").add(writers("resolver", "max")),
                    "/tables/2/resolver",
                    "expected one of column-wise, last-writer-wins, found the text 'max'"),
            new Case(
                    "multi-writer table without its column",
                    d -> list(d, "tables").add(object("name", "a.b", "kind", "multi-writer")),
                    "/tables/2/shardingColumn",
                    "missing: 'shardingColumn' is required here"),
            new Case(
                    "unknown resolver of a column",
                    d -> list(d, "tables").add(writers("columns", object("c", "sum"))),
                    "/tables/2/columns/c",
                    "expected one of column-wise, counter, max, min, set, or custom:NAME, found the text 'sum'"),
            new Case(
                    "resolver of the key",
                    d -> list(d, "tables").add(writers("columns", object("k", "max"))),
                    "/tables/2/columns/k",
                    "is never merged"),
            new Case(
                    "columns of a sharded table",
                    d -> at(d, "tables", 0).put("columns", object("c", "max")),
                    "/tables/0/columns",
                    "one writer at a time"),
            new Case(
                    "resolver of a sharded table",
                    d -> at(d, "tables", 0).put("resolver", "max"),
                    "/tables/0/resolver",
                    "one writer at a time"),
            new Case(
                    "orphans of a multi-writer table",
                    d -> list(d, "tables").add(writers("orphans", "salvage")),
                    "/tables/2/orphans",
                    "all of its writes are merged"),
            new Case(
                    "unknown policy for orphans",
                    d -> at(d, "tables", 0).put("orphans", "merge"),
                    "/tables/0/orphans",
                    "expected one of column-wise, newest, reject, salvage, or custom:NAME, found the text 'merge'"),
            new Case(
                    "sharded table without its column",
                    d -> at(d, "tables", 0).remove("shardingColumn"),
                    "/tables/0/shardingColumn",
                    "missing: 'shardingColumn' is required here"),
            new Case(
                    "residency of shards that are not there",
                    d -> d.put("residency", objects(object("shards", "0-1024", "regions", List.of("east")))),
                    "/residency/0/shards",
                    "shard 1024 does not exist"),
            new Case(
                    "residency in an unknown region",
                    d -> d.put("residency", objects(object("shards", "0", "regions", List.of("mars")))),
                    "/residency/0/regions/0",
                    "unknown region 'mars'"),
            new Case(
                    "residency nowhere",
                    d -> d.put("residency", objects(object("shards", "0", "regions", List.of()))),
                    "/residency/0/regions",
                    "at least one region"),
            new Case(
                    "residency where nobody serves",
                    d -> d.put("residency", objects(object("shards", "0", "regions", List.of("west")))),
                    "/residency/0/regions",
                    "none of them has a zone with a weight above 0"),
            new Case(
                    "residency twice",
                    d -> d.put(
                            "residency",
                            objects(
                                    object("shards", "0-9", "regions", List.of("east")),
                                    object("shards", "9", "regions", List.of("east", "west")))),
                    "/residency/1/shards",
                    "shard 9 is bound by /residency/0 already"),
            new Case(
                    "unknown limit",
                    d -> d.put("limits", object("waves", 1)),
                    "/limits/waves",
                    "unknown key 'waves'; known here: catchUp, lag, lagRows"),
            new Case(
                    "wave of no shard",
                    d -> d.put("limits", object("wave", 0)),
                    "/limits/wave",
                    "from 1 to 4096, found the number 0"),
            new Case(
                    "catch-up limit as number",
                    d -> d.put("limits", object("catchUp", 30)),
                    "/limits/catchUp",
                    "expected a duration from 1s to 10m"),
            new Case(
                    "more regions than can serve",
                    d -> d.put("safetyRules", object("minRegionsWithCapacity", 2)),
                    "/safetyRules/minRegionsWithCapacity",
                    "only 1 regions have a zone with a weight above 0"),
            new Case(
                    "window on no day",
                    d -> d.put(
                            "maintenanceWindows", objects(object("days", List.of(), "from", "22:00", "to", "23:00"))),
                    "/maintenanceWindows/0/days",
                    "it would never open"),
            new Case(
                    "window on an unknown day",
                    d -> d.put(
                            "maintenanceWindows",
                            objects(object("days", List.of("monday"), "from", "22:00", "to", "23:00"))),
                    "/maintenanceWindows/0/days/0",
                    "'monday': expected a day such as mon"),
            new Case(
                    "window at no time",
                    d -> d.put("maintenanceWindows", objects(object("from", "24:00", "to", "23:00"))),
                    "/maintenanceWindows/0/from",
                    "'24:00': expected a time of day in UTC"),
            new Case(
                    "window in an unknown region",
                    d -> d.put(
                            "maintenanceWindows",
                            objects(object("from", "22:00", "to", "23:00", "regions", List.of("mars")))),
                    "/maintenanceWindows/0/regions/0",
                    "unknown region 'mars'"));

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
    void everythingThatADocumentMaySayIsRead() {
        Topology read = read(full());

        assertThat(read.zones().get(0))
                .returns(OptionalInt.of(5000), Topology.Zone::capacity)
                .returns(List.of(ZoneId.of("east-2"), ZoneId.of("west-1")), Topology.Zone::backups)
                .returns(Optional.of("blue"), Topology.Zone::group);
        assertThat(read.zones().get(2).elastic()).isTrue();
        assertThat(read.services().getFirst())
                .returns(Optional.of(ZoneId.of("east-1")), Topology.Service::withoutKey)
                .returns(
                        Optional.of(new Topology.Outlier(5, Duration.ofSeconds(10), Duration.ofSeconds(30), 50)),
                        Topology.Service::outlier)
                .returns(Optional.of(new Topology.CircuitBreaker(100, 200, 300, 4)), Topology.Service::circuitBreaker);
        assertThat(read.idNumber(RegionId.of("east"), "main")).hasValue(5 * 16);
        assertThat(read.idNumber(RegionId.of("west"), "main")).isEmpty();
        assertThat(read.tables().getFirst())
                .returns(true, Topology.Table::bulk)
                .returns(List.of("number", "account_email_key"), Topology.Table::safe);
        assertThat(read.residencies()).hasSize(11);
        assertThat(read.residencies().get(ShardId.of(100)))
                .isEqualTo(new Residency("0-9,100", List.of(RegionId.of("east"))));
        assertThat(read.limits().wavePause()).contains(Duration.ofMillis(1500));
        assertThat(read.limits().movesAtOnce()).contains(3);
        assertThat(read.safetyRules()).isEqualTo(new SafetyRules(Optional.of(1), true));
        assertThat(read.maintenanceWindows().getFirst().days()).containsExactly(DayOfWeek.MONDAY, DayOfWeek.SUNDAY);
    }

    @Test
    void whatHappensWhenARegionLooksLostIsRead() {
        Topology read = read(full());

        assertThat(read.regions().get(0).failover())
                .isEqualTo(new FailoverPolicy(
                        FailoverPolicy.Mode.AUTO, new LossBound(Optional.of(500L), Optional.of(1500L))));
        assertThat(read.regions().get(1).failover())
                .isEqualTo(new FailoverPolicy(FailoverPolicy.Mode.OFF, LossBound.NONE));
        assertThat(read.failover()).isEqualTo(new FailoverRules(Duration.ofSeconds(10), 1));
        assertThat(read(good()).failover()).isEqualTo(FailoverRules.DEFAULT);
        assertThat(read(good()).regions().getFirst().failover().mode()).isEqualTo(FailoverPolicy.Mode.RECOMMEND);
    }

    @Test
    void everythingThatADocumentMaySayIsWrittenAndReadAgain() {
        Topology read = read(full());

        assertThat(TopologyWriter.write(read)).isEqualTo(full());
        assertThat(read(TopologyWriter.write(read))).isEqualTo(read);
    }

    @Test
    void whatIsTheDefaultAnywayChangesNothing() {
        Map<String, Object> document = good();
        at(document, "regions", 0).put("failover", "recommend");
        at(document, "regions", 1).put("failover", object("mode", "recommend"));
        document.put("failover", object("window", "5s", "perHour", 2));
        at(document, "zones", 0).put("kind", "R");
        at(document, "zones", 0).put("elastic", false);
        at(document, "zones", 0).put("backups", List.of());
        at(document, "services", 0).put("kind", "R");
        at(document, "services", 0).put("unknownKey", "reject");
        at(document, "tables", 0).put("kind", "sharded");
        at(document, "tables", 0).put("bulk", false);
        at(document, "tables", 0).put("safe", List.of());
        document.put("limits", object());
        document.put("safetyRules", object("neverAllZonesOfCity", false));

        assertThat(read(document)).isEqualTo(read(good()));
    }

    /** Mondays and Sundays 22:00 to 04:00; 2026-01-05 is a Monday. */
    record Moment(String at, boolean open) {}

    static final List<Moment> MOMENTS = List.of(
            new Moment("2026-01-05T21:59:59Z", false),
            new Moment("2026-01-05T22:00:00Z", true),
            new Moment("2026-01-06T03:59:59Z", true),
            new Moment("2026-01-06T04:00:00Z", false),
            new Moment("2026-01-06T23:00:00Z", false),
            new Moment("2026-01-05T02:00:00Z", true),
            new Moment("2026-01-04T02:00:00Z", false));

    @ParameterizedTest
    @FieldSource("MOMENTS")
    void aWindowOverMidnightBelongsToTheDayOnWhichItBegins(Moment moment) {
        MaintenanceWindow window = read(full()).maintenanceWindows().getFirst();

        assertThat(window.open(Instant.parse(moment.at()))).isEqualTo(moment.open());
    }

    @Test
    void aWindowWithinADayEndsOnIt() {
        MaintenanceWindow window = read(full()).maintenanceWindows().get(1);

        assertThat(window.open(Instant.parse("2026-01-06T11:59:59Z"))).isTrue();
        assertThat(window.open(Instant.parse("2026-01-06T12:00:00Z"))).isFalse();
        assertThat(window.isFor(RegionId.of("west"))).isTrue();
        assertThat(window.isFor(RegionId.of("east"))).isFalse();
    }

    private static Topology read(Map<String, Object> document) {
        return ((TopologyReader.Reading.Read) TopologyReader.read(document)).topology();
    }

    private static Map<String, Object> outlier(Map<String, Object> document) {
        Map<String, Object> outlier =
                object("consecutive5xx", 5, "interval", "10s", "ejection", "30s", "maxEjectionPercent", 50);
        at(document, "services", 0).put("outlier", outlier);
        return outlier;
    }

    private static Map<String, Object> full() {
        Map<String, Object> document = new LinkedHashMap<>(good());
        at(document, "zones", 0).put("capacity", 5000);
        at(document, "zones", 0).put("backups", List.of("east-2", "west-1"));
        at(document, "zones", 0).put("group", "blue");
        at(document, "zones", 2).put("elastic", true);
        at(document, "services", 0).put("unknownKey", "zone:east-1");
        at(document, "regions", 0).put("number", 5);
        at(document, "regions", 0).put("failover", object("mode", "auto", "maxLoss", "500rows|1500ms"));
        at(document, "regions", 1).put("failover", object("mode", "off"));
        document.put("failover", object("window", "10s", "perHour", 1));
        at(document, "tables", 0).put("bulk", true);
        at(document, "tables", 0).put("safe", List.of("number", "account_email_key"));
        outlier(document);
        at(document, "services", 0)
                .put(
                        "circuitBreaker",
                        object(
                                "maxConnections", 100,
                                "maxPendingRequests", 200,
                                "maxRequests", 300,
                                "maxRetries", 4));
        document.put("residency", objects(object("shards", "0-9,100", "regions", List.of("east"))));
        document.put(
                "limits",
                object(
                        "wave",
                        64,
                        "wavePause",
                        "1500ms",
                        "lag",
                        "2s",
                        "lagRows",
                        1000,
                        "catchUp",
                        "1m",
                        "movesAtOnce",
                        3,
                        "rps",
                        4000));
        document.put("safetyRules", object("minRegionsWithCapacity", 1, "neverAllZonesOfCity", true));
        document.put(
                "maintenanceWindows",
                objects(
                        object("days", List.of("mon", "sun"), "from", "22:00", "to", "04:00"),
                        object("from", "09:30", "to", "12:00", "regions", List.of("west"))));
        return document;
    }

    @Test
    void aMultiWriterTableIsReadAndWrittenWithItsResolvers() {
        Map<String, Object> document = good();
        list(document, "tables")
                .add(object(
                        "name",
                        "a.b",
                        "shardingColumn",
                        "k",
                        "kind",
                        "multi-writer",
                        "resolver",
                        "column-wise",
                        "columns",
                        object("likes", "counter", "tags", "set", "title", "custom:longest")));

        Topology read = read(document);

        assertThat(read.tables().getLast())
                .isEqualTo(new Topology.Table(
                        "a",
                        "b",
                        "k",
                        "",
                        "column-wise",
                        new TreeMap<>(Map.of("likes", "counter", "tags", "set", "title", "custom:longest"))));
        assertThat(read(TopologyWriter.write(read))).isEqualTo(read);
        assertThat(TopologyWriter.write(read).get("tables")).isEqualTo(document.get("tables"));
    }

    @Test
    void aShardedTablesOrphansAreRejectedUnlessSaidOtherwise() {
        Map<String, Object> document = good();
        at(document, "tables", 1).put("orphans", "custom:by-amount");

        Topology read = read(document);

        assertThat(read.tables()).extracting(Topology.Table::orphans).containsExactly("reject", "custom:by-amount");
        assertThat(TopologyWriter.write(read).get("tables")).isEqualTo(document.get("tables"));
    }

    @Test
    void theLastWriterWinsAMultiWriterTableUnlessSaidOtherwise() {
        Map<String, Object> document = good();
        list(document, "tables").add(object("name", "a.b", "shardingColumn", "k", "kind", "multi-writer"));

        assertThat(read(document).tables().getLast().resolver()).isEqualTo("last-writer-wins");
    }

    private static Object writers(String key, Object value) {
        return object("name", "a.b", "kind", "multi-writer", "shardingColumn", "k", key, value);
    }
}
