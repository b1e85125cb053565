package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.server.Timeline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CaptureStartTest {
    private static final String INCARNATION = "77.1.0-64.topic";

    record Case(String name, CaptureStart.Found given, boolean begins) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> STARTS = List.of(
            new Case("a fresh slot, nothing captured", found(slot(100), none(), true, false), true),
            new Case("a restart behind the checkpoint", found(slot(100), checkpoint(150), false, true), true),
            new Case("a restart at the checkpoint", found(slot(150), checkpoint(150), false, true), true),
            new Case("no slot, never had one", found(Optional.empty(), none(), true, false), false),
            new Case("the slot was dropped", found(Optional.empty(), checkpoint(150), false, true), false),
            new Case("the slot was made anew, or moved", found(slot(151), checkpoint(150), false, true), false),
            new Case("the slot was invalidated", found(lost(), checkpoint(150), false, true), false),
            new Case("the checkpoint is gone, the topic is not", found(slot(100), none(), false, false), false),
            new Case("all topics are gone, the markers are not", found(slot(100), none(), true, true), false),
            new Case("another store", store("78", 1, "topic"), false),
            new Case("another timeline, whose history is not known", store("77", 2, "topic"), false),
            new Case("promoted behind all that was captured", promoted("1 0/96", 0), true),
            new Case("promoted behind the checkpoint, not behind what was sent", promoted("1 0/96", 151), false),
            new Case("promoted before the checkpoint", promoted("1 0/95", 0), false),
            new Case("promoted from another line", promoted("3 0/FF", 0), false),
            new Case("another topic", store("77", 1, "tropic"), false));

    @ParameterizedTest
    @FieldSource("STARTS")
    void captureBeginsOnlyWhereNothingCanBeMissing(Case c) {
        assertThat(CaptureStart.decide(c.given()) instanceof CaptureStart.Decision.Begin)
                .isEqualTo(c.begins());
    }

    private static CaptureStart.Found found(
            Optional<CaptureStart.Slot> slot,
            Optional<Checkpoint> checkpoint,
            boolean topicEmpty,
            boolean markersKnown) {
        return new CaptureStart.Found("77", 1, "topic", slot, checkpoint, topicEmpty, markersKnown);
    }

    private static CaptureStart.Found store(String systemId, int timeline, String topicId) {
        return new CaptureStart.Found(systemId, timeline, topicId, slot(100), checkpoint(150), false, true);
    }

    private static CaptureStart.Found promoted(String history, long sentLsn) {
        return new CaptureStart.Found(
                "77", Timeline.parse(2, history), "topic", slot(100), checkpoint(150), false, sentLsn, true);
    }

    @Test
    void aPromotionThatLostNothingKeepsTheIncarnationAndRemembersTheTimeline() {
        var begin =
                (CaptureStart.Decision.Begin) CaptureStart.decide(promoted("1\t0/96\tno recovery target specified", 0));

        assertThat(begin.from()).isEqualTo(new Checkpoint(INCARNATION, 2, 150, Map.of(), Map.of()));
        assertThat(begin.first()).as("written before the first record").isTrue();
    }

    @Test
    void aCheckpointOfAPromotedPrimaryGoesOnOnlyWhereThatOnesHistoryIs() {
        var checkpoint = Optional.of(new Checkpoint(INCARNATION, 2, 150, Map.of(), Map.of()));
        var sibling = new CaptureStart.Found(
                "77", Timeline.parse(3, "1 0/FFFF"), "topic", slot(100), checkpoint, false, 0, true);

        assertThat(CaptureStart.decide(sibling)).isInstanceOfSatisfying(CaptureStart.Decision.Refuse.class, refuse -> {
            assertThat(refuse.lacking()).isTrue();
            assertThat(refuse.reason()).contains("timeline 2 is no part of the history of timeline 3");
        });
    }

    private static Optional<CaptureStart.Slot> slot(long lsn) {
        return Optional.of(new CaptureStart.Slot("meridian_main", lsn, Optional.empty()));
    }

    private static Optional<CaptureStart.Slot> lost() {
        return Optional.of(new CaptureStart.Slot("meridian_main", 100, Optional.of("wal_removed")));
    }

    private static Optional<Checkpoint> checkpoint(long lsn) {
        return Optional.of(new Checkpoint(INCARNATION, lsn, Map.of(), Map.of()));
    }

    private static Optional<Checkpoint> none() {
        return Optional.empty();
    }
}
