package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.meridian.control.ControlPlane;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Tokens, roles, second persons and the audit at a real node. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class AccessIT {
    @Inject
    ControlPlane plane;

    private static RequestSpecification as(String token) {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification admin() {
        return as(SingleNode.TOKEN);
    }

    private static ValidatableResponse make(RequestSpecification who, String name, String... roles) {
        return who.body("{\"name\":\"" + name + "\",\"roles\":[\"" + String.join("\",\"", roles) + "\"]}")
                .post("/tokens")
                .then();
    }

    private static String token(String... roles) {
        String name = "t-" + UUID.randomUUID().toString().substring(0, 8);
        return make(admin(), name, roles).statusCode(201).extract().path("token");
    }

    /** The very first approver is made alone, by whichever test comes first. */
    private static String approver() {
        return make(as(SingleNode.BREAKGLASS).header("Meridian-Reason", "a%20test"), name(), "approver")
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static String name() {
        return "n-" + UUID.randomUUID().toString().substring(0, 8);
    }

    record Try(String role, String method, String path, int status) {
        @Override
        public String toString() {
            return role + ": " + method + " " + path + " " + status;
        }
    }

    static final List<Try> TRIES = List.of(
            new Try("viewer", "GET", "/shards", 200),
            new Try("viewer", "GET", "/audit", 200),
            new Try("viewer", "POST", "/runs/mv-9/cancel", 403),
            new Try("viewer", "POST", "/tokens", 403),
            new Try("viewer", "DELETE", "/tokens/x", 403),
            new Try("viewer", "DELETE", "/tokens/x?dryRun=true", 403),
            new Try("viewer", "POST", "/approvals/ap-0/approve", 403),
            new Try("planner", "DELETE", "/tokens/x?dryRun=true", 404),
            new Try("planner", "DELETE", "/tokens/x", 403),
            new Try("planner", "DELETE", "/tokens/x?dryRun=true&dryRun=false", 403),
            new Try("planner", "DELETE", "/tokens/x?dryRun=false&dryRun=true", 403),
            new Try("operator", "POST", "/runs/mv-9/cancel", 404),
            new Try("operator", "POST", "/approvals/ap-0/approve", 403));

    @ParameterizedTest
    @FieldSource("TRIES")
    void aRoleOpensWhatItIsForAndNothingElse(Try one) {
        ValidatableResponse answer = as(token(one.role()))
                .body("{}")
                .request(one.method(), one.path())
                .then();

        answer.statusCode(one.status());
        if (one.status() == 403) {
            answer.contentType("application/problem+json")
                    .body("type", equalTo("urn:meridian:problem:forbidden"))
                    .body("detail", containsString("has " + one.role()))
                    .body("detail", containsString("takes the role "));
        }
    }

    @Test
    void whoeverAsksIsToldWhatTheirTokenIsGoodFor() {
        as(token("operator"))
                .get("/whoami")
                .then()
                .statusCode(200)
                .body("name", startsWith("t-"))
                .body("roles", equalTo(List.of("operator")))
                .body("may", equalTo(List.of("viewer", "planner", "operator")));
        as(token("viewer")).get("/whoami").then().statusCode(200).body("may", equalTo(List.of("viewer")));
    }

    @Test
    void aTokenIsToldOnceKeptAsAHashAndGoneWhenRevoked() {
        String name = name();
        String token = make(admin(), name, "viewer").statusCode(201).extract().path("token");

        as(token).get("/shards").then().statusCode(200);
        String listed = admin().get("/tokens").then().statusCode(200).extract().asString();
        assertThat(listed).contains("\"" + name + "\"").doesNotContain(token);
        assertThat(plane.node().applied().current().toString()).doesNotContain(token);

        admin().delete("/tokens/" + name).then().statusCode(200).body("name", equalTo(name));
        admin().get("/tokens/" + name).then().statusCode(404);
        admin().get("/tokens?limit=200").then().body("tokens.name", not(hasItem(name)));

        as(token).get("/shards").then().statusCode(401).body("detail", containsString("revoked"));
    }

    @Test
    void theSameKeyMakesNoSecondTokenAndSaysWhy() {
        String key = UUID.randomUUID().toString();
        make(admin().header("Idempotency-Key", key), "same-key", "viewer").statusCode(201);

        make(admin().header("Idempotency-Key", key), "same-key", "viewer")
                .statusCode(422)
                .body("detail", containsString("told once"));
    }

    @Test
    void whatTakesTwoIsDoneWhenTheSecondOneAgrees() {
        String second = approver();
        String name = name();
        JsonPath waiting = make(admin().header("Meridian-Reason", "k%C3%B6nnte"), name, "approver")
                .statusCode(202)
                .header("Location", containsString("/api/v1/approvals/ap-"))
                .extract()
                .jsonPath();
        String id = waiting.getString("approval");
        String made = waiting.getString("token");

        as(made).get("/shards").then().statusCode(401);
        admin().post("/approvals/" + id + "/approve")
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:meridian:problem:second-person-needed"));
        admin().get("/approvals?waiting=true").then().body("approvals.id", hasItem(id));
        as(second)
                .post("/approvals/" + id + "/approve?dryRun=true")
                .then()
                .statusCode(200)
                .body("state", equalTo("APPROVED"));
        admin().get("/approvals/" + id).then().body("state", equalTo("WAITING")).body("reason", equalTo("könnte"));
        as(second).post("/approvals/" + id + "/approve").then().statusCode(200).body("subject", equalTo(name));

        as(made).get("/shards").then().statusCode(200);
        as(second).post("/approvals/" + id + "/approve").then().statusCode(409);
    }

    @Test
    void theGlassIsBrokenWithAReasonOnlyAndTheAuditRings() {
        approver();
        String name = name();

        make(as(SingleNode.BREAKGLASS), name, "approver")
                .statusCode(400)
                .body("type", equalTo("urn:meridian:problem:reason-missing"));
        make(as(SingleNode.BREAKGLASS).header("Meridian-Reason", "fire"), name, "approver")
                .statusCode(201);

        JsonPath rung =
                admin().get("/audit?alarm=true&limit=1").then().extract().jsonPath();
        assertThat(rung.getString("entries[0].who")).isEqualTo("breakglass");
        assertThat(rung.getString("entries[0].why")).isEqualTo("fire");
        assertThat(rung.getString("entries[0].what")).startsWith("create token " + name);
        given().get("/q/metrics").then().body(containsString("meridian_control_breakglass_total"));
    }

    @Test
    void theAuditIsReadInPagesThatMakeOneChain() {
        for (int i = 0; i < 7; i++) {
            token("viewer");
        }
        var lines = new ArrayList<String>();
        var hashes = new ArrayList<String>();
        String cursor = "0";
        while (cursor != null) {
            JsonPath page = admin().get("/audit?order=oldest&limit=3&cursor=" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            assertThat(page.getList("missing")).isEmpty();
            lines.addAll(page.getList("entries.previous", String.class));
            hashes.addAll(page.getList("entries.hash", String.class));
            cursor = page.getString("next");
        }

        assertThat(lines.subList(1, lines.size())).isEqualTo(hashes.subList(0, hashes.size() - 1));
        assertThat(hashes.getLast()).isEqualTo(admin().get("/audit?limit=1").path("head"));
    }

    @Test
    void badPagesAreRefused() {
        for (String query : List.of("limit=0", "limit=x", "cursor=x", "order=up", "from=yesterday")) {
            admin().get("/audit?" + query).then().statusCode(400).contentType("application/problem+json");
        }
    }
}
