package io.meridian.router.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All rules. */
final class Rules {
    static final List<Rule> ALL = Stream.of(
                    SubscriptionRules.ALL, UpdateRules.ALL, VersionRules.ALL, OrderRules.ALL, StreamRules.ALL)
            .flatMap(List::stream)
            .toList();

    private Rules() {}
}
