package io.meridian.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.state.Revision;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final Actor ALICE = Actor.of("alice", List.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    private static Audit audit(int entries) {
        Audit audit = Audit.empty();
        for (int i = 0; i < entries; i++) {
            audit = audit.with(audit.next(
                    NOW, ALICE, "move " + i, "why, \"so\" é", "done", i == 3, Revision.of(i), Revision.of(i + 1)));
        }
        return audit;
    }

    @Test
    void eachEntryHoldsTheOneBefore() {
        List<AuditEntry> entries = audit(5).entries();

        assertThat(entries.getFirst().previous()).isEqualTo(AuditEntry.START);
        for (int i = 1; i < entries.size(); i++) {
            assertThat(entries.get(i).previous()).isEqualTo(entries.get(i - 1).hash());
            assertThat(entries.get(i).holds()).isTrue();
        }
    }

    @Test
    void aChangedEntryNoLongerHolds() {
        AuditEntry entry = audit(2).entries().getLast();
        var changed = new AuditEntry(
                entry.number(),
                entry.at(),
                "bob",
                entry.roles(),
                entry.what(),
                entry.why(),
                entry.outcome(),
                entry.alarm(),
                entry.before(),
                entry.after(),
                entry.previous(),
                entry.hash());

        assertThat(changed.holds()).isFalse();
    }

    /** Part of the API: exports are checked by other programs. The CLI's own check is tested with the same entry. */
    @Test
    void theHashIsThatOfTheDocumentedText() {
        AuditEntry entry = audit(1).entries().getFirst();

        assertThat(entry.chained())
                .isEqualTo(
                        "64:" + AuditEntry.START
                                + ",1:1,24:2026-01-01T00:00:00.500Z,5:alice,8:operator,6:move 0,12:why, \"so\" é,4:done,5:false,1:0,1:1,");
        assertThat(entry.hash()).isEqualTo("1b29a6e39c5a37c1aab4f2637e7e62a94cb975e4659354f820f56e6cebf2d5f8");
    }

    @Test
    void theNewestAreKeptAndTheChainGoesOn() {
        Audit audit = audit(Audit.KEPT + 10);

        assertThat(audit.entries()).hasSize(Audit.KEPT);
        assertThat(audit.entries().getFirst().number()).isEqualTo(11);
        assertThat(audit.count()).isEqualTo(Audit.KEPT + 10);
        assertThat(audit.head()).isEqualTo(audit.entries().getLast().hash());
        assertThat(audit.alarms()).isEqualTo(1);
    }

    @Test
    void aLongTextIsKeptAsItsBeginningAndADigest() {
        AuditEntry entry =
                Audit.empty().next(NOW, ALICE, "x".repeat(5000), "", "done", false, Revision.NONE, Revision.NONE);

        assertThat(entry.what()).hasSizeLessThan(720).contains("(5000 characters, sha256 ");
    }
}
