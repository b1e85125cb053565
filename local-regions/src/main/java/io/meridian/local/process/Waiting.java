package io.meridian.local.process;

import io.meridian.local.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Waits for a process to be ready by asking it, not by the clock; gives up at once when it has died. */
public final class Waiting {
    public static final long PAUSE_MILLIS = 100;

    private Waiting() {}

    /** A question whose answer may be no for a while; an exception counts as no. */
    @FunctionalInterface
    public interface Question {
        boolean yes() throws Exception;
    }

    public static void until(String what, ProcessIdentity process, Path log, Duration usual, Question ready)
            throws IOException, InterruptedException {
        Duration limit = Patience.of(usual);
        long end = System.nanoTime() + limit.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                if (ready.yes()) {
                    return;
                }
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception notYet) {
                last = " (" + notYet.getMessage() + ")";
            }
            if (!process.alive()) {
                throw new StartFailedException(what + " ended before it was ready; last lines of its log:", log);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new StartFailedException(
                what + " was not ready within " + limit.toSeconds() + " s" + last + "; last lines of its log:", log);
    }
}
