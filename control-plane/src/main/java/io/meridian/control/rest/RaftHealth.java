package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.raft.RaftNode;
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
        return of(plane.node());
    }

    static HealthCheckResponse of(RaftNode node) {
        String leader = node.leader().orElse("none");
        return HealthCheckResponse.named("raft")
                .status(node.running() && !leader.equals("none"))
                .withData("division", node.state())
                .withData("leader", leader)
                .withData("revision", node.applied().current().revision().number())
                .build();
    }
}
