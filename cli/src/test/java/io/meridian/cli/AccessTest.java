package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Tokens, approvals, audit. */
class AccessTest {
    private static final String WAITING = "{\"id\":\"ap-1\",\"state\":\"WAITING\",\"what\":\"force"
            + " mv-1\",\"askedBy\":\"alice\",\"reason\":\"stuck\",\"expires\":\"2026-01-01T01:00:00Z\"}";

    private final PlayedControlPlane plane;

    @TempDir
    Path folder = Path.of("");

    AccessTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String export() throws IOException {
        try (InputStream file = AccessTest.class.getResourceAsStream("audit/export.jsonl")) {
            return new String(file == null ? new byte[0] : file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same form and the same hashes as the control plane's own test of them has. */
    @Test
    void anExportIsCheckedWithoutAControlPlane() throws IOException {
        Path file = Files.writeString(folder.resolve("export"), export());

        var said = Said.by(Map.of(), "audit", "verify", "--file", file.toString());

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).startsWith("the chain holds: entries 1 to 3, head ");
    }

    record Tampering(String name, UnaryOperator<String> with, String found) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Tampering> TAMPERINGS = List.of(
            new Tampering(
                    "another name", text -> text.replaceFirst("alice", "mallory"), "entry 1 is not what its hash"),
            new Tampering(
                    "an entry left out",
                    text -> text.replaceFirst("(?m)^\\{\"number\":2,.*\n", ""),
                    "entry 3 follows entry 1"),
            new Tampering("a reason moved", text -> text.replace("\"why\":\"why", "\"why\":\"Why"), "entry 2 is not"),
            new Tampering(
                    "the beginning cut off and numbered anew",
                    text -> text.replaceFirst("(?m)^\\{\"number\":1,.*\n", "").replace("\"number\":2", "\"number\":1"),
                    "entry 1 says that something came before"));

    @ParameterizedTest
    @FieldSource("TAMPERINGS")
    void whateverWasDoneToAnExportIsFound(Tampering tampering) throws IOException {
        Path file = Files.writeString(folder.resolve("export"), tampering.with().apply(export()));

        var said = Said.by(Map.of(), "audit", "verify", "--file", file.toString());

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.err()).contains("broken: " + tampering.found());
    }

    @Test
    void theAuditIsExportedPageByPageAndTheCopyHolds() throws IOException {
        List<String> lines = export().lines().toList();
        plane.answers("GET /audit?order=oldest&limit=500&cursor=0", 200, page(lines.subList(0, 2), "\"2\""))
                .answers("GET /audit?order=oldest&limit=500&cursor=2", 200, page(lines.subList(2, 3), "null"));
        Path file = folder.resolve("export");

        assertThat(Said.by(plane, "audit", "export", file.toString()).exitCode())
                .isZero();

        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(Said.by(Map.of(), "audit", "verify", "--file", file.toString())
                        .exitCode())
                .isZero();
    }

    @Test
    void aControlPlaneWhoseNewestEntryIsAnotherIsFound() throws IOException {
        plane.answers(
                "GET /audit?order=oldest&limit=500&cursor=0",
                200,
                page(export().lines().toList(), "null"));

        var said = Said.by(plane, "audit", "verify");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.err()).contains("the newest entry is not the one");
    }

    private static String page(List<String> lines, String next) {
        return "{\"count\":3,\"head\":\"ff\",\"entries\":[" + String.join(",", lines) + "],\"next\":" + next
                + ",\"missing\":[]}";
    }

