package io.meridian.control.cluster;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.ProblemType;
import java.util.List;
import java.util.Map;

/** Commands about the control plane's own nodes. */
public final class ClusterDecider {
    private ClusterDecider() {}

    /** Only noted: the log itself changes its voters, and it knows what stands in the way. */
    public static Answer change(Command.ChangeVoters change) {
        return new Answer.Yes(
                List.of(new Event.VotersAsked(change.change(), change.now())), "", List.of(change.change()));
    }

    public static List<Event> report(ControlState state, Command.ReportLogic report) {
        Integer known = state.cluster().supports().get(report.node());
        return known != null && known == report.supports()
                ? List.of()
                : List.of(new Event.LogicReported(report.node(), report.supports()));
    }

    /** Never back: what was decided by the newer version stands in the state. */
    public static Answer raise(ControlState state, Command.RaiseLogic raise) {
        int present = state.logicVersion();
        if (raise.version() == present) {
            return new Answer.Yes(List.of(), "", List.of("the logic version is " + present + " already"));
        }
        if (raise.version() < present) {
            return Answer.no(
                    ProblemType.LOGIC_NOT_SUPPORTED,
                    "the logic version is " + present + " and never goes back, not to " + raise.version());
        }
        if (raise.voters().isEmpty()) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT,
                    "a logic version is raised for the voters that there are; none were named");
        }
        Map<String, Integer> supports = state.cluster().supports();
        List<String> lacking = raise.voters().stream()
                .filter(voter -> supports.getOrDefault(voter, 0) < raise.version())
                .map(voter -> voter
                        + (supports.get(voter) instanceof Integer knows ? " knows up to " + knows : " has not said"))
                .toList();
        if (!lacking.isEmpty()) {
            return Answer.no(
                    ProblemType.LOGIC_NOT_SUPPORTED,
                    "logic version " + raise.version() + " stops every node that does not know it: "
                            + String.join(", ", lacking) + "; upgrade them first");
        }
        return new Answer.Yes(
                List.of(new Event.LogicRaised(raise.version())),
                "",
                List.of("logic version " + present + " becomes " + raise.version()));
    }
}
