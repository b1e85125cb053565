package io.meridian.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.switching.MoveLab;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aKeyIsAnsweredFromItsReceiptForADayAndDoneAnewLater() {
        ControlState state = applied(ControlState.empty(), "first", START);
        for (int number = 0; number < 600; number++) {
            state = applied(state, "k" + number, START.plusSeconds(number));
        }

        assertThat(applied(state, "first", START.plus(Duration.ofHours(23)))).isSameAs(state);

        Instant nextDay = START.plus(Duration.ofHours(25));
        ControlState later = applied(state, "tomorrow", nextDay);
        assertThat(later.receipts().has("first")).isFalse();
        assertThat(later.receipts().has("tomorrow")).isTrue();
        assertThat(later.receipts().size()).isLessThan(300);
        assertThat(applied(later, "first", nextDay).receipts().has("first")).isTrue();
    }

    @Test
    void moreThanTheLimitInADayDropTheOldest() {
        Receipts receipts = Receipts.empty();
        for (int number = 0; number < Receipts.LIMIT + 2000; number++) {
            receipts = receipts.with("k" + number, receipt(START.toEpochMilli()), START);
        }

        assertThat(receipts.size()).isBetween(Receipts.LIMIT - 250, Receipts.LIMIT);
        assertThat(receipts.has("k0")).isFalse();
        assertThat(receipts.has("k" + (Receipts.LIMIT + 1999))).isTrue();
    }

    @Test
    void receiptsOfAnOlderVersionGoWithThoseBehindThem() {
        Receipts receipts = Receipts.empty();
        for (int number = 0; number < 512; number++) {
            receipts = receipts.with("old" + number, receipt(0), START);
        }
        for (int number = 0; number < 300; number++) {
            receipts = receipts.with("new" + number, receipt(START.toEpochMilli()), START);
        }
        assertThat(receipts.size()).isEqualTo(812);

        Receipts later = receipts.with("later", receipt(0), START.plus(Duration.ofHours(25)));

        assertThat(later.has("old0")).isFalse();
        assertThat(later.has("later")).isTrue();
    }

    /** A replica that reads a snapshot has to forget the same ones at the same command as one that was there. */
    @Test
    void aSnapshotForgetsWhatTheStateForgets() throws IOException {
        ControlState state = ControlState.empty();
        for (int number = 0; number < 700; number++) {
            state = applied(state, "k" + number, START.plusSeconds(60L * number));
        }
        var out = new ByteArrayOutputStream();
        new StateCodec().write(state, out);
        ControlState read = new StateCodec().read(new ByteArrayInputStream(out.toByteArray()));
        Instant later = START.plus(Duration.ofHours(30));

        assertThat(read).isEqualTo(state);
        assertThat(applied(read, "last", later)).isEqualTo(applied(state, "last", later));
        assertThat(applied(state, "last", later).receipts().has("k0")).isFalse();
    }

    private static Receipt receipt(long millis) {
        return new Receipt("0123456789abcdef", Revision.of(7), "", List.of("zone west-1 added"), millis);
    }

    private static ControlState applied(ControlState state, String key, Instant now) {
        var decided =
                (Decision.Accepted) Decider.decide(state, new Command.ApplyTopology(key, now, MoveLab.topology()));
        return decided.events().isEmpty() ? state : EventApplier.applyAll(state, decided.events());
    }
}