    @Test
    void aTokenIsPrintedAloneSoThatItCanBePutIntoAFile() {
        plane.answers("POST /tokens", 201, "{\"name\":\"bob\",\"roles\":[\"operator\"],\"token\":\"mrd_x\"}");

        var said = Said.by(plane, "tokens", "create", "--name", "bob", "--role", "operator,viewer", "--days", "90");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("mrd_x\n");
        assertThat(said.err()).contains("it is not shown again");
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"name\":\"bob\",\"roles\":[\"operator\",\"viewer\"],\"validForDays\":90}");
    }

    @Test
    void whoseTheTokenIsAndItsRolesAreALine() {
        plane.answers(
                "GET /whoami",
                200,
                "{\"name\":\"bob\",\"roles\":[\"operator\",\"viewer\"],\"may\":[\"operator\",\"viewer\"]}");

        var said = Said.by(plane, "tokens", "whoami");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("bob: operator, viewer\n");
    }

    @Test
    void whatAnotherPersonHasToApproveHasAnExitCodeOfItsOwn() {
        plane.accepts("POST /runs/mv-1/cancel", "/api/v1/approvals/ap-1", WAITING);

        var said = Said.by(plane, "runs", "cancel", "mv-1", "--reason", "stuck");

        assertThat(said.exitCode()).isEqualTo(ExitCode.WAITS.number());
        assertThat(said.err()).contains("ap-1 waits for another person").contains("approvals approve ap-1");
        assertThat(said.out()).isEmpty();
        assertThat(plane.asked().getFirst().reason()).isEqualTo("stuck");
    }

    @Test
    void whatWaitsIsListedAndApproved() {
        plane.answers(
                        "GET /approvals?limit=200&waiting=true",
                        200,
                        "{\"approvals\":[" + WAITING + "],\"next\":\"ap-1\"}")
                .answers(
                        "GET /approvals?limit=200&waiting=true&cursor=ap-1",
                        200,
                        "{\"approvals\":[" + WAITING.replace("ap-1", "ap-0") + "],\"next\":null}")
                .answers("POST /approvals/ap-1/approve", 200, WAITING.replace("WAITING", "APPROVED"));

        assertThat(Said.by(plane, "approvals", "list").out())
                .contains("ap-1")
                .contains("ap-0")
                .contains("alice")
                .contains("stuck");
        var said = Said.by(plane, "approvals", "approve", "ap-1", "--reason", "geprüft");

        assertThat(said.out()).isEqualTo("ap-1 is APPROVED: force mv-1\n");
        assertThat(plane.asked().getLast().reason()).isEqualTo("gepr%C3%BCft");
    }

    @Test
    void anApprovalIsShownWithWhoAskedAndWhatBecameOfIt() {
        plane.answers("GET /approvals/ap-1", 200, WAITING)
                .answers(
                        "GET /approvals/ap-2",
                        200,
                        "{\"id\":\"ap-2\",\"state\":\"APPROVED\",\"what\":\"force mv-1\",\"askedBy\":\"alice\",\"askedAt\":\"2026-01-01T00:00:00Z\","
                                + "\"reason\":\"stuck\",\"expires\":\"2026-01-01T01:00:00Z\",\"endedBy\":\"bob\",\"endedAt\":\"2026-01-01T00:10:00Z\","
                                + "\"note\":\"looked\",\"subject\":\"mv-2\"}")
                .refuses("GET /approvals/ap-9", 404, "unknown-approval", "there is no approval 'ap-9'", "");

        assertThat(Said.by(plane, "approvals", "show", "ap-1").out()).isEqualTo("""
            ap-1 is WAITING: force mv-1
              asked for by alice: stuck
              good until 2026-01-01T01:00:00Z
            """);
        assertThat(Said.by(plane, "approvals", "show", "ap-2").out()).isEqualTo("""
            ap-2 is APPROVED: force mv-1
              asked for by alice at 2026-01-01T00:00:00Z: stuck
              ended by bob at 2026-01-01T00:10:00Z: looked (mv-2)
            """);
        assertThat(Said.by(plane, "approvals", "show", "ap-1", "--json").out()).contains("\"state\" : \"WAITING\"");
        assertThat(Said.by(plane, "approvals", "show", "ap-9").exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
    }

    @Test
    void aTokenIsShownWithoutItsText() {
        plane.answers(
                        "GET /tokens/bob",
                        200,
                        "{\"name\":\"bob\",\"roles\":[\"operator\"],\"createdBy\":\"alice\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"expires\":null}")
                .refuses("GET /tokens/carol", 404, "unknown-token", "there is no token 'carol'", "");

        assertThat(Said.by(plane, "tokens", "show", "bob").out()).isEqualTo("""
            Name  Roles     Made by  Made at               Expires
            bob   operator  alice    2026-01-01T00:00:00Z  never
            """);
        assertThat(Said.by(plane, "tokens", "show", "carol").exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
    }

    @Test
    void theAuditIsNarrowedByTime() {
        plane.answers(
                "GET /audit?limit=20&from=2026-01-01T00%3A00%3A00Z&to=2026-01-02T00%3A00%3A00Z",
                200, page(List.of(), "null"));

        var said = Said.by(plane, "audit", "list", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z");
        var wrong = Said.by(plane, "audit", "list", "--from", "yesterday");

        assertThat(said).isEqualTo(new Said(0, "nothing of that kind\n", ""));
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(wrong.err()).contains("'yesterday' is no time in UTC such as 2026-01-31T10:00:00Z");
    }
}
