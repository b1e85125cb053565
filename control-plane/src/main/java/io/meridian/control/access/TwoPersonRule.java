package io.meridian.control.access;

import io.meridian.control.assignment.TopologyDecider;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What one person may not do alone waits as an {@link Approval}. That holds for making second persons too, else anybody could make their own;
 * only the very first is made alone, as there is nobody to ask.
 */
public final class TwoPersonRule {
    private TwoPersonRule() {}

    static boolean makesASecondPerson(Collection<Role> roles) {
        return roles.stream().anyMatch(role -> role.includes(Role.APPROVER));
    }

    /** Whether it is for more than one person. Where a provider vouches for people, second ones are there and none has to be made alone. */
    public static boolean concerns(ControlState state, Command.Asked asked) {
        return asked.what().secondPerson()
                || TopologyDecider.editsSafetyRules(state, asked.what())
                || (asked.what() instanceof Command.CreateToken token
                        && makesASecondPerson(token.roles())
                        && (state.access().approverMade()
                                || state.access().personBehind(asked.by()).isPresent()));
    }

    public static boolean waits(ControlState state, Command.Asked asked) {
        return !asked.by().breaksGlass() && concerns(state, asked);
    }

    /** Empty: it may be asked for. */
    public static Optional<Problem> refusesToWait(ControlState state, Instant now) {
        long waiting = state.access().approvals().stream()
                .filter(approval -> approval.stateAt(now) == Approval.State.WAITING)
                .count();
        return waiting < Access.WAITING_LIMIT
                ? Optional.empty()
                : Optional.of(
                        Problem.of(
                                ProblemType.LIMIT_REACHED,
                                waiting
                                        + " requests wait for approval, and no more than that are kept; approve or reject some"));
    }

    public static Approval request(ControlState state, Command.Asked asked) {
        String id = "ap-" + (state.access().approvalsMade() + 1);
        return new Approval(id, asked, asked.now(), asked.now().plus(Approval.LASTS), Optional.empty());
    }

    /** What expired since the last command of a person; said when the next one comes. */
    public static List<Event> expired(ControlState state, Instant now) {
        var events = new ArrayList<Event>();
        for (Approval approval : state.access().approvals()) {
            if (approval.overdue(now)) {
                events.add(new Event.ApprovalEnded(
                        approval.id(), new Approval.Ending(Approval.State.EXPIRED, approval.expires(), "", "", "")));
            }
        }
        return events;
    }

    /** @return why {@code by} cannot approve it; empty: it can be decided */
    public static Optional<Problem> refusesApproval(ControlState state, Actor by, Instant now, String id) {
        Optional<Problem> unfit = refusesEnding(state, now, id);
        if (unfit.isPresent()) {
            return unfit;
        }
        if (!by.may(Role.APPROVER)) {
            return Optional.of(lacks(by, Role.APPROVER, "to approve " + id));
        }
        Approval approval = state.access().approval(id).orElseThrow();
        if (state.access().onePerson(by, approval.asked().by())) {
            return Optional.of(
                    Problem.of(
                            ProblemType.SECOND_PERSON_NEEDED,
                            by.name() + " asked for " + id
                                    + ", or knows the token that did, and cannot approve it too; let another approver look at it"));
        }
        return Optional.empty();
    }

    /** Whoever asked may take it back; else it takes an approver. */
    public static Optional<Problem> refusesRejection(ControlState state, Actor by, Instant now, String id) {
        Optional<Problem> unfit = refusesEnding(state, now, id);
        if (unfit.isPresent()) {
            return unfit;
        }
        Approval approval = state.access().approval(id).orElseThrow();
        return by.may(Role.APPROVER)
                        || state.access().onePerson(by, approval.asked().by())
                ? Optional.empty()
                : Optional.of(lacks(by, Role.APPROVER, "to reject " + id));
    }

    private static Optional<Problem> refusesEnding(ControlState state, Instant now, String id) {
        Optional<Approval> approval = state.access().approval(id);
        if (approval.isEmpty()) {
            return Optional.of(Problem.of(ProblemType.UNKNOWN_APPROVAL, "there is no approval '" + id + "'"));
        }
        return switch (approval.get().stateAt(now)) {
            case WAITING -> Optional.empty();
            case EXPIRED ->
                Optional.of(Problem.of(
                        ProblemType.APPROVAL_ENDED,
                        id + " expired at " + approval.get().expires() + "; ask for it again"));
            case APPROVED, REJECTED -> {
                Approval.Ending ending = approval.get().ended().orElseThrow();
                yield Optional.of(Problem.of(
                        ProblemType.APPROVAL_ENDED,
                        id + " was " + approval.get().state().name().toLowerCase(java.util.Locale.ROOT) + " by "
                                + ending.by() + " at " + ending.at()));
            }
        };
    }

    /** What is missing, said so that it can be given. */
    public static Problem lacks(Actor by, Role needed, String act) {
        String has = by.roles().isEmpty()
                ? "no role"
                : String.join(", ", by.roles().stream().map(Role::text).toList());
        return Problem.of(
                ProblemType.FORBIDDEN,
                by.name() + " has " + has + "; " + act + " takes the role " + needed.text()
                        + ": use a token that has it, or let somebody who has it do this");
    }
}
