package io.meridian.control.feed;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Revision;
import io.meridian.topology.RegionId;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import java.util.Optional;
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
        // The topology may have come since it attached.
        unknownGroup(known.group()).ifPresent(sending::end);
        known.hear(report);
        node.proposer().wake();
    }

    /** Why an agent of {@code group} is not served; empty: it is. */
    private Optional<String> unknownGroup(String group) {
        return node.source()
                .current()
                .declared()
                .map(DeclaredTopology::topology)
                .filter(topology -> topology.storeGroup(group).isEmpty())
                .map(topology -> topology.unknownGroup(group));
    }

    private void begin(AgentReport first) {
        if (first.getRegion().isEmpty() || first.getGroup().isEmpty()) {
            down.onError(Status.INVALID_ARGUMENT
                    .withDescription("the first message names region, group and instance")
                    .asRuntimeException());
            return;
        }
        Optional<String> refusal = unknownGroup(first.getGroup());
        if (refusal.isPresent()) {
            LOG.warnf(
                    "agent turned away region=%s group=%s problem=%s",
                    first.getRegion(), first.getGroup(), refusal.get());
            down.onError(
                    Status.FAILED_PRECONDITION.withDescription(refusal.get()).asRuntimeException());
            return;
        }
        RegionId region = RegionId.of(first.getRegion());
        String session = UUID.randomUUID().toString();
        var agent = new AgentMemory(region, first.getGroup(), session, node.name());
        var views = new AgentViews(region, first.getGroup());
        var sending = new FeedStream<>(
                "agent " + region + "/" + first.getGroup(),
                node.source(),
                down,
                views::view,
                node::leaderKnown,
                new Revision(first.getKnownRevision()),
                node.counters());
        agent.hear(first);
        memory = agent;
        stream = sending;
        node.attached().add(session, agent, sending);
        node.proposer().wake();
        LOG.infof("agent attached region=%s group=%s instance=%s", region, first.getGroup(), first.getInstance());
        Thread.ofVirtual()
                .name("feed-agent-" + region + "-" + first.getGroup())
                .start(() -> sending.run(() -> {}, this::gone));
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
