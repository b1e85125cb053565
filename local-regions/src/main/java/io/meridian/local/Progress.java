package io.meridian.local;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** Shows a command's steps as they are taken, each with its time. */
final class Progress {
    private static final int WIDTH = 52;

    private final PrintStream out;
    private final int steps;
    private final long began = System.nanoTime();
    private int step;

    Progress(PrintStream out, int steps) {
        this.out = out;
        this.steps = steps;
    }

    /** A step's work. */
    @FunctionalInterface
    interface Act {
        void run() throws IOException, InterruptedException;
    }

    void step(String name, Act act) throws IOException, InterruptedException {
        step++;
        String line = " [%d/%d] %s ".formatted(step, steps, name);
        out.print(line + ".".repeat(Math.max(3, WIDTH - line.length())) + " ");
        out.flush();
        long start = System.nanoTime();
        try {
            act.run();
            out.println(seconds(start));
        } catch (IOException | InterruptedException | RuntimeException failed) {
            out.println("failed after " + seconds(start));
            throw failed;
        }
    }

    String total() {
        return seconds(began);
    }

    private static String seconds(long sinceNanos) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - sinceNanos) / 1e9);
    }
}
