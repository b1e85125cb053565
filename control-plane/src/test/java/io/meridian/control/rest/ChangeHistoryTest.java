package io.meridian.control.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.feed.ShownState;
import io.meridian.control.state.EventApplier;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeHistoryTest {
    private final ShownState source = new ShownState(MoveLab.ready().state());
    private final ChangeHistory history = new ChangeHistory(source);

    @AfterEach
    void stop() throws Exception {
        history.close();
    }

    private long now() {
        return source.current().revision().number();
    }

    private void move(String key, String shards) {
        var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 3);
        var decided = (Decision.Accepted)
                Decider.decide(source.current(), new Command.StartMove(key, Instant.EPOCH, shards, "west-1", limits));
        source.show(EventApplier.applyAll(source.current(), decided.events()));
    }

    @Test
    void whoeverComesBackIsToldWhatItMissed() {
        long before = now();
        move("a", "0");
        long between = now();
        move("b", "1");

        Change all = history.since(before).orElseThrow().change();
        assertThat(all.runs()).containsExactly("mv-1", "mv-2");
        assertThat(all.shards()).isTrue();
        assertThat(all.topology()).isFalse();
        assertThat(all.revision()).isEqualTo(now());
        assertThat(history.since(between).orElseThrow().change().runs()).contains("mv-2");
        assertThat(history.since(now()).orElseThrow().change())
                .isEqualTo(new Change(now(), List.of(), false, false, true, true, true));
    }

    @Test
    void whatIsTooOldOrNotKnownHereIsCompacted() {
        long before = now();
        assertThat(history.since(before - 1))
                .as("before this node began to look")
                .isEmpty();
        assertThat(history.since(before + 1)).as("another node is ahead").isEmpty();
        for (int number = 0; number < ChangeHistory.KEPT + 1; number++) {
            source.show(source.raised());
            assertThat(history.since(now())).isPresent();
        }

        assertThat(history.since(before)).isEmpty();
        assertThat(history.since(now() - ChangeHistory.KEPT)).isPresent();
    }
}
