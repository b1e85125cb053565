package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every request has in common: parameters, keys, methods, pages. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class RequestFormIT {
    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static boolean braked() {
        return api().get("/brake").then().statusCode(200).extract().path("on");
    }

    static final List<String> NO_DRY_RUNS =
            List.of("dryrun=true", "dry-run=true", "dryRun=yes", "dryRun=", "dryRun", "dryRun=true&dryRun=true");

    @ParameterizedTest
    @FieldSource("NO_DRY_RUNS")
    void aMisspelledDryRunIsRefusedAndChangesNothing(String query) {
        api().body("{\"reason\":\"a test\"}")
                .urlEncodingEnabled(false)
                .put("/brake?" + query)
                .then()
                .statusCode(400)
                .body("type", equalTo("urn:meridian:problem:invalid-argument"));

        assertThat(braked()).isFalse();
    }

    static final List<String> NO_KEYS = List.of("", "two words", "k".repeat(129), "caf\u00e9");

    @ParameterizedTest
    @FieldSource("NO_KEYS")
    void aKeyThatIsNoneIsRefusedAndChangesNothing(String key) {
        api().header("Idempotency-Key", key)
                .body("{\"reason\":\"a test\"}")
                .put("/brake")
                .then()
                .statusCode(400)
                .body("type", equalTo("urn:meridian:problem:invalid-argument"));

        assertThat(braked()).isFalse();
    }

    @Test
    void whatAPathAllowsIsSaidWhereItIsAskedAndWhereSomethingElseIsTried() {
        api().options("/runs/mv-1/cancel").then().statusCode(200).header("Allow", "OPTIONS, POST");
        api().delete("/runs").then().statusCode(405).header("Allow", "GET, HEAD, OPTIONS");
    }

    @Test
    void aListIsReadInPagesThatHaveEveryItemOnce() {
        for (String name : List.of("page-1", "page-2", "page-3", "page-4", "page-5")) {
            api().body("{\"name\":\"" + name + "\",\"roles\":[\"viewer\"]}")
                    .post("/tokens")
                    .then()
                    .statusCode(201);
        }

        var names = new ArrayList<String>();
        String cursor = "";
        do {
            JsonPath page = api().get("/tokens?limit=2" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            assertThat(page.getList("tokens")).hasSizeBetween(1, 2);
            names.addAll(page.getList("tokens.name", String.class));
            cursor = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
        } while (!cursor.isEmpty());

        assertThat(names)
                .contains("page-1", "page-2", "page-3", "page-4", "page-5")
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
