package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.failover.MaxLoss;
import io.meridian.topology.LossBound;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which region is lost, and how much may be lost with it. */
record FailoverDocument(RegionId region, Optional<RegionId> to, MaxLoss maxLoss, boolean force, String reason) {
    static FailoverDocument read(@Nullable String body) {
        return Documents.read(
                body,
                "a failover is {\"region\":\"east\",\"maxLoss\":\"2s\"}",
                Set.of("region", "to", "maxLoss", "force", "reason"),
                (document, faults) -> new FailoverDocument(
                        RegionId.of(Documents.text(document, "region", "a region such as \"east\"", faults)),
                        left(document, "to")
                                ? Optional.empty()
                                : Optional.of(RegionId.of(
                                        Documents.text(document, "to", "a region such as \"west\"", faults))),
                        maxLoss(document, faults),
                        flag(document, "force", faults),
                        left(document, "reason")
                                ? ""
                                : Documents.text(document, "reason", "why, though it seems to be alive", faults)));
    }

    private static boolean left(JsonNode document, String name) {
        return document.path(name).isMissingNode() || document.path(name).isNull();
    }

    private static MaxLoss maxLoss(JsonNode document, List<Problem.Fault> faults) {
        if (left(document, "maxLoss")) {
            return MaxLoss.none();
        }
        Optional<LossBound> bound = document.path("maxLoss").isTextual()
                ? LossBound.read(document.path("maxLoss").asText())
                : Optional.empty();
        if (bound.isEmpty()) {
            faults.add(new Problem.Fault("/maxLoss", LossBound.RULE));
            return MaxLoss.none();
        }
        return new MaxLoss(bound.get().rows(), bound.get().millis());
    }

    /** False where it is left out. */
    static boolean flag(JsonNode document, String name, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            faults.add(new Problem.Fault("/" + name, "true or false"));
        }
        return value.asBoolean(false);
    }
}
