package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.capture.Checkpoint;
import io.meridian.topology.ownership.Position;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicTailTest {
    private static final Checkpoint AT_17 = new Checkpoint("i", 20, Map.of(), Map.of(2, new Position("i", 17, 1)));

    @Test
    void aTopicThatHoldsWhatTheCheckpointSaysOrMoreIsWhole() {
        assertThat(TopicTail.cut(AT_17, last("i", 17, 1))).isEmpty();
        assertThat(TopicTail.cut(AT_17, last("i", 19, 0))).isEmpty();
        assertThat(TopicTail.cut(AT_17, _ -> new TopicTail.Tail.Expired())).isEmpty();
    }

    @Test
    void aTopicThatEndsBeforeTheCheckpointWasCut() {
        assertThat(TopicTail.cut(AT_17, last("i", 17, 0)))
                .containsExactly("partition 2 ends at 0/11@i, the checkpoint at 0/11.1@i");
        assertThat(TopicTail.cut(AT_17, _ -> new TopicTail.Tail.Never()))
                .containsExactly("partition 2 ends at nothing, the checkpoint at 0/11.1@i");
    }

    @Test
    void anotherIncarnationIsForCapturesStartToTell() {
        assertThat(TopicTail.cut(AT_17, last("j", 1, 0))).isEmpty();
    }

    private static java.util.function.IntFunction<TopicTail.Tail> last(String incarnation, long lsn, int part) {
        return _ -> new TopicTail.Tail.Last(new Position(incarnation, lsn, part));
    }
}
