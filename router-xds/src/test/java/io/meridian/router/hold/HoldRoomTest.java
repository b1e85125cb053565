package io.meridian.router.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldRoomTest {
    private static final long ANY = 1;

    @Test
    void oneShardTakesHalfOfThePlacesAndTheOthersShareTheRest() {
        var room = new HoldRoom(new HoldLimits(10, 1_000));

        assertThat(entered(room, 3, 20, ANY)).isEqualTo(5);
        assertThat(entered(room, 4, 3, ANY)).isEqualTo(3);
        assertThat(entered(room, 5, 20, ANY)).isEqualTo(2);
        assertThat(room.requests()).isEqualTo(10);
    }

    @Test
    void oneShardTakesHalfOfTheBytes() {
        var room = new HoldRoom(new HoldLimits(100, 1_000));

        assertThat(entered(room, 3, 100, 100)).isEqualTo(5);
        assertThat(entered(room, 4, 100, 100)).isEqualTo(5);
        assertThat(room.bytes()).isEqualTo(1_000);
    }

    @Test
    void placeThatIsLeftIsFreeAgain() {
        var room = new HoldRoom(new HoldLimits(2, 1_000));
        assertThat(room.enter(3, 100)).isTrue();
        assertThat(room.enter(3, 100)).isFalse();

        room.leave(3, 100);

        assertThat(room.bytes()).isZero();
        assertThat(room.enter(3, 100)).isTrue();
    }

    @Test
    void placeThatNobodyTookIsADefectToLeave() {
        var room = new HoldRoom(HoldLimits.DEFAULT);

        assertThatThrownBy(() -> room.leave(3, 100)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,                       HTTP/1.1,   45000",
        "1000,                    HTTP/1.1,   46250",
        "1000,                    HTTP/2,     49000",
        "1000,                    '',         49000",
        "4194304,                 HTTP/1.1, 5287880",
        "99999999999999999999999, HTTP/1.1, 5287880",
        "'',                      HTTP/1.1,  126920",
        "x,                       HTTP/1.1,  126920",
        "-1,                      HTTP/1.1,  126920"
    })
    void aBodyCountsByItsLengthUpToWhatEnvoyBuffersAndMoreOverHttp2(String length, String protocol, long bytes) {
        assertThat(HeldBytes.of(length, protocol)).isEqualTo(bytes);
    }

    private static long entered(HoldRoom room, int shard, int tries, long bytes) {
        return IntStream.range(0, tries).filter(_ -> room.enter(shard, bytes)).count();
    }
}
