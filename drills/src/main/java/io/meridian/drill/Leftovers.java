package io.meridian.drill;

import io.meridian.cli.api.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What a runner had to tell the control plane, and could not. */
final class Leftovers {
    static final String DIED = "its runner died before it had done anything, or after everything was undone";
    static final String UNDONE =
            "its runner died; ./meridian drill undo took back what it did, and what clients saw of it nobody measured";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Leftovers() {}

    /** Whoever calls it holds the instance's lock, and nothing is to be undone any more. @param why of a drill that left no result */
    static void tell(Path drills, ControlPlane api, PrintStream out, String why)
            throws IOException, InterruptedException {
        Optional<Dossier> left = Dossier.find(drills);
        if (left.isEmpty()) {
            return;
        }
        Dossier dossier = left.get();
        String record = dossier.record().orElse("of an earlier drill");
        try {
            if (!dossier.hasResult()) {
                dossier.ended("FAILED", why);
            }
            dossier.deliver(api, PATIENCE);
            out.println(" told the control plane what became of " + record);
        } catch (RefusedException refused) {
            out.println(" the control plane does not take the result " + record + ": " + refused.getMessage());
        } catch (RuntimeException away) {
            if (!ControlPlane.mayPass(away)) {
                throw away;
            }
            out.println(" the control plane does not answer, so it does not know yet what became of " + record);
        }
        out.flush();
    }
}
