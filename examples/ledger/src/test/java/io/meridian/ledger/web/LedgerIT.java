package io.meridian.ledger.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.ledger.Caller;
import io.meridian.ledger.LedgerStore;
import io.meridian.ledger.books.Books;
import io.meridian.ledger.books.Branches;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The ledger on a real store, in both protocols. */
class LedgerIT {
    static final List<HttpVersion> PROTOCOLS = List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);

    private static LedgerStore store;
    private static HikariDataSource sessions;
    private static Vertx vertx;
    private static ZoneServers servers;

    @BeforeAll
    static void start() throws Exception {
        store = LedgerStore.start();
        sessions = store.sessions(store.server().port());
        vertx = Vertx.vertx();
        Map<String, InetSocketAddress> zones = new LinkedHashMap<>();
        zones.put("east-1", new InetSocketAddress("127.0.0.1", 0));
        zones.put("east-2", new InetSocketAddress("127.0.0.1", 0));
        servers = ZoneServers.listen(vertx, zones, Branches.one(new Books(sessions, "")));
    }

    @AfterAll
    static void stop() {
        servers.close();
        vertx.close();
        sessions.close();
        store.close();
    }

    private static Caller caller(HttpVersion protocol) {
        return new Caller(vertx, protocol, servers.ports().getFirst());
    }

    private static String user(String prefix) {
        return prefix + UUID.randomUUID();
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void aTransferMovesMoneyBetweenTwoAccountsOfAUser(HttpVersion protocol) throws Exception {
        String user = user("alice ünïcode ");
        var caller = caller(protocol);
        assertThat(caller.open(user, "main", 100).status()).isEqualTo(201);
        assertThat(caller.open(user, "saved", 0).status()).isEqualTo(201);

        var made = caller.transfer(user, "r-1", "main", "saved", 30);

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().toString()).isEqualTo("""
                        {"request":"r-1","from":"main","to":"saved","amount":30,"fromNumber":1,"toNumber":1}""");
        assertThat(caller.get(user, "/accounts").body().toString()).isEqualTo("""
                {"accounts":[{"name":"main","openedWith":100,"balance":70,"entries":1},\
                {"name":"saved","openedWith":0,"balance":30,"entries":1}]}""");
        assertThat(caller.get(user, "/requests/r-1").body()).isEqualTo(made.body());
        assertThat(caller.get(user, "/entries").body().path("entries").toString())
                .isEqualTo("""
                [{"account":"main","number":1,"request":"r-1","amount":-30,"balance":70},\
                {"account":"saved","number":1,"request":"r-1","amount":30,"balance":30}]""");
        assertThat(caller.get(user, "/entries?account=saved").body().path("entries"))
                .hasSize(1);
        assertThat(store.number("select count(*) from account where user_key = '" + user + "'"))
                .as("the user key is stored as the edge hashes it: as UTF-8")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void aRepeatOfARequestGetsTheSameAnswerAndHasNoEffect(HttpVersion protocol) throws Exception {
        String user = user("bob-");
        var caller = caller(protocol);
        caller.open(user, "main", 100);
        caller.open(user, "saved", 0);
        var first = caller.transfer(user, "r-1", "main", "saved", 60);

        var repeated = caller.transfer(user, "r-1", "main", "saved", 60);

        assertThat(repeated).isEqualTo(first);
        assertThat(caller.get(user, "/accounts")
                        .body()
                        .at("/accounts/0/balance")
                        .asLong())
                .isEqualTo(40);
        var other = caller.transfer(user, "r-1", "main", "saved", 61);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.contentType()).isEqualTo("application/problem+json");
        assertThat(other.body().path("type").asText()).isEqualTo("urn:ledger:problem:request-used-otherwise");
        assertThat(caller.open(user, "main", 100).status()).isEqualTo(200);
        assertThat(caller.open(user, "main", 101).status()).isEqualTo(409);
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void concurrentTransfersKeepSumsAndConcurrentRepeatsHaveOneEffect(HttpVersion protocol) throws Exception {
        String user = user("carol-");
        var caller = caller(protocol);
        caller.open(user, "main", 1000);
        caller.open(user, "saved", 1000);
        List<Callable<Caller.Reply>> calls = new ArrayList<>();
        for (int each = 0; each < 40; each++) {
            String request = "r-" + each / 2;
            boolean back = each / 2 % 2 == 0;
            calls.add(() -> caller.transfer(user, request, back ? "saved" : "main", back ? "main" : "saved", 7));
        }

        List<Future<Caller.Reply>> replies;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            replies = threads.invokeAll(calls);
        }

        for (int each = 0; each < 40; each += 2) {
            assertThat(replies.get(each).get().status()).isEqualTo(201);
            assertThat(replies.get(each + 1).get()).isEqualTo(replies.get(each).get());
        }
        var books = caller.get(user, "/entries").body();
        assertThat(books.path("entries")).hasSize(40);
        assertThat(books.path("transfers")).hasSize(20);
        assertThat(books.at("/accounts/0/balance").asLong()
                        + books.at("/accounts/1/balance").asLong())
                .isEqualTo(2000);
        assertThat(store.number("select sum(amount) from entry where user_key = '" + user + "'"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "MR001, 421",
        "MR002, 421",
        "MR003, 421",
        "40001, 421",
        "40P01, 421",
        "MR004, 500",
        "MR005, 500",
        "22012, 500",
        "57014, 503"
    })
    void whatTheDatabaseRefusesIsAnsweredByTheContract(String state, int status) throws Exception {
        for (HttpVersion protocol : PROTOCOLS) {
            String user = user(state + "-");

            var reply = caller(protocol).transfer(user, "r-1", "main", "saved", 1);

            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.fence()).isEqualTo(status == 421 ? "1" : "null");
            assertThat(reply.contentType()).isEqualTo("application/problem+json");
            assertThat(store.number("select count(*) from transfer where user_key = '" + user + "'"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 201", "4, 421"})
    void whatCouldNotBeSerializedIsTriedThreeTimesMoreInPlace(int refusals, int status) throws Exception {
        store.asOwner("alter sequence attempts restart");

        var reply = caller(HttpVersion.HTTP_2).open(user("40001x" + refusals + "-"), "main", 5);

        assertThat(reply.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void aReadAsksFirstWhetherThisStoreOwnsTheUser(HttpVersion protocol) throws Exception {
        store.asOwner("""
                create or replace function public.check_owner(key text) returns void language plpgsql as $$
                begin
                    if key like 'elsewhere%' then raise exception using errcode = 'MR001'; end if;
                end $$""");
        var zone = Map.of("east-1", new InetSocketAddress("127.0.0.1", 0));
        try (var checked =
                ZoneServers.listen(vertx, zone, Branches.one(new Books(sessions, "select public.check_owner(?)")))) {
            var caller = new Caller(vertx, protocol, checked.ports().getFirst());

            for (String path : List.of("/accounts", "/entries", "/requests/r-1")) {
                assertThat(caller.get("elsewhere", path).status()).isEqualTo(421);
                assertThat(caller.get("elsewhere", path).fence()).isEqualTo("1");
            }
            assertThat(caller.get("here", "/requests/r-1").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":0}             | 400 | /amount
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":1.5}           | 400 | /amount
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":1000000000001} | 400 | /amount
            POST | /transfers  | {"request":"r","from":"a","to":"a","amount":1}             | 400 | /to
            POST | /transfers  | {"request":"","from":"a","to":"b","amount":1}              | 400 | /request
            POST | /transfers  | {"from":"a","to":"b","amount":1}                           | 400 | /request
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":1,"memo":"x"}  | 400 | /memo
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":1              | 400 | not JSON
            POST | /transfers  | []                                                         | 400 | JSON object
            POST | /transfers  | {"request":"r","from":"none","to":"b","amount":1}          | 404 | no account 'none'
            POST | /transfers  | {"request":"r","from":"a","to":"b","amount":11}            | 409 | holds 10, less than 11
            PUT  | /accounts/! | {"amount":1}                                               | 400 | /accounts/{name}
            PUT  | /accounts/x | {"amount":-1}                                              | 400 | /amount
            GET  | /requests/r |                                                            | 404 | not executed
            GET  | /nothing    |                                                            | 404 | /nothing
            """)
    void whatIsWrongIsNamed(String method, String path, String body, int status, String named) throws Exception {
        var caller = caller(HttpVersion.HTTP_2);
        caller.open("dave", "a", 10);
        caller.open("dave", "b", 10);

        var reply = caller.send(method, "dave", path, body == null ? "" : body);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.contentType()).isEqualTo("application/problem+json");
        assertThat(reply.body().path("detail").asText()).contains(named);
        assertThat(caller.get("dave", "/entries").body().path("entries")).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void aBodyThatIsTooLongIsReadToItsEndAndRefused(HttpVersion protocol) throws Exception {
        assertThat(caller(protocol)
                        .send("POST", "eve", "/transfers", "x".repeat(1_000_000))
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void aUserMustBeNamed(HttpVersion protocol) throws Exception {
        assertThat(caller(protocol).get("", "/accounts").status()).isEqualTo(400);
        assertThat(caller(protocol).get("x".repeat(257), "/accounts").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @FieldSource("PROTOCOLS")
    void eachZoneHasItsOwnPort(HttpVersion protocol) throws Exception {
        for (int zone = 0; zone < 2; zone++) {
            var health = new Caller(vertx, protocol, servers.ports().get(zone)).get("", "/health");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.zone()).isEqualTo("east-" + (zone + 1));
        }
    }
}
