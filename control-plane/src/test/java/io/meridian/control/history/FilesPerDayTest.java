package io.meridian.control.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.audit.Audit;
import io.meridian.control.audit.AuditEntry;
import io.meridian.control.state.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the state forgets is found in files, whatever happened while they were written. */
class FilesPerDayTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    Path folder = Path.of("");

    /** Six hours apart. */
    private static List<AuditEntry> entries(int count) {
        var entries = new ArrayList<AuditEntry>();
        Audit audit = Audit.empty();
        for (int i = 0; i < count; i++) {
            entries.add(audit.next(
                    NOON.plus(Duration.ofHours(6L * i)),
                    Actor.of("alice", List.of(Role.OPERATOR)),
                    "move " + i,
                    "",
                    "done",
                    false,
                    Revision.of(i),
                    Revision.of(i + 1)));
            audit = audit.with(entries.getLast());
        }
        return entries;
    }

    private AuditFiles audit() throws IOException {
        return new AuditFiles(folder, JSON);
    }

    @Test
    void eachDayHasItsFileAndEveryEntryIsFoundAndHolds() throws IOException {
        audit().append(entries(10));

        AuditFiles again = audit();

        assertThat(folder).isDirectoryContaining("glob:**/audit-2026-01-01.jsonl");
        assertThat(folder).isDirectoryContaining("glob:**/audit-2026-01-03.jsonl");
        assertThat(again.last()).isEqualTo(10);
        assertThat(again.between(1, 11)).hasSize(10).allMatch(AuditLine::holds);
        assertThat(again.between(3, 6)).extracting(AuditLine::number).containsExactly(3L, 4L, 5L);
        assertThat(again.between(11, 20)).isEmpty();
    }

    @Test
    void whatIsThereIsNotWrittenAgain() throws IOException {
        List<AuditEntry> entries = entries(6);
        audit().append(entries.subList(0, 4));

        audit().append(entries.subList(2, 6));

        assertThat(audit().between(1, 7)).extracting(AuditLine::number).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aLineThatACrashLeftHalfWrittenIsCutOffAndWrittenWhole() throws IOException {
        List<AuditEntry> entries = entries(2);
        audit().append(entries.subList(0, 1));
        Files.writeString(
                folder.resolve("audit-2026-01-01.jsonl"), "{\"number\":2,\"at\":\"20", StandardOpenOption.APPEND);

        AuditFiles again = audit();
        assertThat(again.last()).isEqualTo(1);
        again.append(entries);

        assertThat(audit().between(1, 3)).extracting(AuditLine::number).containsExactly(1L, 2L);
    }

    @Test
    void anEntryByASlowClockStaysBehindTheOneBefore() throws IOException {
        List<AuditEntry> entries = entries(3); // noon, 18:00, midnight
        AuditFiles files = audit();
        files.append(List.of(entries.get(0)));
        files.append(List.of(entries.get(2)));
        Audit audit = new Audit(List.of(), 3, 0, entries.get(2).hash());
        AuditEntry slow = audit.next(
                NOON, Actor.of("bob", List.of(Role.OPERATOR)), "w", "", "done", false, Revision.NONE, Revision.NONE);

        files.append(List.of(slow));

        assertThat(audit().between(1, 5)).extracting(AuditLine::number).containsExactly(1L, 3L, 4L);
    }

    @Test
    void runsAreFoundByIdAndReadInPagesNewestEndFirst() throws IOException {
        var runs = new RunFiles(folder, JSON);
        for (int i = 1; i <= 5; i++) {
            runs.append(NOON.plus(Duration.ofHours(10L * i)), "{\"id\":\"mv-" + i + "\"}");
        }
        runs.append(NOON.plus(Duration.ofHours(30)), "{\"id\":\"mv-3\"}");

        RunFiles.Page first = runs.page("", 2);
        RunFiles.Page second = runs.page(first.next().orElseThrow(), 10);

        assertThat(runs.find("mv-3")).isPresent();
        assertThat(runs.find("mv-33")).isEmpty();
        assertThat(first.runs()).extracting(run -> run.path("id").asText()).containsExactly("mv-5", "mv-4");
        assertThat(second.runs()).extracting(run -> run.path("id").asText()).containsExactly("mv-3", "mv-2", "mv-1");
        assertThat(second.next()).isEmpty();
        assertThat(RunFiles.isCursor(first.next().orElseThrow())).isTrue();
        assertThat(List.of("x", "2026-13-01/1", "2026-02-30/1", "2026-01-01", "2026-02-29x/1"))
                .noneMatch(RunFiles::isCursor);
    }
}
