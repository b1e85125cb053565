package io.meridian.agent.shell;

import io.meridian.agent.SyncAgent;
import io.meridian.agent.feed.ReportFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Red when the region may not write (its lease ran out), when changes do not flow, or when a shard was stopped. */
@Readiness
@ApplicationScoped
class AgentHealth implements HealthCheck {
    private final AgentService service;

    AgentHealth(AgentService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("agent");
        Optional<SyncAgent> running = service.agent();
        if (running.isEmpty()) {
            return response.down().withData("problem", "starting").build();
        }
        SyncAgent agent = running.get();
        ReportFacts facts = agent.facts();
        boolean well = agent.leaseRemaining().isPositive()
                && facts.capturing()
                && facts.applying()
                && agent.shardsStopped() == 0;
        return response.status(well)
                .withData("leaseRemainingMillis", agent.leaseRemaining().toMillis())
                .withData("capturing", facts.capturing())
                .withData("applying", facts.applying())
                .withData("shardsStopped", agent.shardsStopped())
                .withData("shardsWaiting", agent.shardsWaiting())
                .withData("feedConnected", agent.feed().connected())
                .withData("revision", agent.desired().revision())
                .withData("problem", facts.problem().orElse(""))
                .build();
    }
}
