package io.meridian.control.observe;

import io.meridian.control.ControlPlane;
import io.meridian.control.drilling.Drills;
import io.meridian.control.feed.FeedFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Of the node itself: its part in the log, the audit, those who follow its feeds. */
final class NodeMetrics {
    private NodeMetrics() {}

    static void register(ControlPlane plane, MeterRegistry registry) {
        counter(
                registry,
                plane,
                "meridian_control_log_entries_total",
                p -> p.node().applied().index() + 1);
        counter(
                registry,
                plane,
                "meridian_control_leader_changes_total",
                p -> p.node().leaderChanges());
        counter(
                registry,
                plane,
                "meridian_control_audit_entries_total",
                p -> p.node().applied().current().audit().count());
        scheduled(registry, plane, "started", Drills.Tally::started);
        scheduled(registry, plane, "skipped", Drills.Tally::skipped);
        feeds(registry, plane, "meridian_control_feed_messages_total", FeedFigures::sent);
        feeds(registry, plane, "meridian_control_feed_dropped_total", FeedFigures::dropped);
        for (String kind : new String[] {"agent", "router"}) {
            Gauge.builder(
                            "meridian_control_feed_watchers",
                            plane,
                            p -> kind.equals("agent")
                                    ? p.feedFigures().agents()
                                    : p.feedFigures().routers())
                    .tag("kind", kind)
                    .register(registry);
        }
        Gauge.builder(
                        "meridian_control_feed_behind_revisions",
                        plane,
                        p -> p.feedFigures().behind(p.node().applied().current().revision()))
                .register(registry);
    }

    private static void scheduled(
            MeterRegistry registry, ControlPlane plane, String outcome, ToDoubleFunction<Drills.Tally> value) {
        FunctionCounter.builder(
                        "meridian_control_scheduled_drills_total",
                        plane,
                        p -> value.applyAsDouble(
                                p.node().applied().current().drills().tally()))
                .tag("outcome", outcome)
                .register(registry);
    }

    private static void feeds(
            MeterRegistry registry, ControlPlane plane, String name, ToDoubleFunction<FeedFigures> value) {
        counter(registry, plane, name, p -> value.applyAsDouble(p.feedFigures()));
    }

    private static void counter(
            MeterRegistry registry, ControlPlane plane, String name, ToDoubleFunction<ControlPlane> value) {
        FunctionCounter.builder(name, plane, value).register(registry);
    }
}
