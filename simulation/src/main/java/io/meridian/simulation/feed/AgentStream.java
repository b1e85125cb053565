package io.meridian.simulation.feed;

import io.meridian.agent.failover.GatherAnswer;
import io.meridian.agent.failover.LossOrders;
import io.meridian.agent.feed.DesiredState;
import io.meridian.agent.feed.LossMapper;
import io.meridian.agent.feed.ReportFacts;
import io.meridian.agent.feed.ReportMapper;
import io.meridian.agent.feed.ViewMapper;
import io.meridian.agent.fence.FenceRow;
import io.meridian.agent.fence.ShardHead;
import io.meridian.agent.hashing.HashTaken;
import io.meridian.agent.hashing.VerificationTaken;
import io.meridian.control.command.Command;
import io.meridian.control.feed.AgentMemory;
import io.meridian.control.feed.AgentViews;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.meridian.wire.AgentReport;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** One agent's stream at its control-plane node: what the node was told, and what the agent was. */
public final class AgentStream implements ServerEnd<DesiredState.View> {
    private static final String GROUP = "main";

    private final AgentViews views;
    private final AgentMemory memory;
    private final String session;
    private Optional<ControlState> told = Optional.empty();

    public AgentStream(RegionId region, String session, String node) {
        this.views = new AgentViews(region, GROUP);
        this.memory = new AgentMemory(region, GROUP, session, node);
        this.session = session;
        // The gate on clocks only spares people a wrong lag; here moves have to go on under the worst of clocks.
        memory.clockOffset(0);
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public Optional<ControlState> told() {
        return told;
    }

    @Override
    public DesiredState.View tell(ControlState state) {
        DesiredState.View view = ViewMapper.fromMessage(views.view(told, state), GROUP);
        told = state.declared().isPresent() ? Optional.of(state) : Optional.empty();
        return view;
    }

    /** A report on its way up. */
    public record Report(
            boolean complete,
            long knownRevision,
            Collection<FenceRow> fences,
            Collection<ShardHead> heads,
            Collection<HashTaken> hashes,
            Optional<ReportFacts> facts,
            Collection<GatherAnswer> gathered,
            Collection<LossOrders.Tail> settled,
            Optional<VerificationTaken> verification,
            long leaseRemainingMillis) {}

    public void hear(Report report) {
        AgentReport.Builder message =
                AgentReport.newBuilder().setComplete(report.complete()).setKnownRevision(report.knownRevision());
        report.fences().forEach(row -> message.addFences(ReportMapper.toMessage(row)));
        report.heads().forEach(head -> message.addHeads(ReportMapper.toMessage(head)));
        report.hashes().forEach(hash -> message.addHashes(ReportMapper.toMessage(hash)));
        report.gathered().forEach(answer -> message.addGathered(LossMapper.toMessage(answer)));
        report.settled().forEach(tail -> message.addTails(LossMapper.toMessage(tail)));
        report.verification().ifPresent(taken -> message.addVerifications(ReportMapper.toMessage(taken)));
        report.facts().ifPresent(facts -> {
            facts.lags().forEach(lag -> message.addLags(ReportMapper.toMessage(lag)));
            message.setHealth(ReportMapper.toMessage(facts, report.leaseRemainingMillis()));
        });
        memory.hear(message.build());
    }

    @Override
    public void gone() {
        memory.gone();
    }

    public AgentObservation observation() {
        return memory.observation();
    }

    public Command.Report report(ControlState state, Instant now) {
        return memory.report(state, now);
    }

    /** The first of the other reports that teaches something. */
    public Optional<Command> otherReport(ControlState state, Instant now) {
        return memory.gathers(state, now)
                .<Command>map(report -> report)
                .or(() -> memory.tails(state, now))
                .or(() -> memory.verification(state, now));
    }
}
