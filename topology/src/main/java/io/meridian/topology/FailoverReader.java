package io.meridian.topology;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The part of {@link TopologyReader} that reads what happens when a region looks lost. */
final class FailoverReader {
    private static final String MODES = "off, recommend or auto";

    private FailoverReader() {}

    /** Of one region: an object, or only its mode. */
    static FailoverPolicy policy(DocumentNode region) {
        if (!region.has("failover")) {
            return FailoverPolicy.DEFAULT;
        }
        DocumentNode node = region.child("failover");
        if (node.value() instanceof String) {
            return policy(node, node, LossBound.NONE);
        }
        if (!node.isObject(Set.of("mode"), Set.of("maxLoss"))) {
            return FailoverPolicy.DEFAULT;
        }
        LossBound bound = node.text("maxLoss")
                .map(text -> LossBound.read(text).orElseGet(() -> {
                    node.child("maxLoss").fault("'" + text + "': expected " + LossBound.RULE);
                    return LossBound.NONE;
                }))
                .orElse(LossBound.NONE);
        return node.has("mode") ? policy(node, node.child("mode"), bound) : FailoverPolicy.DEFAULT;
    }

    private static FailoverPolicy policy(DocumentNode node, DocumentNode said, LossBound bound) {
        Optional<FailoverPolicy.Mode> mode = mode(said);
        boolean unbounded = node == said || !node.has("maxLoss");
        if (mode.equals(Optional.of(FailoverPolicy.Mode.AUTO)) && unbounded) {
            node.fault("an automatic failover needs to know how much may be lost with a region:"
                    + " {mode: auto, maxLoss: \"2s\"}, or rows such as \"500rows\"");
        }
        return new FailoverPolicy(mode.orElse(FailoverPolicy.Mode.RECOMMEND), bound);
    }

    private static Optional<FailoverPolicy.Mode> mode(DocumentNode node) {
        if (node.value() instanceof String text) {
            for (FailoverPolicy.Mode mode : FailoverPolicy.Mode.values()) {
                if (text(mode).equals(text)) {
                    return Optional.of(mode);
                }
            }
        }
        node.fault("expected " + MODES + ", found " + node.found());
        return Optional.empty();
    }

    static String text(FailoverPolicy.Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** Of all regions. */
    static FailoverRules rules(DocumentNode document) {
        DocumentNode node = document.child("failover");
        if (!document.has("failover") || !node.isObject(Set.of(), Set.of("window", "perHour"))) {
            return FailoverRules.DEFAULT;
        }
        return new FailoverRules(
                node.duration("window", FailoverRules.SHORTEST, FailoverRules.LONGEST)
                        .orElse(FailoverRules.DEFAULT.window()),
                node.whole("perHour", 1, FailoverRules.MOST_PER_HOUR).orElse(FailoverRules.DEFAULT.perHour()));
    }
}
