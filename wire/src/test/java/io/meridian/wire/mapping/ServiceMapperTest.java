package io.meridian.wire.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ServiceMapperTest {
    static final List<Topology.Service> SERVICES = List.of(
            new Topology.Service("plain", List.of("header:x-user-key", "path:2")),
            new Topology.Service(
                    "full",
                    List.of("cookie:uid"),
                    Optional.of(ZoneId.of("east-1")),
                    Optional.of(new Topology.Outlier(5, Duration.ofMillis(1500), Duration.ofMinutes(2), 40)),
                    Optional.of(new Topology.CircuitBreaker(1, 2, 3, 4))));

    @ParameterizedTest
    @FieldSource("SERVICES")
    void aServiceSurvivesTheWayOutAndBack(Topology.Service service) {
        assertThat(ServiceMapper.fromMessage(ServiceMapper.toMessage(service))).isEqualTo(service);
    }
}
