package io.meridian.router;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red until a first view is answered by; losing the control plane later does not make it red, because routing goes on. */
@Readiness
@ApplicationScoped
class RouterHealth implements HealthCheck {
    private final RouterService service;

    RouterHealth(RouterService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<Router> router = service.router();
        var response = HealthCheckResponse.named("router")
                .status(router.isPresent() && router.get().loaded());
        router.ifPresent(it -> response.withData("revision", it.view().revision())
                .withData("holdRevision", it.holdRevision())
                .withData("attachedTo", it.attachedTo().orElse("none"))
                .withData("feedLapsed", it.feedLapsed())
                .withData("envoys", it.ledger().entries().size()));
        return response.build();
    }
}
