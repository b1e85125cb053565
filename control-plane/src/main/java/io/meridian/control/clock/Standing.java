package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.parking.ParkedDecider;
import io.meridian.control.pinning.Pin;
import io.meridian.control.repair.RepairDecider;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchTable;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.VerificationDecider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that stands as it stands, and what is to be proposed once it has stood for too long. Pure; {@link LeaderClock} counts.
 *
 * @param what names it together with everything whose change starts the count anew
 */
public record Standing(String what, Duration limit, Command then) {
    /** Later than a router's own feed lease (8 s) is over: then it holds nothing that nobody waits for. */
    private static final Duration SESSION_LAPSE = Duration.ofSeconds(12);

    /** Everything in {@code state} that may not last for ever. */
    public static List<Standing> of(ControlState state, Instant now) {
        var standing = new ArrayList<Standing>();
        for (Run run : state.activeRuns()) {
            String stand = "run " + run.id() + " " + run.state().name() + " " + run.wave() + " "
                    + run.steps().size();
            for (SwitchTable.Limit limit : SwitchTable.limits(state, run)) {
                standing.add(new Standing(
                        stand + " " + limit.deadline(),
                        limit.after(),
                        new Command.DeadlinePassed(
                                now,
                                run.id(),
                                run.state().name(),
                                run.wave(),
                                limit.deadline(),
                                run.steps().size())));
            }
        }
        for (RouterSession router : state.routers().values()) {
            standing.add(new Standing(
                    "router " + router.session() + " " + router.beats(),
                    SESSION_LAPSE,
                    new Command.Lapse(
                            now, Command.Lapse.Kind.ROUTER, router.router(), router.session(), router.beats())));
        }
        for (AgentObservation agent : state.agents().values()) {
            if (agent.connected()) {
                standing.add(new Standing(
                        "agent " + agent.session() + " " + agent.beats(),
                        SESSION_LAPSE,
                        new Command.Lapse(now, Command.Lapse.Kind.AGENT, agent.key(), agent.session(), agent.beats())));
            }
        }
        for (Pin pin : state.assignments().pins()) {
            if (!pin.until().isAfter(now)) {
                standing.add(new Standing(
                        "pin " + pin.name() + " until " + pin.until(),
                        Duration.ZERO,
                        new Command.EndPin(now, pin.name())));
            }
        }
        state.repairs().running().ifPresent(repair -> {
            int pending = (int) repair.pending().count();
            if (repair.pending().anyMatch(shard -> RepairDecider.movedOn(state, shard))) {
                standing.add(new Standing(
                        "repair " + repair.id() + " " + pending + " moved on",
                        Duration.ZERO,
                        new Command.RepairMovedOn(now, repair.id())));
            }
            standing.add(new Standing(
                    "repair " + repair.id() + " " + pending,
                    RepairDecider.LIMIT,
                    new Command.RepairDue(now, repair.id(), pending)));
        });
        state.parkedOrders()
                .pending()
                .forEach(order -> standing.add(new Standing(
                        "parked order " + order.id(),
                        ParkedDecider.LIMIT,
                        new Command.ParkedOrderDue(now, order.id()))));
        state.runningVerification().ifPresent(running -> {
            boolean pausing = running.phase() instanceof Verification.Phase.Pausing;
            standing.add(new Standing(
                    "verification " + running.id() + " " + running.round() + " " + pausing,
                    pausing ? VerificationDecider.PAUSE : VerificationDecider.ROUND_LIMIT,
                    new Command.VerificationDue(now, running.id(), running.round(), pausing)));
        });
        return standing;
    }
}
