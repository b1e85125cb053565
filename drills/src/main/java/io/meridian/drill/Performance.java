package io.meridian.drill;

import io.meridian.drill.report.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A drill whose beginning the control plane knows, to what it is told of its end. */
final class Performance {
    private final Drill drill;
    private final Teller teller;
    private final PrintStream out;

    Performance(Drill drill, Teller teller, PrintStream out) {
        this.drill = drill;
        this.teller = teller;
        this.out = out;
        teller.onAbort(drill::abort);
    }

    /** @param drills folder of all drills here */
    Report run(Path drills) throws IOException, SQLException, InterruptedException {
        @Nullable Report report = null;
        String why = "it could not begin";
        try {
            report = drill.run(drills);
            return report;
        } catch (IOException | SQLException | RuntimeException failed) {
            why = "it could not begin: " + failed.getMessage();
            throw failed;
        } finally {
            teller.ended(report, "FAILED", why)
                    .ifPresent(unheard -> out.println(" the control plane does not know of its end (" + unheard
                            + "); the next ./meridian drill undo, run or serve tells it"));
            out.flush();
        }
    }

    /** For a process that was asked to end: waits until everything is undone and told. */
    void endBefore() {
        try {
            if (!drill.endBefore("somebody asked for it (a signal, or ./meridian drill abort)")) {
                teller.ended(null, "SKIPPED", "its runner was asked to end before it had done anything");
            }
        } catch (IOException left) {
            out.println(" not told to the control plane: " + left.getMessage());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
