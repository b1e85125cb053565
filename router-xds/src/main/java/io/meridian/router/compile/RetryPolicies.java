package io.meridian.router.compile;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.meridian.topology.Topology;

/** Second tries that cannot execute anything twice. */
final class RetryPolicies {
    /** Looks for an endpoint that was not tried yet. */
    private static final long OTHER_HOST_TRIES = 3;

    private RetryPolicies() {}

    /**
     * For reads of C services: when all tries at one priority have failed, one at the next. A zone that has just died is thus passed over
     * before anybody counts its failures; without that, a gateway whose zone died answers 503 and is itself taken for dead.
     */
    static RetryPolicy ofReads(Topology.Retries retries) {
        int triesEach = retries.attempts() + 1;
        var others = PreviousPrioritiesConfig.newBuilder().setUpdateFrequency(triesEach);
        return ofNothingExecuted(retries).toBuilder()
                .setNumRetries(UInt32Value.of(triesEach))
                .setRetryPriority(RetryPolicy.RetryPriority.newBuilder()
                        .setName("envoy.retry_priorities.previous_priorities")
                        .setTypedConfig(Any.pack(others.build())))
                .build();
    }

    /** Never on 5xx or a reset under way: these do not prove that nothing was executed. */
    static RetryPolicy ofNothingExecuted(Topology.Retries retries) {
        return RetryPolicy.newBuilder()
                .setRetryOn("connect-failure,refused-stream")
                .setNumRetries(UInt32Value.of(retries.attempts()))
                .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                        .setName("envoy.retry_host_predicates.previous_hosts")
                        .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())))
                .setHostSelectionRetryMaxAttempts(OTHER_HOST_TRIES)
                .build();
    }
}
