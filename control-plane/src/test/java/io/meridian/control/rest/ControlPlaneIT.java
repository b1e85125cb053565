package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.meridian.control.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A node that is its own quorum tells of itself, and refuses what would leave it without one. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class ControlPlaneIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static RequestSpecification api() {
        return given().basePath("/api/v1/control-plane").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath show() {
        return api().get().then().statusCode(200).extract().jsonPath();
    }

    @Test
    void aNodeTellsWhoVotesAndHowFarEachIs() throws Exception {
        JsonPath shown = Await.until(
                SOON, ControlPlaneIT::show, document -> "LEADER".equals(document.getString("voters[0].role")));

        assertThat(shown.getString("node")).isEqualTo("east");
        assertThat(shown.getString("state")).isEqualTo("RUNNING");
        assertThat(shown.getString("leader")).isEqualTo("east");
        assertThat(shown.getInt("logicVersion")).isEqualTo(1);
        assertThat(shown.getList("voters")).hasSize(1);
        assertThat(shown.getInt("voters[0].lag")).isZero();
        assertThat(shown.getInt("voters[0].supports")).isEqualTo(1);
        assertThat(shown.getLong("voters[0].applied")).isPositive();
    }

    record Refusal(String method, String path, String body, int status, String detail) {}

    static final List<Refusal> REFUSALS = List.of(
            new Refusal("POST", "/voters", "{}", 400, "a voter is"),
            new Refusal("POST", "/voters", "{\"id\":\"b\",\"address\":\"x:1\",\"more\":1}", 400, "more is not known"),
            new Refusal("POST", "/voters", "{\"id\":\"B!\",\"address\":\"x:1\"}", 400, "no name for a voter"),
            new Refusal(
                    "POST", "/voters", "{\"id\":\"b\",\"address\":\"x:1\",\"replaces\":\"c\"}", 404, "'c' is no voter"),
            new Refusal("DELETE", "/voters/east", "", 409, "leads"),
            new Refusal("DELETE", "/voters/c", "", 404, "'c' is no voter"),
            new Refusal("POST", "/leader", "{\"id\":\"c\"}", 404, "'c' is no voter"),
            new Refusal("POST", "/logic-version", "{\"version\":\"2\"}", 400, "a logic version is"),
            new Refusal("POST", "/logic-version", "{\"version\":2}", 409, "upgrade them first"));

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void whatCannotBeIsRefusedWithItsReason(Refusal refusal) throws Exception {
        Await.until(SOON, ControlPlaneIT::show, document -> document.getString("leader") != null);

        for (String query : List.of("?dryRun=true", "")) {
            api().body(refusal.body())
                    .request(refusal.method(), refusal.path() + query)
                    .then()
                    .statusCode(refusal.status())
                    .body("detail", containsString(refusal.detail()));
        }
    }

    @Test
    void aDryRunTellsWhoWouldVoteAndChangesNothing() throws Exception {
        Await.until(SOON, ControlPlaneIT::show, document -> document.getString("leader") != null);

        api().body("{\"id\":\"b\",\"address\":\"127.0.0.1:9\"}")
                .post("/voters?dryRun=true")
                .then()
                .statusCode(200)
                .body("voters", equalTo(List.of("b", "east")));

        assertThat(show().getList("voters.id")).isEqualTo(List.of("east"));
    }

    @Test
    void theLogicVersionThatIsInForceIsSoAlready() throws Exception {
        Await.until(SOON, ControlPlaneIT::show, document -> document.getString("leader") != null);

        api().body("{\"version\":1}")
                .post("/logic-version")
                .then()
                .statusCode(200)
                .body("logicVersion", equalTo(1))
                .body("changes[0]", containsString("already"));
    }

    @Test
    void aBackupIsGivenAndOneThatWasAlteredIsRefused() throws Exception {
        Await.until(SOON, ControlPlaneIT::show, document -> document.getString("leader") != null);
        RequestSpecification root = given().header("Authorization", "Bearer " + SingleNode.TOKEN);

        byte[] backup =
                root.get("/api/v1/backup").then().statusCode(200).extract().asByteArray();

        assertThat(new String(backup, java.nio.charset.StandardCharsets.UTF_8)).startsWith("{\"meridianBackup\":1,");
        backup[backup.length - 3]++;
        given().header("Authorization", "Bearer " + SingleNode.TOKEN)
                .contentType("application/octet-stream")
                .body(backup)
                .post("/api/v1/restore")
                .then()
                .statusCode(400)
                .body("detail", containsString("altered"));
        given().header("Authorization", "Bearer " + SingleNode.TOKEN)
                .get("/api/v1/restore")
                .then()
                .statusCode(200)
                .body("awaited.size()", equalTo(0));
    }
}
