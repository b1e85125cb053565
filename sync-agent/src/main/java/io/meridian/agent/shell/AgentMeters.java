package io.meridian.agent.shell;

import io.meridian.agent.SyncAgent;
import io.meridian.agent.feed.ReportFacts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What is measured of the agent as a whole. */
final class AgentMeters {
    private AgentMeters() {}

    static void register(MeterRegistry registry, SyncAgent agent) {
        Gauge.builder(
                        "meridian_lease_remaining_seconds",
                        agent,
                        it -> it.leaseRemaining().toMillis() / 1e3)
                .description("Until this region's writes are refused; negative: they are, for that long")
                .register(registry);
        FunctionCounter.builder(
                        "meridian_lease_renewals_total", agent, it -> it.lease().renewals())
                .tags("outcome", "written")
                .register(registry);
        FunctionCounter.builder(
                        "meridian_lease_renewals_total", agent, it -> it.lease().dropped())
                .tags("outcome", "dropped")
                .register(registry);
        Gauge.builder("meridian_fence_waiting_shards", agent, SyncAgent::shardsWaiting)
                .description("Granted to this region and not open yet")
                .register(registry);
        Gauge.builder("meridian_apply_stopped_shards", agent, SyncAgent::shardsStopped)
                .description("Apply nothing more until a person looks at them")
                .register(registry);
        Gauge.builder("meridian_feed_connected", agent, it -> it.feed().connected() ? 1 : 0)
                .description("1 while a control-plane node is heard")
                .register(registry);
        FunctionCounter.builder(
                        "meridian_feed_connects_total", agent, it -> it.feed().connects())
                .description("Feed streams begun")
                .register(registry);
        Gauge.builder("meridian_feed_revision", agent, it -> it.desired().revision())
                .description("Newest revision of the control plane's state that was heard")
                .register(registry);
        Gauge.builder("meridian_lease_by_promises", agent, it -> it.byPromises() ? 1 : 0)
                .description("1 while no control-plane node answers and writes go on by the other regions' promises")
                .register(registry);
        Gauge.builder("meridian_capture_running", agent, it -> it.facts().capturing() ? 1 : 0)
                .register(registry);
        agent.settings().kafkaPeers().keySet().forEach(source -> {
            Tags tags = Tags.of(
                    "source", source.name(), "target", agent.settings().region().name());
            linkGauge(agent, tags, "meridian_replication_lag_seconds", lag -> seconds(lag.millis()))
                    .description("Age of the newest heartbeat applied, of the partition where it is oldest")
                    .register(registry);
            linkGauge(agent, tags, "meridian_replication_lag_records", ReportFacts.Lag::recordsBehind)
                    .description("Pulled or still to pull, and not applied yet")
                    .register(registry);
            linkGauge(agent, tags, "meridian_replication_lag_rows", lag -> number(lag.rowsBehind()))
                    .description("Row changes in those records, reckoned")
                    .register(registry);
            linkGauge(agent, tags, "meridian_replication_lag_bytes", lag -> number(lag.bytesBehind()))
                    .description("Size of those records before compression, reckoned")
                    .register(registry);
        });
        Gauge.builder(
                        "meridian_capture_retained_wal_bytes",
                        agent,
                        it -> it.facts()
                                .slot()
                                .map(slot -> (double) slot.retainedBytes())
                                .orElse(Double.NaN))
                .description("Of the store's log, held back by the slot")
                .register(registry);
        Gauge.builder(
                        "meridian_capture_left_wal_bytes",
                        agent,
                        it -> it.facts()
                                .slot()
                                .map(slot -> number(slot.leftBytes()))
                                .orElse(Double.NaN))
                .description("May still be written before the store gives the slot up; NaN: it never does")
                .register(registry);
        for (ReportFacts.Pressure pressure : ReportFacts.Pressure.values()) {
            Gauge.builder(
                            "meridian_capture_slot_pressure",
                            agent,
                            it -> it.facts()
                                            .slot()
                                            .filter(slot -> slot.pressure() == pressure)
                                            .isPresent()
                                    ? 1
                                    : 0)
                    .description("1 for how it is with the slot")
                    .tags("pressure", pressure.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static Gauge.Builder<SyncAgent> linkGauge(
            SyncAgent agent, Tags tags, String name, ToDoubleFunction<ReportFacts.Lag> figure) {
        String source = tags.stream()
                .filter(tag -> tag.getKey().equals("source"))
                .findFirst()
                .orElseThrow()
                .getValue();
        return Gauge.builder(
                        name,
                        agent,
                        it -> it.facts().lags().stream()
                                .filter(lag -> lag.source().name().equals(source))
                                .findFirst()
                                .map(figure::applyAsDouble)
                                .orElse(Double.NaN))
                .tags(tags);
    }

    private static double seconds(OptionalLong millis) {
        return millis.isPresent() ? millis.getAsLong() / 1e3 : Double.NaN;
    }

    private static double number(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : Double.NaN;
    }
}
