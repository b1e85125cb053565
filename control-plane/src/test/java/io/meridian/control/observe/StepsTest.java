package io.meridian.control.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.StateName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is seen of the steps of a run that went to its end. */
class StepsTest {
    private static final ControlState HOLDING = MoveLab.at(StateName.HOLDING).state();
    private static final ControlState DONE = MoveLab.at(StateName.DONE).state();

    private static final class Kept implements SpanExporter {
        private final List<SpanData> spans = new ArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> more) {
            spans.addAll(more);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private static StepSpans node(Kept kept, AtomicBoolean leads) {
        return new StepSpans(
                SdkTracerProvider.builder()
                        .setIdGenerator(new RunSpanIds())
                        .addSpanProcessor(SimpleSpanProcessor.create(kept))
                        .build()
                        .get("test"),
                leads::get);
    }

    @Test
    void everyStepIsSeenToBeginAndToEndOnceHoweverManyStatesAreSkipped() {
        List<RunSteps.Seen> first = RunSteps.between(ControlState.empty(), HOLDING);
        List<RunSteps.Seen> rest = RunSteps.between(HOLDING, DONE);

        assertThat(first).extracting(RunSteps.Seen::ended).contains(true, false);
        assertThat(first.getLast().step().name()).isEqualTo(StateName.HOLDING);
        assertThat(first.getLast().ended()).isFalse();
        assertThat(rest.getFirst().step().name()).isEqualTo(StateName.HOLDING);
        assertThat(rest.getFirst().ended()).isTrue();
        assertThat(first.size() + rest.size())
                .isEqualTo(RunSteps.between(ControlState.empty(), DONE).size());
        assertThat(rest).filteredOn(RunSteps.Seen::last).hasSize(1);
        assertThat(RunSteps.between(DONE, DONE)).isEmpty();
    }

    @Test
    void whatTwoLeadersTellOfARunIsOneTrace() {
        var dead = new Kept();
        var next = new Kept();
        var eastLeads = new AtomicBoolean(true);
        var westLeads = new AtomicBoolean(false);
        StepSpans east = node(dead, eastLeads);
        StepSpans west = node(next, westLeads);

        RunSteps.between(ControlState.empty(), HOLDING).forEach(seen -> {
            east.heard(seen);
            west.heard(seen);
        });
        eastLeads.set(false);
        westLeads.set(true);
        RunSteps.between(HOLDING, DONE).forEach(seen -> {
            east.heard(seen);
            west.heard(seen);
        });

        SpanData whole = next.spans.stream()
                .filter(span -> span.getName().equals("run"))
                .findFirst()
                .orElseThrow();
        assertThat(dead.spans).isNotEmpty();
        var steps = new ArrayList<>(dead.spans);
        steps.addAll(next.spans);
        steps.remove(whole);
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.getTraceId()).isEqualTo(whole.getTraceId());
            assertThat(step.getParentSpanId()).isEqualTo(whole.getSpanId());
        });
        assertThat(steps).extracting(SpanData::getName).doesNotHaveDuplicates().contains("step HOLDING");
        assertThat(whole.getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void aStepIsTimedWhenItEnds() {
        var registry = new SimpleMeterRegistry();
        var timers = new StepTimers(registry);

        RunSteps.between(ControlState.empty(), HOLDING).forEach(timers::heard);
        long before = count(registry);
        RunSteps.between(HOLDING, DONE).forEach(timers::heard);

        assertThat(before).isZero();
        assertThat(count(registry)).isEqualTo(1);
    }

    private static long count(SimpleMeterRegistry registry) {
        return registry.get("meridian_control_step")
                .tag("place", "HOLDING")
                .timer()
                .count();
    }
}
