package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
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

    public Api(ControlPlane plane) {
        this.plane = plane;
    }

    /** Linearizable: everything that was answered before is in it. */
    ControlState read() throws InterruptedException {
        return plane.node()
                .read()
                .orElseThrow(() -> new RefusedException(
                        ProblemType.NOT_READY,
                        "no quorum of control-plane nodes answers this one; ask again, or ask another node"));
    }

    /** As far as this node knows; after a commit it knows that. */
    ControlState local() {
        return plane.node().applied().current();
    }

    static String keyOr(@Nullable String given) {
        return given == null || given.isBlank() ? UUID.randomUUID().toString() : given.strip();
    }

    Outcome.Committed commit(Command command) throws InterruptedException {
        Outcome outcome = plane.commands().submit(command);
        if (outcome instanceof Outcome.Unknown && command instanceof Command.Keyed) {
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

    Outcome.Previewed preview(Command command) throws InterruptedException {
        return switch (plane.previews().submit(command)) {
            case Outcome.Previewed previewed -> previewed;
            case Outcome.Refused refused -> throw new RefusedException(refused.why());
            case Outcome.Unknown unknown -> throw new RefusedException(ProblemType.NOT_READY, unknown.detail());
            case Outcome.Committed _ -> throw new IllegalStateException("a preview commits nothing");
        };
    }
}
