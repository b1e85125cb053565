package io.meridian.drill.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.drill.injection.Journal.Entry;
import io.meridian.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Journal.Header HEADER =
            new Journal.Header("d-1", "lose-region", Injector.Kind.LOCAL, new ProcessIdentity(42, 1000));
    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whoeverFindsItKnowsWhatIsToBeUndone() throws IOException {
        Journal journal = Journal.begin(folder, HEADER);
        journal.breaks(new Fault.RegionKilled("east"));
        int slow = journal.breaks(new Fault.LinkSlow("east", "west", 200));
        int run = journal.switches("FAILOVER", "east", AT);
        journal.isRun(run, "mv-7");
        journal.switches("EVACUATION", "west", AT);
        journal.undone(slow);

        Journal found = Journal.find(folder).orElseThrow();

        assertThat(found.header()).isEqualTo(HEADER);
        assertThat(found.open())
                .containsExactly(
                        new Entry.Broken(1, new Fault.RegionKilled("east")),
                        new Entry.Switched(3, "FAILOVER", "east", AT, Optional.of("mv-7")),
                        new Entry.Switched(4, "EVACUATION", "west", AT, Optional.empty()))
                .isEqualTo(journal.open());
    }

    @Test
    void whatIsUndoneLaterIsStruckOutForGood() throws IOException {
        Journal.begin(folder, HEADER).breaks(new Fault.LinkDown("east", "west"));

        Journal found = Journal.find(folder).orElseThrow();
        found.undone(1);
        int next = found.breaks(new Fault.RegionCutOff("north"));

        assertThat(next).as("ids are not used twice").isEqualTo(2);
        assertThat(Journal.find(folder).orElseThrow().open())
                .containsExactly(new Entry.Broken(2, new Fault.RegionCutOff("north")));
    }

    @Test
    void aLineThatWasNotWrittenWholeTellsOfNothingAndHarmsNoLaterOne() throws IOException {
        Journal.begin(folder, HEADER).breaks(new Fault.LinkDown("east", "west"));
        Files.writeString(folder.resolve("open.jsonl"), "{\"id\":2,\"fau", StandardOpenOption.APPEND);

        Journal found = Journal.find(folder).orElseThrow();
        found.undone(1);

        assertThat(found.open()).isEmpty();
        assertThat(Journal.find(folder).orElseThrow().open()).isEmpty();
    }

    @Test
    void aJournalWithoutAWholeFirstLineHasNothingToUndo() throws IOException {
        Files.writeString(folder.resolve("open.jsonl"), "{\"dri");

        assertThat(Journal.find(folder).orElseThrow().open()).isEmpty();
    }

    @Test
    void noSecondOneBeginsBesideIt() throws IOException {
        Journal.begin(folder, HEADER);

        assertThatThrownBy(() -> Journal.begin(folder, HEADER)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void itIsClosedOnlyWhenEverythingIsUndone() throws IOException {
        Journal journal = Journal.begin(folder, HEADER);
        int id = journal.breaks(new Fault.RegionKilled("east"));
        Path own = folder.resolve("d-1");

        assertThatThrownBy(() -> journal.close(own)).isInstanceOf(IllegalStateException.class);
        journal.undone(id);
        journal.close(own);

        assertThat(Journal.find(folder)).isEmpty();
        assertThat(own.resolve("journal.jsonl")).exists();
    }

    @Test
    void damageIsToldAndNotTakenForNothing() throws IOException {
        Journal.begin(folder, HEADER);
        Files.writeString(folder.resolve("open.jsonl"), "}}}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> Journal.find(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }
}
