package io.meridian.ledger.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.ledger.load.FakeLedger.Fault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load and its judge against ledgers that do wrong. */
class LoadRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static LoadOptions options(FakeLedger ledger) {
        return new LoadOptions(
                List.of(ledger.address(), ledger.address(), ledger.address()),
                400,
                Duration.ofMillis(500),
                5,
                42,
                java.util.Optional.empty());
    }

    private static LoadResult run(Fault fault) throws Exception {
        try (var ledger = new FakeLedger(fault);
                var run = LoadRun.start(options(ledger), PATIENCE)) {
            return run.await();
        }
    }

    @Test
    void aGoodLedgerLosesNothingAndEveryRequestIsCounted() throws Exception {
        LoadResult result = run(Fault.NONE);

        assertThat(result.findings()).isEmpty();
        assertThat(result.requests()).isEqualTo(200);
        assertThat(result.failures()).isEmpty();
        assertThat(result.acknowledged()).isBetween(60L, 140L);
        assertThat(result.nothingLostOrDoubled()).isTrue();
        assertThat(result.latency().count()).isEqualTo(200);
        assertThat(result.pause().count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOSES_A_WRITE", "LOSES_A_WRITE_LATER", "MOVES_MONEY_WITHOUT_ENTRY", "FORGETS_AN_ACCOUNT"})
    void whatWasAcknowledgedAndIsNotThereIsLost(Fault fault) throws Exception {
        LoadResult result = run(fault);

        assertThat(result.lost()).as(result.findings().toString()).isPositive();
        assertThat(result.doubled()).isZero();
        assertThat(result.nothingLostOrDoubled()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"DOUBLES_A_WRITE", "INVENTS_A_WRITE"})
    void whatIsThereTooOftenIsDoubled(Fault fault) throws Exception {
        LoadResult result = run(fault);

        assertThat(result.doubled()).as(result.findings().toString()).isPositive();
        assertThat(result.nothingLostOrDoubled()).isFalse();
    }

    @Test
    void aReadThatIsOlderThanAnAcknowledgedWriteHasFailed() throws Exception {
        assertThat(run(Fault.READS_OLD_BOOKS).failures()).containsOnlyKeys("stale read");
    }

    @Test
    void aWriteWithoutAnswerIsAskedForAndJudgedAsAcknowledgedIfFound() throws Exception {
        LoadResult result = run(Fault.BREAKS_AFTER_EXECUTING);

        assertThat(result.failures()).containsOnlyKeys("connection");
        assertThat(result.findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"BREAKS_BEFORE_EXECUTING", "ANSWERS_503"})
    void aWriteThatFailedAndIsNotThereIsNotLost(Fault fault) throws Exception {
        LoadResult result = run(fault);

        assertThat(result.failed()).isPositive();
        assertThat(result.failures()).containsOnlyKeys(fault == Fault.ANSWERS_503 ? "503 hold_failed" : "connection");
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void aHeldRequestIsAPause() throws Exception {
        LoadResult result = run(Fault.HOLDS);

        assertThat(result.pause().count()).isEqualTo(1);
        assertThat(result.pause().percentileMillis(1)).isGreaterThan(200.0);
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void booksThatCannotBeReadAreNeverCalledGood() throws Exception {
        LoadResult result = run(Fault.HIDES_THE_BOOKS_OF_A_USER);

        assertThat(result.failures()).containsEntry("unjudged user", 1L);
        assertThat(result.nothingLostOrDoubled()).isFalse();
    }

    @Test
    void withoutALedgerNothingBegins() {
        var nobody = LoadOptions.of(List.of(URI.create("http://127.0.0.1:1")), 10, Duration.ofSeconds(1));

        assertThatThrownBy(() -> LoadRun.start(nobody, PATIENCE)).isInstanceOf(LoadFailedException.class);
    }

    @Test
    void aLoadCanBeStoppedEarlyAndIsJudged() throws Exception {
        try (var ledger = new FakeLedger(Fault.NONE);
                var run = LoadRun.start(
                        LoadOptions.of(List.of(ledger.address()), 50, Duration.ofHours(1))
                                .withUsers(3),
                        PATIENCE)) {
            assertThat(run.stop().findings()).isEmpty();
        }
    }

    @Test
    void theReportHoldsEveryAcknowledgedWrite(@TempDir Path folder) throws Exception {
        Path report = folder.resolve("report");
        LoadResult result;
        try (var ledger = new FakeLedger(Fault.LOSES_A_WRITE);
                var run = LoadRun.start(options(ledger).withReport(report), PATIENCE)) {
            result = run.await();
        }

        assertThat(Files.readAllLines(report))
                .hasSize((int) result.acknowledged() + result.findings().size());
    }

    @Test
    void theJsonHasTheFormThatScriptsRead() throws Exception {
        var result = new LoadResult(
                3,
                1,
                Map.of("timeout", 1L),
                2,
                0,
                0,
                Waits.of(new long[] {1_000_000, 2_000_000, 30_040_000}),
                Waits.of(new long[0]),
                List.of());

        assertThat(new ObjectMapper().writeValueAsString(result.toJson())).isEqualTo("""
                {"requests":3,"failed":1,"failures":{"timeout":1},"acknowledged":2,"lost":0,"doubled":0,\
                "latencyMillis":{"p50":2.0,"p99":30.0,"max":30.0},"pauseMillis":{"p50":null,"p99":null,"max":null}}""");
    }
}
