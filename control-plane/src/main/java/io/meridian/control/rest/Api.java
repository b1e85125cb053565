package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Receipt;
import io.meridian.topology.ProblemType;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

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
        ControlState state = plane.node()
                .read()
                .orElseThrow(() -> new RefusedException(
                        ProblemType.NOT_READY,
                        "no quorum of control-plane nodes answers this one; ask again, or ask another node"));
        stillGood(state);
        return state;
    }

    /** The filter went by what this node knew before it asked the others. */
    private void stillGood(ControlState state) {
        state.access().refuses(caller.actor(), Instant.now(Clock.systemUTC())).ifPresent(why -> {
            throw new RefusedException(why);
        });
    }

    Actor caller() {
        return caller.actor();
    }

    /** As far as this node knows; after a commit it knows that. */
    ControlState local() {
        return plane.node().applied().current();
    }

    /** What a change came to: done, or only looked at. */
    record Came(ControlState then, Receipt receipt) {}

    /** @param options of the request that {@code command} was made for: a dry run has no key */
    Came change(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        if (options.dry()) {
            Outcome.Previewed preview = preview(command);
            return new Came(preview.then(), preview.receipt());
        }
        Receipt receipt = commit(command).receipt();
        return new Came(local(), receipt);
    }

    Outcome.Committed commit(Command.Keyed command) throws InterruptedException {
        Outcome.Committed committed = committed(caller.asks(command));
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

    private Outcome.Committed committed(Command.Asked command) throws InterruptedException {
        Outcome outcome = plane.commands().submit(command);
        if (outcome instanceof Outcome.Unknown) {
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

    /** Shows what would be done, also of what would wait for a second person; whether somebody may be that one hangs on who it is. */
    private Outcome.Previewed preview(Command.Keyed command) throws InterruptedException {
        boolean word = command instanceof Command.Approve || command instanceof Command.Reject;
        return switch (plane.previews().submit(word ? caller.asks(command) : command)) {
            case Outcome.Previewed previewed -> {
                stillGood(local());
                yield previewed;
            }
            case Outcome.Refused refused -> throw new RefusedException(refused.why());
            case Outcome.Unknown unknown -> throw new RefusedException(ProblemType.NOT_READY, unknown.detail());
            case Outcome.Committed _ -> throw new IllegalStateException("a preview commits nothing");
        };
    }
}
