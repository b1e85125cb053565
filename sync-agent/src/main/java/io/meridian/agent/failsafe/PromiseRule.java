package io.meridian.agent.failsafe;

import io.meridian.agent.feed.DesiredState;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What speaks against a promise before the store is asked. Pure. Each condition has a counterexample in the model (m6). */
public final class PromiseRule {
    private PromiseRule() {}

    /** Above it a bound of the promise would be none. */
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(5);

    /** @return why no promise is given; empty: nothing speaks against it */
    public static Optional<String> obstacle(RegionId here, String group, DesiredState known, PromiseAsked asked) {
        RegionId asker = asked.region();
        if (!asked.duration().isPositive() || asked.duration().compareTo(LONGEST_ASKED) > 0) {
            return Optional.of(
                    "a promise for " + asked.duration() + " is not given: above zero, at most " + LONGEST_ASKED);
        }
        if (!group.equals(asked.group())) {
            return Optional.of("this is the agent of store group " + group + ", not of " + asked.group());
        }
        if (asker.equals(here)) {
            return Optional.of("a region promises itself nothing");
        }
        if (known.revision() == 0) {
            return Optional.of("this agent has heard nothing of the control plane yet");
        }
        if (!known.regions().contains(asker)) {
            return Optional.of("region " + asker + " is no member that is known here");
        }
        Set<RegionId> unknown = new TreeSet<>(known.regions());
        unknown.removeAll(asked.members());
        if (!unknown.isEmpty()) {
            return Optional.of("the asker does not know of " + unknown + ", which may be granted its shards");
        }
        return known.losses().gathers().stream()
                        .anyMatch(gather -> gather.source().equals(asker))
                ? Optional.of("region " + asker + " is being failed over")
                : Optional.empty();
    }
}
