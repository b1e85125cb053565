package io.meridian.control.command;

import io.meridian.control.access.TwoPersonRule;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.Receipt;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody asked for is decided as if nobody had, by the same code; around that stands who may do it alone, and that it is remembered who
 * asked and what became of it, refusals too. Not of what is routine: nothing waits for a second person there.
 */
final class AskedDecider {
    private AskedDecider() {}

    static Decision decide(ControlState state, Command.Asked asked) {
        Decision decision = decided(state, asked);
        return switch (decision) {
            case Decision.Refused refused when asked.what().routine() -> refused;
            case Decision.Accepted accepted when asked.what().routine() -> accepted;
            case Decision.Refused refused -> refused(state, asked, refused.why());
            case Decision.Accepted accepted -> {
                Receipt receipt = accepted.receipt();
                var events = new ArrayList<>(TwoPersonRule.expired(state, asked.now()));
                events.addAll(accepted.events());
                String outcome = receipt.approval().isEmpty() ? done(receipt) : "waits for " + receipt.approval();
                events.add(audited(state, asked, outcome, receipt.at()));
                yield new Decision.Accepted(events, receipt);
            }
        };
    }

    static Decision refused(ControlState state, Command.Asked asked, Problem why) {
        String outcome = "refused: " + why.type().urn() + ", " + why.detail();
        return new Decision.Refused(why, List.of(audited(state, asked, outcome, state.revision())));
    }

    private static Decision decided(ControlState state, Command.Asked asked) {
        boolean reasonNeeded =
                TwoPersonRule.concerns(state, asked) || asked.by().breaksGlass();
        if (reasonNeeded && asked.reason().isBlank()) {
            return new Decision.Refused(Problem.of(
                    ProblemType.REASON_MISSING,
                    "this is done for a reason only, which somebody else may have to understand; say it in the header Meridian-Reason, or with"
                            + " --reason"));
        }
        Decision alone = Decider.decide(state, asked.by(), asked.what());
        return alone instanceof Decision.Accepted && TwoPersonRule.waits(state, asked) ? request(state, asked) : alone;
    }

    /** It could be done now, so it is worth somebody's look. */
    private static Decision request(ControlState state, Command.Asked asked) {
        Optional<Problem> full = TwoPersonRule.refusesToWait(state, asked.now());
        if (full.isPresent()) {
            return new Decision.Refused(full.get());
        }
        var approval = TwoPersonRule.request(state, asked);
        var receipt = new Receipt(
                Decider.digest(asked.what()),
                state.revision(),
                "",
                List.of(),
                asked.now().toEpochMilli(),
                approval.id());
        return new Decision.Accepted(
                List.of(
                        new Event.ApprovalRequested(approval),
                        new Event.Remembered(asked.what().key(), receipt, asked.now())),
                receipt);
    }

    private static String done(Receipt receipt) {
        return receipt.subject().isEmpty() ? "done" : "done: " + receipt.subject();
    }

    private static Event audited(
            ControlState state, Command.Asked asked, String outcome, io.meridian.control.state.Revision after) {
        Instant at = asked.now();
        return new Event.Audited(state.audit()
                .next(
                        at,
                        asked.by(),
                        what(state, asked.what()),
                        asked.reason(),
                        outcome,
                        asked.by().breaksGlass(),
                        state.revision(),
                        after));
    }

    private static String what(ControlState state, Command.Keyed what) {
        String sentence = Decider.sentence(what);
        String approval = switch (what) {
            case Command.Approve approve -> approve.approval();
            case Command.Reject reject -> reject.approval();
            case Command.Keyed _ -> "";
        };
        return state.access()
                .approval(approval)
                .map(waiting ->
                        sentence + ": " + Decider.sentence(waiting.asked().what()) + ", asked for by "
                                + waiting.asked().by().name())
                .orElse(sentence);
    }
}
