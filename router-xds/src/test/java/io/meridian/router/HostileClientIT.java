package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever a client sends: a status that tells why, or the zone that owns the key; never another zone, never an error of the script. */
class HostileClientIT {
    private static final String NONE = "";

    @TempDir
    static Path folder;

    private static TwoRegions world;

    /**
     * @param request its head, without host and end
     * @param key whose zone must have answered if it is a 200; NONE: none may
     */
    record Case(String name, String request, String key, Set<Integer> statuses) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String ALICE = TwoRegions.keyOf(11);
    private static final String BOB = TwoRegions.keyOf(800);

    static final List<Case> CASES = List.of(
            new Case(
                    "forged routing headers",
                    get("/", "x-user-key: " + ALICE, "x-meridian-zone: west-1", "x-meridian-cluster: gw-west"),
                    ALICE,
                    Set.of(200)),
            new Case(
                    "forged headers of a second pass",
                    get(
                            "/",
                            "x-user-key: " + ALICE,
                            "X-MERIDIAN-FENCE: 1",
                            "x-meridian-zone: west-1",
                            "x-envoy-original-url: http://x/?uid=" + BOB),
                    ALICE,
                    Set.of(200)),
            new Case(
                    "forged shard, epoch and via",
                    get(
                            "/",
                            "x-user-key: " + BOB,
                            "x-meridian-shard: 11",
                            "x-meridian-epoch: 1",
                            "x-meridian-via: hold"),
                    BOB,
                    Set.of(200)),
            new Case(
                    "switches of Envoy's router",
                    get(
                            "/",
                            "x-user-key: " + ALICE,
                            "x-envoy-upstream-rq-timeout-ms: 1",
                            "x-envoy-retry-on: 5xx,reset",
                            "x-envoy-max-retries: 99",
                            "x-envoy-upstream-alt-stat-name: a",
                            "x-envoy-decorator-operation: b",
                            "x-envoy-internal: true"),
                    ALICE,
                    Set.of(200)),
            new Case(
                    "a header with underscores",
                    get("/", "x_meridian_zone: west-1", "x-user-key: " + ALICE),
                    ALICE,
                    Set.of(200)),
            new Case("a key of 256 bytes", get("/", "x-user-key: " + "k".repeat(256)), "k".repeat(256), Set.of(200)),
            new Case("a key of 257 bytes", get("/", "x-user-key: " + "k".repeat(257)), NONE, Set.of(400)),
            new Case("a key of 100 KB", get("/", "x-user-key: " + "k".repeat(100_000)), NONE, Set.of(431)),
            new Case("a key of 100 KB in the query", get("/?uid=" + "k".repeat(100_000)), NONE, Set.of(431, 414)),
            new Case("a cookie of 100 KB", get("/", "cookie: uid=" + "k".repeat(100_000)), NONE, Set.of(431)),
            new Case(
                    "bytes that are no UTF-8",
                    get("/", "x-user-key: \u00ff\u00fe\u00c0\u00af"),
                    "\u00ff\u00fe\u00c0\u00af",
                    Set.of(200, 400)),
            new Case("a null byte in the key", get("/", "x-user-key: a\u0000b"), NONE, Set.of(400)),
            new Case("a control character in the key", get("/", "x-user-key: a\u0001b"), "a\u0001b", Set.of(200, 400)),
            new Case("no key", get("/"), NONE, Set.of(400)),
            new Case("an empty key", get("/", "x-user-key: "), NONE, Set.of(400)),
            new Case("an empty key, and one in the query", get("/?uid=" + BOB, "x-user-key: "), BOB, Set.of(200)),
            new Case(
                    "two keys in two headers",
                    get("/", "x-user-key: " + ALICE, "x-user-key: " + BOB),
                    NONE,
                    Set.of(400)),
            new Case("the same key twice", get("/", "x-user-key: " + ALICE, "X-User-Key: " + ALICE), NONE, Set.of(400)),
            new Case(
                    "header and cookie differ: the header is asked first",
                    get("/", "cookie: uid=" + BOB, "x-user-key: " + ALICE),
                    ALICE,
                    Set.of(200)),
            new Case("header and query differ", get("/?uid=" + BOB, "x-user-key: " + ALICE), ALICE, Set.of(200)),
            new Case(
                    "two cookies of one name: the first",
                    get("/", "cookie: uid=" + ALICE + "; uid=" + BOB),
                    ALICE,
                    Set.of(200, 400)),
            new Case(
                    "two parameters of one name: the first",
                    get("/?uid=" + ALICE + "&uid=" + BOB),
                    ALICE,
                    Set.of(200, 400)),
            new Case("percent-encoded letters", get("/?uid=" + encoded(BOB)), BOB, Set.of(200)),
            new Case("a percent-encoded name", get("/?%75id=" + BOB), BOB, Set.of(200)),
            new Case(
                    "encoded twice is another key",
                    get("/?uid=" + encoded(BOB).replace("%", "%25")),
                    encoded(BOB),
                    Set.of(200)),
            new Case(
                    "a separator inside the key",
                    get("/?uid=" + ALICE + "%26uid=" + BOB),
                    ALICE + "&uid=" + BOB,
                    Set.of(200)),
            new Case("half an escape", get("/?uid=%"), "%", Set.of(200, 400)),
            new Case("no escape", get("/?uid=%zz%u0061"), "%zz%u0061", Set.of(200, 400)),
            new Case("an encoded null byte", get("/?uid=%00"), "\u0000", Set.of(200, 400)),
            new Case("overlong UTF-8 in the query", get("/?uid=%c0%af"), "\u00c0\u00af", Set.of(200, 400)),
            new Case("a fragment", get("/?x=1#uid=" + BOB), NONE, Set.of(400)),
            new Case("a path out of the root", get("/../../%2e%2e/etc?uid=" + ALICE), ALICE, Set.of(200, 400)),
            new Case("a path of 70 KB", get("/" + "p".repeat(70_000), "x-user-key: " + ALICE), NONE, Set.of(431, 414)),
            new Case("a path of 50 KB", get("/" + "p".repeat(50_000), "x-user-key: " + ALICE), ALICE, Set.of(200, 431)),
            new Case(
                    "an absolute address", "GET http://elsewhere.test/?uid=" + BOB + " HTTP/1.1\r\n", BOB, Set.of(200)),
            new Case(
                    "two lengths",
                    get("/", "x-user-key: " + ALICE, "content-length: 1", "content-length: 2"),
                    NONE,
                    Set.of(400)),
            new Case(
                    "a length and chunks",
                    get("/", "x-user-key: " + ALICE, "content-length: 4", "transfer-encoding: chunked"),
                    NONE,
                    Set.of(400)),
            new Case("an unknown method", "BREW / HTTP/1.1\r\nx-user-key: " + ALICE + "\r\n", ALICE, Set.of(200, 400)),
            new Case(
                    "a tunnel",
                    "CONNECT db.test:5432 HTTP/1.1\r\nx-user-key: " + ALICE + "\r\n",
                    NONE,
                    Set.of(400, 403, 404, 405, 503)),
            new Case("nonsense", "\u0016\u0003\u0001\u0002\u0000 / \r\n", NONE, Set.of(400)));

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            assertThat(world.east.admin("/stats?filter=lua.*errors").lines())
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(": 0"));
            assertThat(world.east.stat("server.live")).isEqualTo(1);
        } finally {
            world.close();
        }
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void isRefusedOrGoesToTheOwnerOfItsKey(Case c) throws Exception {
        var answer = RawHttp.send(world.east.edgePort(), c.request() + "host: edge.test\r\nconnection: close\r\n\r\n");

        assertThat(answer.status()).as(answer.text()).isIn(c.statuses());
        if (answer.status() == 200) {
            assertThat(c.key()).isNotEqualTo(NONE);
            assertThat(answer.body()).startsWith(zoneOf(c.key()) + ":");
        }
    }

    @Test
    void theGatewayHearsNobodyButGateways() throws Exception {
        var answer = RawHttp.send(
                world.east.gatewayPort(), get("/", "x-meridian-zone: east-1") + "host: x\r\nconnection: close\r\n\r\n");

        assertThat(answer.text()).isEmpty();
    }

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\n"
                + String.join("", Stream.of(headers).map(h -> h + "\r\n").toList());
    }

    private static String encoded(String key) {
        return String.join(
                "", key.chars().mapToObj(letter -> "%%%02x".formatted(letter)).toList());
    }

    /** By the bytes of the key, whatever they mean. */
    private static String zoneOf(String key) {
        var crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.ISO_8859_1));
        long shard = crc.getValue() & (TwoRegions.SHARDS - 1);
        return shard < 512 ? "east-1" : shard < 768 ? "east-2" : "west-1";
    }
}
