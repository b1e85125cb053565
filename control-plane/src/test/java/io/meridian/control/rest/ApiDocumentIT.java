package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.topology.ProblemType;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The API's document: kept, complete, and that of this API. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class ApiDocumentIT {
    static final Path PAGE = Path.of(System.getProperty("meridian.root", ".."), "docs", "openapi.yaml");

    private static final String HEAD =
            "# Generated from the resources (ApiDocument). To write it anew: mvn -pl control-plane -am verify"
                    + " -Dtest=NoUnit -Dit.test=ApiDocumentIT -Dsurefire.failIfNoSpecifiedTests=false -Dmeridian.rewrite=true\n";

    private static String served() {
        return HEAD + given().get("/q/openapi").then().statusCode(200).extract().asString();
    }

    private static JsonNode document() throws IOException {
        return new YAMLMapper().readTree(served());
    }

    @Test
    void theDocumentThatIsKeptIsTheOneThatIsServed() throws IOException {
        if (Boolean.getBoolean("meridian.rewrite")) {
            Files.writeString(PAGE, served());
        }

        assertThat(Files.readString(PAGE))
                .as("its first line says how to write it anew")
                .isEqualTo(served());
    }

    @Test
    void everyOperationStandsInItOnceAndSaysWhatItDoes() throws IOException {
        var operations = new TreeSet<String>();
        var ids = new TreeSet<String>();
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    operations.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    assertThat(operation.getValue().path("summary").asText())
                            .as(path.getKey())
                            .isNotBlank();
                    assertThat(operation.getValue().path("tags"))
                            .as(path.getKey())
                            .hasSize(1);
                    assertThat(ids.add(operation.getValue().path("operationId").asText()))
                            .as(path.getKey())
                            .isTrue();
                }));

        assertThat(operations).isEqualTo(PermissionsTest.operations());
    }

    /** Some come of feeds only, which no request makes. */
    @Test
    void everyTypeOfProblemIsAnAnswerOfSomeOperation() throws IOException {
        Set<String> answered = new TreeSet<>();
        document().findValues("enum").forEach(list -> list.forEach(value -> answered.add(value.asText())));

        assertThat(answered)
                .containsAll(
                        Stream.of(ProblemType.values()).map(ProblemType::urn).toList());
    }

    @Test
    void itIsOpenApi31AndNeedsNoToken() throws IOException {
        assertThat(document().path("openapi").asText()).startsWith("3.1");
        assertThat(document().path("security").path(0).has("token")).isTrue();
    }
}
