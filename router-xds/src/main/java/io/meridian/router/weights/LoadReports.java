package io.meridian.router.weights;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.stub.StreamObserver;
import io.meridian.router.compile.CityClusters;
import io.meridian.router.view.Places;
import io.meridian.router.view.Shares;
import io.meridian.router.weights.ZoneShare.Answers;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Hears from the Envoys what became of their requests to C zones, and keeps each zone's share. The thread {@code weights} owns it; an Envoy
 * reports once per {@link #REPORT_EVERY}, so its inbox is bounded by the number of streams. Shares live in memory: a router that starts gives every
 * zone its whole weight, and cuts again within a window what deserves it.
 */
public final class LoadReports extends LoadReportingServiceGrpc.LoadReportingServiceImplBase implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LoadReports.class);

    /** The shortest window that can be declared. */
    static final java.time.Duration REPORT_EVERY = java.time.Duration.ofSeconds(1);

    private final Consumer<Shares> onChange;
    private final ScheduledExecutorService weights;
    private final List<StreamObserver<LoadStatsResponse>> envoys = new ArrayList<>();
    private final Map<String, Window> windows = new LinkedHashMap<>();
    private List<String> asked = List.of();
    private Shares shares = Shares.WHOLE;

    /** Of a service: what was heard since its beginning. */
    private static final class Window {
        private Topology.WeightCut rule;
        private final Map<ZoneId, Answers> answers = new HashMap<>();
        private long beganNanos;

        Window(Topology.WeightCut rule) {
            this.rule = rule;
            this.beganNanos = System.nanoTime();
        }
    }

    /** @param onChange told the new shares, on the thread {@code weights}: it must not block */
    public LoadReports(Consumer<Shares> onChange) {
        this.onChange = onChange;
        this.weights = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weights").daemon().factory());
        long every = REPORT_EVERY.toMillis() / 2;
        var _ = weights.scheduleWithFixedDelay(guarded(this::judge), every, every, TimeUnit.MILLISECONDS);
    }

    /** From now on these services' rules hold; zones that are gone are forgotten. May be called from any thread. */
    public void follow(Places places) {
        handOver(() -> {
            var ruled = new LinkedHashMap<String, Topology.WeightCut>();
            places.services()
                    .forEach(service -> service.weightCut()
                            .filter(_ -> service.kind() == Topology.Kind.C)
                            .ifPresent(rule -> ruled.put(service.name(), rule)));
            windows.keySet().retainAll(ruled.keySet());
            ruled.forEach((service, rule) -> windows.computeIfAbsent(service, _ -> new Window(rule)).rule = rule);
            forget(places);
            List<String> clusters = ruled.keySet().stream()
                    .flatMap(service -> List.of(CityClusters.edge(service), CityClusters.gateway(service)).stream())
                    .toList();
            if (!clusters.equals(asked)) {
                asked = clusters;
                envoys.forEach(this::ask);
            }
        });
    }

    @Override
    public StreamObserver<LoadStatsRequest> streamLoadStats(StreamObserver<LoadStatsResponse> responses) {
        handOver(() -> {
            envoys.add(responses);
            ask(responses);
        });
        return new StreamObserver<>() {
            @Override
            public void onNext(LoadStatsRequest report) {
                handOver(() -> report.getClusterStatsList().forEach(LoadReports.this::take));
            }

            @Override
            public void onError(Throwable broken) {
                handOver(() -> envoys.remove(responses));
            }

            @Override
            public void onCompleted() {
                handOver(() -> {
                    envoys.remove(responses);
                    responses.onCompleted();
                });
            }
        };
    }

    /** Completes every stream, so that the Envoys know. */
    @Override
    public void close() {
        handOver(() -> {
            envoys.forEach(StreamObserver::onCompleted);
            envoys.clear();
        });
        weights.shutdown();
    }

    private void ask(StreamObserver<LoadStatsResponse> envoy) {
        try {
            envoy.onNext(LoadStatsResponse.newBuilder()
                    .addAllClusters(asked)
                    .setLoadReportingInterval(Duration.newBuilder().setSeconds(REPORT_EVERY.toSeconds()))
                    .build());
        } catch (RuntimeException closed) {
            LOG.debug("load reports not asked for: the stream is closed", closed);
        }
    }

    private void take(ClusterStats cluster) {
        Optional<Window> window = CityClusters.service(cluster.getClusterName()).map(windows::get);
        window.ifPresent(open -> cluster.getUpstreamLocalityStatsList().forEach(locality -> {
            String zone = locality.getLocality().getZone();
            if (!zone.isEmpty()) { // else it is behind a gateway, and its own region's Envoys report it
                open.answers.merge(
                        ZoneId.of(zone),
                        new Answers(locality.getTotalSuccessfulRequests(), locality.getTotalErrorRequests()),
                        (one, other) -> one.and(other.good(), other.failed()));
            }
        }));
    }

    private void judge() {
        Shares before = shares;
        windows.forEach((service, window) -> {
            if (System.nanoTime() - window.beganNanos >= window.rule.window().toNanos()) {
                judge(service, window);
                window.answers.clear();
                window.beganNanos = System.nanoTime();
            }
        });
        tell(before);
    }

    private void judge(String service, Window window) {
        var zones = new java.util.TreeSet<>(window.answers.keySet());
        zones.addAll(shares.byService()
                .getOrDefault(service, java.util.Collections.emptySortedMap())
                .keySet());
        for (ZoneId zone : zones) {
            Answers answers = window.answers.getOrDefault(zone, Answers.NONE);
            double had = shares.of(service, zone);
            double has = ZoneShare.next(had, answers, window.rule);
            if (has != had) {
                LOG.warnf(
                        "zone's share of reads %s service=%s zone=%s share=%.3f failed=%d answers=%d",
                        has < had ? "cut" : "restored", service, zone, has, answers.failed(), answers.all());
                shares = shares.with(service, zone, has);
            }
        }
    }

    private void forget(Places places) {
        Shares before = shares;
        before.byService()
                .forEach((service, zones) -> zones.keySet().stream()
                        .filter(zone ->
                                !windows.containsKey(service) || !places.zones().containsKey(zone))
                        .forEach(zone -> shares = shares.with(service, zone, 1)));
        tell(before);
    }

    private void tell(Shares before) {
        if (!shares.equals(before)) {
            onChange.accept(shares);
        }
    }

    private void handOver(Runnable work) {
        try {
            weights.execute(guarded(work));
        } catch (RejectedExecutionException closing) {
            LOG.debug("load report dropped: closing");
        }
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException defect) {
                LOG.error("weights not followed: a defect, please report it", defect);
            }
        };
    }
}
