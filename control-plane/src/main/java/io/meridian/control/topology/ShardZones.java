package io.meridian.control.topology;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Only R zones own shards: whoever names a zone for shards or users of theirs names one of them. */
public final class ShardZones {
    private ShardZones() {}

    /** @return why {@code zone} has no shards and never gets any; empty: it is an R zone */
    public static Optional<Problem> refused(Topology topology, ZoneId zone, String pointer) {
        Optional<Topology.Zone> found = topology.zone(zone);
        if (found.isEmpty()) {
            return Optional.of(problem(
                    ProblemType.UNKNOWN_ZONE,
                    pointer,
                    "there is no zone '" + zone + "'; zones are " + names(topology.shardZones())));
        }
        if (!found.get().sharded()) {
            return Optional.of(problem(
                    ProblemType.NOT_SHARDED,
                    pointer,
                    "zone " + zone + " is " + found.get().kind().indefinite()
                            + " zone: it owns no shards; R zones do, and they are " + names(topology.shardZones())));
        }
        return Optional.empty();
    }

    private static String names(List<Topology.Zone> zones) {
        return String.join(", ", zones.stream().map(zone -> zone.id().name()).toList());
    }

    private static Problem problem(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }
}
