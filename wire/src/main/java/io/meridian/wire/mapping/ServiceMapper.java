package io.meridian.wire.mapping;

import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.wire.CircuitBreakerMessage;
import io.meridian.wire.JwtMessage;
import io.meridian.wire.OutlierMessage;
import io.meridian.wire.RetriesMessage;
import io.meridian.wire.ServiceEndpointsMessage;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.WeightCutMessage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Services, as edges serve them, between the wire and topology's words. */
public final class ServiceMapper {
    private ServiceMapper() {}

    public static ServiceMessage toMessage(Topology.Service service) {
        var message = ServiceMessage.newBuilder()
                .setName(service.name())
                .setKind(KindMapper.toMessage(service.kind()))
                .addAllHosts(service.hosts())
                .addAllKeys(service.keys())
                .setDiagnostics(service.diagnostics());
        service.withoutKey().ifPresent(zone -> message.setWithoutKey(zone.name()));
        service.jwt()
                .ifPresent(jwt -> message.setJwt(JwtMessage.newBuilder()
                        .setIssuer(jwt.issuer())
                        .addAllAudiences(jwt.audiences())
                        .setJwks(jwt.jwks())));
        service.endpoints()
                .forEach((zone, endpoints) -> message.addEndpoints(ServiceEndpointsMessage.newBuilder()
                        .setZone(zone.name())
                        .addAllEndpoints(endpoints)));
        policies(service, message);
        return message.build();
    }

    private static void policies(Topology.Service service, ServiceMessage.Builder message) {
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
        service.retries()
                .ifPresent(retries -> message.setRetries(RetriesMessage.newBuilder()
                        .setAttempts(retries.attempts())
                        .setBudgetPercent(retries.budgetPercent())
                        .setMinConcurrency(retries.minConcurrency())));
        service.weightCut()
                .ifPresent(cut -> message.setWeightCut(WeightCutMessage.newBuilder()
                        .setErrorPercent(cut.errorPercent())
                        .setFloorPercent(cut.floorPercent())
                        .setWindowMillis(cut.window().toMillis())));
    }

    /** A kind that this version does not know comes out as R: see {@link KindMapper#unknown}. */
    public static Topology.Service fromMessage(ServiceMessage message) {
        return new Topology.Service(
                message.getName(),
                KindMapper.fromMessage(message.getKind()),
                List.copyOf(message.getHostsList()),
                List.copyOf(message.getKeysList()),
                message.getWithoutKey().isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(message.getWithoutKey())),
                message.hasJwt() ? Optional.of(jwt(message.getJwt())) : Optional.empty(),
                endpoints(message),
                message.hasOutlier() ? Optional.of(outlier(message.getOutlier())) : Optional.empty(),
                message.hasCircuitBreaker()
                        ? Optional.of(circuitBreaker(message.getCircuitBreaker()))
                        : Optional.empty(),
                message.hasRetries() ? Optional.of(retries(message.getRetries())) : Optional.empty(),
                message.hasWeightCut() ? Optional.of(weightCut(message.getWeightCut())) : Optional.empty(),
                message.getDiagnostics());
    }

    private static Topology.Jwt jwt(JwtMessage message) {
        return new Topology.Jwt(message.getIssuer(), List.copyOf(message.getAudiencesList()), message.getJwks());
    }

    private static SortedMap<ZoneId, List<String>> endpoints(ServiceMessage message) {
        var endpoints = new TreeMap<ZoneId, List<String>>();
        message.getEndpointsList()
                .forEach(each -> endpoints.put(ZoneId.of(each.getZone()), List.copyOf(each.getEndpointsList())));
        return Collections.unmodifiableSortedMap(endpoints);
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

    private static Topology.Retries retries(RetriesMessage message) {
        return new Topology.Retries(message.getAttempts(), message.getBudgetPercent(), message.getMinConcurrency());
    }

    private static Topology.WeightCut weightCut(WeightCutMessage message) {
        return new Topology.WeightCut(
                message.getErrorPercent(), message.getFloorPercent(), Duration.ofMillis(message.getWindowMillis()));
    }
}
