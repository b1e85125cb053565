package io.meridian.agent.shell;

import io.meridian.agent.SyncAgent;
import io.meridian.agent.feed.ReportFacts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.OptionalLong;

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
        Gauge.builder("meridian_capture_running", agent, it -> it.facts().capturing() ? 1 : 0)
                .register(registry);
        agent.settings().kafkaPeers().keySet().forEach(source -> {
            Tags tags = Tags.of(
                    "source", source.name(), "target", agent.settings().region().name());
            Gauge.builder("meridian_replication_lag_seconds", agent, it -> lag(it.facts(), source.name()))
                    .description("Age of the newest heartbeat applied")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("meridian_replication_lag_records", agent, it -> records(it.facts(), source.name()))
                    .description("Pulled or still to pull, and not applied yet")
                    .tags(tags)
                    .register(registry);
        });
    }

    private static double lag(ReportFacts facts, String source) {
        OptionalLong millis = facts.lags().stream()
                .filter(lag -> lag.source().name().equals(source))
                .findFirst()
                .map(ReportFacts.Lag::millis)
                .orElse(OptionalLong.empty());
        return millis.isPresent() ? millis.getAsLong() / 1e3 : Double.NaN;
    }

    private static double records(ReportFacts facts, String source) {
        return facts.lags().stream()
                .filter(lag -> lag.source().name().equals(source))
                .findFirst()
                .map(lag -> (double) lag.recordsBehind())
                .orElse(Double.NaN);
    }
}
