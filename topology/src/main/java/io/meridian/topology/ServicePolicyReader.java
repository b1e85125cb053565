package io.meridian.topology;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The part of {@link ServiceReader} that reads what edges do about endpoints that fail or are full. */
final class ServicePolicyReader {
    static final int BUDGET_PERCENT = 20;
    static final int MIN_CONCURRENCY = 3;

    private static final Set<String> OUTLIER = Set.of("consecutive5xx", "interval", "ejection", "maxEjectionPercent");
    private static final Set<String> CIRCUIT_BREAKER =
            Set.of("maxConnections", "maxPendingRequests", "maxRequests", "maxRetries");
    private static final Set<String> WEIGHT_CUT = Set.of("errorPercent", "floorPercent", "window");

    private ServicePolicyReader() {}

    static Optional<Topology.Outlier> outlier(DocumentNode service) {
        return policy(service, "outlier", OUTLIER, Set.of(), node -> {
            Optional<Integer> answers = node.whole("consecutive5xx", 1, 1000);
            Optional<Duration> interval = node.duration("interval", Duration.ofMillis(100), Duration.ofMinutes(10));
            Optional<Duration> ejection = node.duration("ejection", Duration.ofMillis(100), Duration.ofMinutes(10));
            Optional<Integer> percent = node.whole("maxEjectionPercent", 1, 100);
            return answers.flatMap(a ->
                    interval.flatMap(i -> ejection.flatMap(e -> percent.map(p -> new Topology.Outlier(a, i, e, p)))));
        });
    }

    static Optional<Topology.CircuitBreaker> circuitBreaker(DocumentNode service) {
        return policy(service, "circuitBreaker", CIRCUIT_BREAKER, Set.of(), node -> {
            Optional<Integer> connections = node.whole("maxConnections", 1, 1_000_000);
            Optional<Integer> pending = node.whole("maxPendingRequests", 1, 1_000_000);
            Optional<Integer> requests = node.whole("maxRequests", 1, 1_000_000);
            Optional<Integer> retries = node.whole("maxRetries", 1, 1_000_000);
            return connections.flatMap(c -> pending.flatMap(
                    p -> requests.flatMap(q -> retries.map(r -> new Topology.CircuitBreaker(c, p, q, r)))));
        });
    }

    static Optional<Topology.Retries> retries(DocumentNode service) {
        return policy(service, "retries", Set.of("attempts"), Set.of("budgetPercent", "minConcurrency"), node -> {
            Optional<Integer> attempts = node.whole("attempts", 1, 5);
            int budget = node.whole("budgetPercent", 1, 100).orElse(BUDGET_PERCENT);
            int least = node.whole("minConcurrency", 1, 1000).orElse(MIN_CONCURRENCY);
            return attempts.map(a -> new Topology.Retries(a, budget, least));
        });
    }

    /** @param kind empty: that is at fault itself */
    static Optional<Topology.WeightCut> weightCut(DocumentNode service, Optional<Topology.Kind> kind) {
        if (service.has("weightCut") && kind.isPresent() && kind.get() != Topology.Kind.C) {
            service.child("weightCut")
                    .fault("only the reads of a C service are shared out by weights; leave it out of "
                            + kind.get().indefinite() + " service");
        }
        return policy(service, "weightCut", WEIGHT_CUT, Set.of(), node -> {
            Optional<Integer> errors = node.whole("errorPercent", 1, 100);
            Optional<Integer> floor = node.whole("floorPercent", 1, 100);
            Optional<Duration> window = node.duration("window", Duration.ofSeconds(1), Duration.ofMinutes(10));
            return errors.flatMap(e -> floor.flatMap(f -> window.map(w -> new Topology.WeightCut(e, f, w))));
        });
    }

    private static <T> Optional<T> policy(
            DocumentNode service,
            String key,
            Set<String> required,
            Set<String> optional,
            Function<DocumentNode, Optional<T>> reader) {
        DocumentNode node = service.child(key);
        return service.has(key) && node.isObject(required, optional) ? reader.apply(node) : Optional.empty();
    }
}
