package io.meridian.control.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.meridian.control.Await;
import io.meridian.control.FreePort;
import io.meridian.control.rest.SingleNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A real node and a real Keycloak: first there is none, then it comes up, then it is gone. The tests are one after the other since Keycloak's start
 * is what takes long.
 */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
@QuarkusTestResource(value = OidcIT.Provider.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OidcIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TOPOLOGY = """
            name: test
            shards: 64
            regions: [{name: east, city: alpha}, {name: west, city: beta}]
            storeGroups: [{name: main, partitions: 4}]
            zones:
              - {name: east-1, region: east, weight: 1, endpoints: ["127.0.0.1:1"]}
              - {name: west-1, region: west, weight: 1, endpoints: ["127.0.0.1:2"]}
            services: [{name: ledger, keys: ["header:x-user-key"]}]
            tables: [{name: public.account, shardingColumn: user_key, storeGroup: main}]
            gateways: [{from: east, to: west, address: "127.0.0.1:3"}, {from: west, to: east, address: "127.0.0.1:4"}]
            """;

    /** The class that names the provider to the node is loaded by another loader than the tests. */
    private static final String PORT = "meridian.test.keycloak-port";

    private static @Nullable Keycloak keycloak;

    /** Names the provider to the node; nobody is there yet. */
    public static final class Provider implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            System.setProperty(PORT, "" + FreePort.any());
            return Map.of(
                    "meridian.oidc.issuer", Keycloak.issuer(port()),
                    "meridian.oidc.roles-claim", "realm_access/roles",
                    "meridian.oidc.required-claims.typ", "Bearer");
        }

        @Override
        public void stop() {}
    }

    @AfterAll
    static void stop() throws Exception {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private static RequestSpecification as(String token) {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification person(String user) {
        return as(token("console", user));
    }

    private static String token(String client, String user) {
        return keycloak().token(client, user);
    }

    private static Keycloak keycloak() {
        return java.util.Objects.requireNonNull(keycloak);
    }

    private static void refused(ValidatableResponse answer, String why) {
        answer.statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", equalTo("Bearer"))
                .body("type", equalTo("urn:meridian:problem:unauthenticated"))
                .body("detail", containsString(why));
    }

    @Test
    @Order(1)
    void withoutTheProviderTheNodeIsUpAndLocalTokensWork() {
        as(SingleNode.TOKEN).get("/shards").then().statusCode(200);
        refused(as("nobody-knows-this-token").get("/shards").then(), "is wrong, was revoked, or has expired");

        as("eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJ4In0.c2ln")
                .get("/shards")
                .then()
                .statusCode(503)
                .body("detail", containsString("has not told this node its keys yet"));
    }

    @Test
    @Order(2)
    void theProviderThatComesUpLaterIsFoundWithoutARestart() throws Exception {
        keycloak = Keycloak.start(port());

        person("vera").get("/shards").then().statusCode(200);
    }

    record Try(String user, String method, String path, int status) {
        @Override
        public String toString() {
            return user + ": " + method + " " + path + " " + status;
        }
    }

    static final List<Try> TRIES = List.of(
            new Try("vera", "GET", "/regions", 200),
            new Try("vera", "POST", "/runs/mv-9/cancel", 403),
            new Try("vera", "PUT", "/brake", 403),
            new Try("otto", "POST", "/runs/mv-9/cancel", 404),
            new Try("anna", "POST", "/runs/mv-9/cancel", 403),
            new Try("anna", "POST", "/approvals/ap-0/approve", 404),
            new Try("bert", "GET", "/regions", 403));

    @ParameterizedTest
    @FieldSource("TRIES")
    @Order(3)
    void rolesComeFromTheTokenAndBreakglassDoesNot(Try one) {
        person(one.user()).body("{}").request(one.method(), one.path()).then().statusCode(one.status());
    }

    @Test
    @Order(3)
    void theAuditHasThePersonBehindTheName() {
        person("otto").body("{\"reason\":\"a test\"}").put("/brake").then().statusCode(200);
        person("otto").delete("/brake").then().statusCode(200);

        JsonPath audit = as(SingleNode.TOKEN).get("/audit?limit=1").jsonPath();
        assertThat(audit.getString("entries[0].who"))
                .isEqualTo("oidc:otto " + Keycloak.issuer(port()) + "#a11ce000-0000-4000-8000-000000000002");
        assertThat(audit.getList("entries[0].roles")).isEqualTo(List.of("approver", "operator"));
    }

    private static int port() {
        return Integer.parseInt(System.getProperty(PORT, "0"));
    }

    @Test
    @Order(3)
    void anEditOfSafetyRulesTakesTwoPeopleWhomTheProviderTellsApart() {
        person("otto").body(TOPOLOGY).put("/topology").then().statusCode(200);
        String id = person("otto")
                .header("Meridian-Reason", "be careful")
                .body(TOPOLOGY + "safetyRules: {minRegionsWithCapacity: 1, neverAllZonesOfCity: true}\n")
                .put("/topology")
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        person("otto")
                .post("/approvals/" + id + "/approve")
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:meridian:problem:second-person-needed"));
        person("anna").post("/approvals/" + id + "/approve").then().statusCode(200);

        person("vera").get("/topology").then().body(containsString("minRegionsWithCapacity"));
    }

    @Test
    @Order(3)
    void aTokenForAnotherAudienceOrWithAnotherSignatureIsRefused() {
        String good = token("console", "otto");
        int end = good.lastIndexOf('.') + 1;
        String forged = good.substring(0, end) + new StringBuilder(good.substring(end)).reverse();

        refused(as(token("elsewhere", "otto")).get("/shards").then(), "not for the audience 'meridian'");
        refused(as(forged).get("/shards").then(), "signature is not the identity provider's");
        refused(as(keycloak().foreignToken()).get("/shards").then(), "a key that the identity provider does not have");
        refused(
                as("eyJhbGciOiJub25lIn0." + good.substring(good.indexOf('.') + 1, end))
                        .get("/shards")
                        .then(),
                "the token is not accepted");
    }

    @Test
    @Order(3)
    void aTokenIsRefusedOnceItHasExpired() throws Exception {
        String brief = token("short", "otto");

        ValidatableResponse last = Await.until(
                SOON,
                () -> as(brief).get("/shards").then(),
                answer -> answer.extract().statusCode() != 200);

        refused(last, "it has expired");
    }

    @Test
    @Order(4)
    void whenTheProviderIsGoneLocalTokensAndTheBrokenGlassGoOnAndSoDoItsOwn() throws Exception {
        String otto = token("console", "otto");
        keycloak().close();

        as(SingleNode.TOKEN).get("/shards").then().statusCode(200);
        as(SingleNode.BREAKGLASS)
                .header("Meridian-Reason", "the provider is down")
                .body("{\"reason\":\"fire\"}")
                .put("/brake")
                .then()
                .statusCode(200);
        assertThat(as(SingleNode.TOKEN)
                        .get("/audit?alarm=true&limit=1")
                        .jsonPath()
                        .getString("entries[0].who"))
                .isEqualTo("breakglass");
        as(otto).delete("/brake").then().statusCode(200);
    }
}
