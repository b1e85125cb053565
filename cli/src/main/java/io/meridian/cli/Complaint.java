package io.meridian.cli;

import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.cli.api.UnreadableAnswerException;
import io.meridian.cli.api.WaitsException;

/** Says why a command ended without doing what it was asked to, on standard error, and what helps. */
final class Complaint {
    private final Console console;

    Complaint(Console console) {
        this.console = console;
    }

    /** @param json the problem document also goes to standard output, as it came */
    void refused(RefusedException refused, boolean json) {
        var problem = refused.problem();
        console.error(console.bad("refused: ") + problem.detail());
        for (RefusedException.Fault fault : problem.errors()) {
            String pointer = String.valueOf(fault.pointer());
            console.error("  " + (pointer.isEmpty() ? "(the whole document)" : pointer) + ": " + fault.detail());
        }
        if (problem.status() == 401) {
            console.error(
                    "  the token is in --token-file, MERIDIAN_TOKEN_FILE or MERIDIAN_TOKEN; ./meridian up wrote one");
        }
        if (problem.type() != null) {
            console.error("  (" + problem.status() + ", " + problem.type() + ")");
        }
        if (json) {
            console.json(refused.document());
        }
    }

    void waits(WaitsException waits, boolean json) {
        console.error("nothing was done yet: " + waits.approval() + " waits for another person's approval");
        console.error("  that person: ./meridian approvals approve " + waits.approval());
        if (json) {
            console.json(waits.document());
        }
    }

    void unreachable(UnreachableException unreachable) {
        if (unreachable.refused()) {
            console.error(console.bad("nothing answers at " + unreachable.address()));
            console.error("  to start three regions on this machine: ./meridian up");
            console.error("  another address: --api URL, or MERIDIAN_API");
        } else {
            console.error(console.bad("no answer from " + unreachable.address() + ": ") + unreachable.getMessage());
            console.error(
                    "  whether a change took effect is not known; ./meridian runs shows the moves, ./meridian status the processes");
        }
    }

    void unreadable(UnreadableAnswerException unreadable) {
        console.error(console.bad("not understood: ") + unreadable.getMessage());
        console.error("  is this the control plane's address? ./meridian status shows it");
    }
}
