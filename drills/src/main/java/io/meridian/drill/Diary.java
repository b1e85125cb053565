package io.meridian.drill;

import io.meridian.drill.report.Report;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happened and how long it took: told at once, and kept for the report. */
final class Diary {
    private final DrillClock clock;
    private final PrintStream out;
    private final Consumer<String> told;
    private final List<Report.Event> events = new ArrayList<>();
    private final List<Report.Stage> stages = new ArrayList<>();

    /** @param told gets each event, too; called by whoever tells it, so it must not wait */
    Diary(DrillClock clock, PrintStream out, Consumer<String> told) {
        this.clock = clock;
        this.out = out;
        this.told = told;
    }

    synchronized void event(String text) {
        double second = clock.second();
        events.add(new Report.Event(second, text));
        out.printf(Locale.ROOT, " %7.1f s  %s%n", second, text);
        out.flush();
        told.accept(text);
    }

    /** For who watches; nothing for the report. */
    synchronized void passing(String text) {
        out.printf(Locale.ROOT, " %7.1f s    %s%n", clock.second(), text);
        out.flush();
    }

    synchronized void stage(String name, double fromSecond, String note) {
        stage(name, fromSecond, clock.second() - fromSecond, note);
    }

    synchronized void stage(String name, double fromSecond, double seconds, String note) {
        stages.add(new Report.Stage(name, fromSecond, seconds, "drill", note));
    }

    /** As the control plane tells it. */
    synchronized void stage(String name, Instant from, long millis, String note) {
        stages.add(new Report.Stage(name, clock.second(from), millis / 1000.0, "control plane", note));
    }

    synchronized void notMeasured(String name, @Nullable Double fromSecond, String why) {
        stages.add(new Report.Stage(name, fromSecond, null, "drill", why));
    }

    DrillClock clock() {
        return clock;
    }

    synchronized List<Report.Event> events() {
        return List.copyOf(events);
    }

    /** In the order of time. */
    synchronized List<Report.Stage> stages() {
        return stages.stream()
                .sorted(java.util.Comparator.comparingDouble(
                        stage -> stage.fromSecond() == null ? Double.MAX_VALUE : stage.fromSecond()))
                .toList();
    }
}
