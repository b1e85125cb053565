package io.meridian.router.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FeedLeaseTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // soon to overflow, as it may
    private final FeedLease lease = new FeedLease(nanos::get);

    @Test
    void leaseBeginsWithTheProcessAndIsOverAfterASilence() {
        assertThat(lease.lapsed()).isFalse();

        pass(FeedLease.AT_FIRST.plusMillis(1));
        assertThat(lease.lapsed()).isTrue();
        lease.renew(Duration.ofSeconds(10));
        assertThat(lease.lapsed()).isFalse();
        pass(Duration.ofSeconds(9));
        lease.renew(Duration.ZERO);
        pass(Duration.ofMillis(9_999));

        assertThat(lease.lapsed()).isFalse();
        pass(Duration.ofMillis(2));
        assertThat(lease.lapsed()).isTrue();
    }

    @Test
    void silentNodeIsLeftWhileThereIsTimeToHearAnother() {
        lease.renew(Duration.ofSeconds(5));

        assertThat(lease.silenceLimit()).isEqualTo(Duration.ofSeconds(3));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
