package io.meridian.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.cli.api.UnreadableAnswerException;
import io.meridian.cli.api.WaitsException;
import io.meridian.topology.ProblemType;

/** Says why a command ended without doing what it was asked to, on standard error, and what helps. */
final class Complaint {
    private final Console console;
    private final boolean json;

    /** @param json a document about it also goes to standard output */
    Complaint(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** @param open whether a change took effect is not known; then another document tells that */
    ExitCode refused(RefusedException refused, boolean open) {
        var problem = refused.problem();
        console.error(console.bad("refused: ") + problem.detail());
        for (RefusedException.Fault fault : problem.errors()) {
            String pointer = String.valueOf(fault.pointer());
            console.error("  " + (pointer.isEmpty() ? "(the whole document)" : pointer) + ": " + fault.detail());
        }
        if (problem.status() == 401) {
            console.error(
                    "  the token is in --token-file, MERIDIAN_TOKEN_FILE or MERIDIAN_TOKEN; ./meridian up wrote one."
                            + " Which one is taken: ./meridian context show");
        }
        if (problem.type() != null) {
            console.error("  (" + problem.status() + ", " + problem.type() + ")");
        }
        if (json && !open) {
            console.json(refused.document());
        }
        return ExitCode.of(problem);
    }

    ExitCode waits(WaitsException waits) {
        console.error("nothing was done yet: " + waits.approval() + " waits for another person's approval");
        console.error("  that person: ./meridian approvals approve " + waits.approval());
        if (json) {
            console.json(waits.document());
        }
        return ExitCode.WAITS;
    }

    ExitCode unreachable(UnreachableException unreachable) {
        if (unreachable.refused()) {
            console.error(console.bad("nothing answers at " + unreachable.address()));
            console.error("  to start three regions on this machine: ./meridian up");
            console.error("  another address: --api URL, MERIDIAN_API, or ./meridian context");
        } else {
            console.error(console.bad("no answer from " + unreachable.address() + ": ") + unreachable.getMessage());
            console.error("  what runs on this machine: ./meridian status");
        }
        return ExitCode.UNAVAILABLE;
    }

    ExitCode unreadable(UnreadableAnswerException unreadable) {
        console.error(console.bad("not understood: ") + unreadable.getMessage());
        console.error("  is this the control plane's address? ./meridian status shows it");
        return ExitCode.UNAVAILABLE;
    }

    ExitCode unfit(SettingException unfit) {
        console.error(console.bad(String.valueOf(unfit.getMessage())));
        return unfit.code();
    }

    /** @param repeatable the command takes the key */
    void unknown(Exception why, String key, boolean repeatable) {
        String unknown = "whether a change took effect is not known";
        String remedy = repeatable
                ? "the same command again with --change-key " + key + " does it once, and tells what became of it"
                : "./meridian runs shows the moves";
        console.error("  " + unknown + "; " + remedy);
        if (json) {
            ObjectNode document = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", ProblemType.OUTCOME_UNKNOWN.urn())
                    .put("title", "Outcome unknown")
                    .put("detail", unknown + ": " + why.getMessage() + "; " + remedy);
            console.json(repeatable ? document.put("key", key) : document);
        }
    }
}
