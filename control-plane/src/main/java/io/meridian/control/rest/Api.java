package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.topology.ProblemType;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What all resources do: read the truth, submit a command, refuse. */
@Singleton
public class Api {
    private final ControlPlane plane;
    private final Caller caller;

    public Api(ControlPlane plane, Caller caller) {
        this.plane = plane;
        this.caller = caller;
    }

    /** Linearizable: everything that was answered before is in it. */
    ControlState read() throws InterruptedException {
        return plane.node()
                .read()
                .orElseThrow(() -> new RefusedException(
                        ProblemType.NOT_READY,
                        "no quorum of control-plane nodes answers this one; ask again, or ask another node"));
    }

    Actor caller() {
        return caller.actor();
    }

    /** As far as this node knows; after a commit it knows that. */
    ControlState local() {
        return plane.node().applied().current();
    }

    static String keyOr(@Nullable String given) {
        return given == null || given.isBlank() ? UUID.randomUUID().toString() : given.strip();
    }

    Outcome.Committed commit(Command command) throws InterruptedException {
        Outcome.Committed committed = committed(command instanceof Command.Keyed keyed ? caller.asks(keyed) : command);
        String approval = committed.receipt().approval();
        if (!approval.isEmpty()) {
            throw new WaitsForApprovalException(local().access()
                    .approval(approval)
                    .orElseThrow(() -> new RefusedException(
                            ProblemType.UNKNOWN_APPROVAL,
                            approval + ", which this waited for, ended long ago; ask with a new Idempotency-Key")));
        }
        return committed;
    }

    private Outcome.Committed committed(Command command) throws InterruptedException {
        Outcome outcome = plane.commands().submit(command);
        if (outcome instanceof Outcome.Unknown && command instanceof Command.Asked) {
            // The same key: if it was done after all, this answers what was done.
            outcome = plane.commands().submit(command);
        }
        return switch (outcome) {
            case Outcome.Committed committed -> committed;
            case Outcome.Refused refused -> throw new RefusedException(refused.why());
            case Outcome.Unknown unknown ->
                throw new RefusedException(
                        ProblemType.OUTCOME_UNKNOWN,
                        "whether this was done is not known (" + unknown.detail()
                                + "); ask again with the same Idempotency-Key");
            case Outcome.Previewed _ -> throw new IllegalStateException("a commit previews nothing");
        };
    }

    /** Where it matters who asks. What would wait for a second person is shown as waiting; else a preview shows what would be done. */
    Outcome.Previewed previewAsked(Command.Keyed command) throws InterruptedException {
        return preview(caller.asks(command));
    }

    Outcome.Previewed preview(Command command) throws InterruptedException {
        return switch (plane.previews().submit(command)) {
            case Outcome.Previewed previewed -> previewed;
            case Outcome.Refused refused -> throw new RefusedException(refused.why());
            case Outcome.Unknown unknown -> throw new RefusedException(ProblemType.NOT_READY, unknown.detail());
            case Outcome.Committed _ -> throw new IllegalStateException("a preview commits nothing");
        };
    }
}
