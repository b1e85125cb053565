package io.meridian.control.feed;

import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.RegionId;
import io.meridian.wire.RouterReport;
import java.util.List;

/** The newest that one attached router said. */
public final class RouterMemory {
    private final String router;
    private final RegionId region;
    private final String session;
    private final String node;
    private boolean connected = true;
    private boolean holdCapable;
    private Revision hold = Revision.NONE;
    private List<RouterSession.EnvoySeen> envoys = List.of();
    private int envoysGone;

    public RouterMemory(String router, RegionId region, String session, String node) {
        this.router = router;
        this.region = region;
        this.session = session;
        this.node = node;
    }

    public synchronized void hear(RouterReport report) {
        holdCapable = report.getHoldCapable();
        hold = Revision.of(report.getHoldRevision());
        envoys = ReportMapper.envoys(report);
        envoysGone = report.getEnvoysGone();
    }

    public synchronized void gone() {
        connected = false;
    }

    public synchronized RouterSession session() {
        return new RouterSession(router, session, region, node, connected, holdCapable, hold, envoys, 0, envoysGone);
    }
}
