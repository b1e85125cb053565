package io.meridian.control.feed;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.control.state.Revision;
import io.meridian.topology.RegionId;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One agent's stream, from its first message on. */
final class AgentFeed implements StreamObserver<AgentReport> {
    private static final Logger LOG = Logger.getLogger(AgentFeed.class);

    private final FeedNode node;
    private final ServerCallStreamObserver<AgentView> down;
    private @Nullable AgentMemory memory;
    private @Nullable FeedStream<AgentView> stream;

    AgentFeed(FeedNode node, ServerCallStreamObserver<AgentView> down) {
        this.node = node;
        this.down = down;
        down.setOnCancelHandler(this::gone);
        down.setOnReadyHandler(() -> {
            FeedStream<AgentView> present = stream;
            if (present != null) {
                present.wake();
            }
        });
    }

    @Override
    public void onNext(AgentReport report) {
        AgentMemory known = memory;
        FeedStream<AgentView> sending = stream;
        if (known == null || sending == null) {
            begin(report);
            return;
        }
        sending.heard();
        known.hear(report);
        node.proposer().wake();
    }

    private void begin(AgentReport first) {
        if (first.getRegion().isEmpty() || first.getGroup().isEmpty()) {
            down.onError(Status.INVALID_ARGUMENT
                    .withDescription("the first message names region, group and instance")
                    .asRuntimeException());
            return;
        }
        RegionId region = RegionId.of(first.getRegion());
        String session = UUID.randomUUID().toString();
        var agent = new AgentMemory(region, first.getGroup(), session, node.name());
        var views = new AgentViews(region, first.getGroup());
        var sending = new FeedStream<>(
                "agent " + region,
                node.source(),
                down,
                views::view,
                node::leaderKnown,
                new Revision(first.getKnownRevision()));
        agent.hear(first);
        memory = agent;
        stream = sending;
        node.attached().add(session, agent, sending);
        node.proposer().wake();
        LOG.infof("agent attached region=%s group=%s instance=%s", region, first.getGroup(), first.getInstance());
        Thread.ofVirtual().name("feed-agent-" + region).start(() -> sending.run(() -> {}, this::gone));
    }

    @Override
    public void onError(Throwable broken) {
        gone();
    }

    @Override
    public void onCompleted() {
        gone();
        down.onCompleted();
    }

    private void gone() {
        AgentMemory known = memory;
        FeedStream<AgentView> sending = stream;
        if (known != null && sending != null) {
            known.gone();
            sending.close();
            node.proposer().wake();
        }
    }
}
