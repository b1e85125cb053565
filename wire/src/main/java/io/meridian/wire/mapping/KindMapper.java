package io.meridian.wire.mapping;

import io.meridian.topology.Topology;
import io.meridian.wire.Kind;
import io.meridian.wire.RouterView;
import java.util.List;
import java.util.stream.Stream;

/** Kinds of zones and services, between the wire and topology's words. */
public final class KindMapper {
    private KindMapper() {}

    public static Kind toMessage(Topology.Kind kind) {
        return switch (kind) {
            case R -> Kind.KIND_R;
            case G -> Kind.KIND_G;
            case C -> Kind.KIND_C;
        };
    }

    /** R for what has none, and for a kind that this version does not know: see {@link #unknown}. */
    public static Topology.Kind fromMessage(Kind kind) {
        return switch (kind) {
            case KIND_UNSPECIFIED, KIND_R, UNRECOGNIZED -> Topology.Kind.R;
            case KIND_G -> Topology.Kind.G;
            case KIND_C -> Topology.Kind.C;
        };
    }

    /** The services and zones of kinds that this version does not know. When there are any, the receiver keeps what it had and says so. */
    public static List<String> unknown(RouterView view) {
        return Stream.concat(
                        view.getServicesList().stream()
                                .filter(service -> service.getKind() == Kind.UNRECOGNIZED)
                                .map(service -> "service " + service.getName() + " of kind " + service.getKindValue()),
                        view.getZonesList().stream()
                                .filter(zone -> zone.getKind() == Kind.UNRECOGNIZED)
                                .map(zone -> "zone " + zone.getName() + " of kind " + zone.getKindValue()))
                .toList();
    }
}
