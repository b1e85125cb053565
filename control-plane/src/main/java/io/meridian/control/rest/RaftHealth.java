package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red when this node's part of the log does not run, or knows of nobody who leads. */
@Readiness
@Singleton
public class RaftHealth implements HealthCheck {
    private final ControlPlane plane;

    public RaftHealth(ControlPlane plane) {
        this.plane = plane;
    }

    @Override
    public HealthCheckResponse call() {
        boolean running = plane.node().running();
        String leader = plane.node().leader().orElse("none");
        return HealthCheckResponse.named("raft")
                .status(running && !leader.equals("none"))
                .withData("running", running)
                .withData("leader", leader)
                .withData(
                        "revision", plane.node().applied().current().revision().number())
                .build();
    }
}
