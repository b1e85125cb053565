package io.meridian.wire.mapping;

import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.wire.CircuitBreakerMessage;
import io.meridian.wire.OutlierMessage;
import io.meridian.wire.ServiceMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Services, as edges serve them, between the wire and topology's words. */
public final class ServiceMapper {
    private ServiceMapper() {}

    public static ServiceMessage toMessage(Topology.Service service) {
        var message = ServiceMessage.newBuilder().setName(service.name()).addAllKeys(service.keys());
        service.withoutKey().ifPresent(zone -> message.setWithoutKey(zone.name()));
        service.outlier()
                .ifPresent(outlier -> message.setOutlier(OutlierMessage.newBuilder()
                        .setConsecutive5Xx(outlier.consecutive5xx())
                        .setIntervalMillis(outlier.interval().toMillis())
                        .setEjectionMillis(outlier.ejection().toMillis())
                        .setMaxEjectionPercent(outlier.maxEjectionPercent())));
        service.circuitBreaker()
                .ifPresent(breaker -> message.setCircuitBreaker(CircuitBreakerMessage.newBuilder()
                        .setMaxConnections(breaker.maxConnections())
                        .setMaxPendingRequests(breaker.maxPendingRequests())
                        .setMaxRequests(breaker.maxRequests())
                        .setMaxRetries(breaker.maxRetries())));
        return message.build();
    }

    public static Topology.Service fromMessage(ServiceMessage message) {
        return new Topology.Service(
                message.getName(),
                List.copyOf(message.getKeysList()),
                message.getWithoutKey().isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(message.getWithoutKey())),
                message.hasOutlier() ? Optional.of(outlier(message.getOutlier())) : Optional.empty(),
                message.hasCircuitBreaker()
                        ? Optional.of(circuitBreaker(message.getCircuitBreaker()))
                        : Optional.empty());
    }

    private static Topology.Outlier outlier(OutlierMessage message) {
        return new Topology.Outlier(
                message.getConsecutive5Xx(),
                Duration.ofMillis(message.getIntervalMillis()),
                Duration.ofMillis(message.getEjectionMillis()),
                message.getMaxEjectionPercent());
    }

    private static Topology.CircuitBreaker circuitBreaker(CircuitBreakerMessage message) {
        return new Topology.CircuitBreaker(
                message.getMaxConnections(),
                message.getMaxPendingRequests(),
                message.getMaxRequests(),
                message.getMaxRetries());
    }
}
