package io.meridian.control.access;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The second person's word. */
public final class ApprovalDecider {
    private ApprovalDecider() {}

    /** What was asked for is decided now, in the state of now; when that refuses it, it goes on waiting. */
    public static Answer approve(ControlState state, Actor by, Command.Approve approve) {
        Optional<Problem> unfit = TwoPersonRule.refusesApproval(state, by, approve.now(), approve.approval());
        if (unfit.isPresent()) {
            return new Answer.No(unfit.get());
        }
        Command.Asked asked =
                state.access().approval(approve.approval()).orElseThrow().asked();
        return switch (Decider.answer(state, asked.by(), asked.what().at(approve.now()))) {
            case Answer.No no -> no;
            case Answer.Yes yes -> {
                var events = new ArrayList<Event>();
                events.add(ended(approve.approval(), Approval.State.APPROVED, approve.now(), by, yes.subject()));
                events.addAll(yes.events());
                yield new Answer.Yes(events, yes.subject(), yes.changes());
            }
        };
    }

    public static Answer reject(ControlState state, Actor by, Command.Reject reject) {
        Optional<Problem> unfit = TwoPersonRule.refusesRejection(state, by, reject.now(), reject.approval());
        return unfit.isPresent()
                ? new Answer.No(unfit.get())
                : Answer.yes(List.of(ended(reject.approval(), Approval.State.REJECTED, reject.now(), by, "")));
    }

    private static Event ended(String approval, Approval.State state, Instant now, Actor by, String subject) {
        return new Event.ApprovalEnded(approval, new Approval.Ending(state, now, by.name(), "", subject));
    }
}
