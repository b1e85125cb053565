package io.meridian.router.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AdsConformanceIT {
    @TestFactory
    Stream<DynamicTest> ourServerKeepsEveryRule() throws InterruptedException {
        return Conformance.of(MeridianServer.provider()).stream()
                .map(tried -> DynamicTest.dynamicTest(
                        tried.id() + ", " + tried.variant() + ": " + tried.sentence(),
                        () -> assertThat(tried.verdict()).isInstanceOf(Conformance.Verdict.Passed.class)));
    }

    @Test
    void aServerThatCannotBeToldWhatToServeIsTriedOnWhatNeedsNoTelling() throws Exception {
        try (ServerUnderTest running = MeridianServer.provider().start()) {
            List<Conformance.Tried> tried = Conformance.of(RemoteServer.provider(running.host(), running.port()));

            assertThat(tried).noneMatch(Conformance.Tried::failed);
            assertThat(Conformance.table("remote", tried)).contains("needs to tell the server");
        }
    }
}
