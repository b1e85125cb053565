package io.meridian.control.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.switching.MoveLab;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that hears the leader and cannot speak to it: whatever its agents say would never be known. */
class CutOffNodeTest {
    private static final CommandPort UNDECIDED = _ -> new Outcome.Unknown("cut off");
    private static final CommandPort SILENT = _ -> {
        TimeUnit.MINUTES.sleep(1);
        return new Outcome.Unknown("cut off");
    };

    @Test
    void letsItsAgentsGo() throws Exception {
        assertEnded(UNDECIDED);
    }

    @Test
    void doesNotWaitForAnAnswerThatMayNeverCome() throws Exception {
        assertEnded(SILENT);
    }

    private static void assertEnded(CommandPort port) throws Exception {
        try (var feed = new FeedServer(
                "n",
                0,
                new ShownState(MoveLab.ready().state()),
                port,
                Clock.systemUTC(),
                () -> true,
                Duration.ofSeconds(15))) {
            Status ended = UnknownGroupTest.attach(feed.port(), "main", () -> {});

            assertThat(ended.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(ended.getDescription()).contains("reached no leader");
        }
    }
}
