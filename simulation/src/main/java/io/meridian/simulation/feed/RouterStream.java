package io.meridian.simulation.feed;

import io.meridian.control.feed.RouterMemory;
import io.meridian.control.feed.RouterViews;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.router.feed.ViewMapper;
import io.meridian.router.view.ViewChange;
import io.meridian.topology.RegionId;
import io.meridian.wire.EnvoyReport;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import java.time.Duration;
import java.util.Optional;

/** One router's stream at its control-plane node. */
public final class RouterStream implements ServerEnd<RouterStream.Told> {
    private final RouterMemory memory;
    private final String session;
    private Optional<ControlState> told = Optional.empty();

    public RouterStream(String router, RegionId region, String session, String node) {
        this.memory = new RouterMemory(router, region, session, node);
        this.session = session;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public Optional<ControlState> told() {
        return told;
    }

    /** @param lease how long the router may go on holding after this message */
    public record Told(ViewChange change, Duration lease) {}

    @Override
    public Told tell(ControlState state) {
        RouterView view = RouterViews.view(told, state);
        told = state.declared().isPresent() ? Optional.of(state) : Optional.empty();
        return new Told(ViewMapper.change(view), Duration.ofMillis(view.getFeedLeaseMillis()));
    }

    /** @param acked the newest revision that the region's Envoy accepted */
    public record Report(long holdRevision, String envoy, long acked) {}

    public void hear(Report report) {
        memory.hear(RouterReport.newBuilder()
                .setHoldCapable(true)
                .setHoldRevision(report.holdRevision())
                .addEnvoys(EnvoyReport.newBuilder().setNode(report.envoy()).setAckedRevision(report.acked()))
                .build());
    }

    @Override
    public void gone() {
        memory.gone();
    }

    public RouterSession observation() {
        return memory.session();
    }
}
