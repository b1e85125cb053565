package io.meridian.wire.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.wire.Kind;
import io.meridian.wire.RouterView;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.ZoneMessage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class ServiceMapperTest {
    static final Topology.Service PLAIN = new Topology.Service("plain", List.of("header:x-user-key", "path:2"));

    static final List<Topology.Service> SERVICES = List.of(
            PLAIN,
            new Topology.Service(
                    "full",
                    Topology.Kind.R,
                    List.of("shop.example.com", "*.shop.example.com"),
                    List.of("cookie:uid", "jwt:sub"),
                    Optional.of(ZoneId.of("east-1")),
                    Optional.of(new Topology.Jwt("https://id.example.com", List.of("shop", "api"), "{\"keys\":[{}]}")),
                    new TreeMap<>(Map.of(
                            ZoneId.of("west-1"), List.of("127.0.0.1:9001", "127.0.0.1:9002"),
                            ZoneId.of("east-1"), List.of("127.0.0.1:9003"))),
                    Optional.of(new Topology.Outlier(5, Duration.ofMillis(1500), Duration.ofMinutes(2), 40)),
                    Optional.of(new Topology.CircuitBreaker(1, 2, 3, 4)),
                    Optional.of(new Topology.Retries(2, 20, 3)),
                    Optional.empty(),
                    true),
            new Topology.Service(
                    "reads",
                    Topology.Kind.C,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Collections.emptySortedMap(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new Topology.WeightCut(10, 5, Duration.ofMillis(2500))),
                    false));

    @ParameterizedTest
    @FieldSource("SERVICES")
    void aServiceComesBackFromItsBytesAsItWas(Topology.Service service) throws InvalidProtocolBufferException {
        byte[] bytes = ServiceMapper.toMessage(service).toByteArray();

        assertThat(ServiceMapper.fromMessage(ServiceMessage.parseFrom(bytes))).isEqualTo(service);
    }

    @ParameterizedTest
    @EnumSource
    void aKindSurvivesTheWayOutAndBack(Topology.Kind kind) {
        assertThat(KindMapper.fromMessage(KindMapper.toMessage(kind))).isEqualTo(kind);
    }

    @Test
    void whatWasSentBeforeThereWereKindsIsAnRService() {
        var message = ServiceMessage.newBuilder()
                .setName("plain")
                .addKeys("header:x-user-key")
                .addKeys("path:2")
                .build();

        assertThat(ServiceMapper.fromMessage(message)).isEqualTo(PLAIN);
        assertThat(KindMapper.fromMessage(Kind.KIND_UNSPECIFIED)).isEqualTo(Topology.Kind.R);
    }

    @Test
    void kindsThatAreNotKnownAreNamedAndReadAsR() {
        var view = RouterView.newBuilder()
                .addServices(ServiceMessage.newBuilder().setName("old").setKind(Kind.KIND_C))
                .addServices(ServiceMessage.newBuilder().setName("new").setKindValue(7))
                .addZones(ZoneMessage.newBuilder().setName("east-1"))
                .addZones(ZoneMessage.newBuilder().setName("east-9").setKindValue(8))
                .build();

        assertThat(KindMapper.unknown(view)).containsExactly("service new of kind 7", "zone east-9 of kind 8");
        assertThat(ServiceMapper.fromMessage(view.getServices(1)).kind()).isEqualTo(Topology.Kind.R);
        assertThat(KindMapper.fromMessage(view.getZones(1).getKind())).isEqualTo(Topology.Kind.R);
    }
}
