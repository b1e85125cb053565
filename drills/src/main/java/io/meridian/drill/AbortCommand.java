package io.meridian.drill;

import io.meridian.drill.injection.Journal;
import io.meridian.local.Patience;
import io.meridian.local.process.ProcessIdentity;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "abort", description = "Asks the running drill to end: it undoes what it did and writes its report.")
final class AbortCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Patience.of(Duration.ofMinutes(15));

    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Override
    public Integer call() throws Exception {
        Optional<Journal> open = choice.openJournal();
        if (open.isEmpty()) {
            throw new RefusedToStartException(DrillMain.NOT_FOUND, "no drill has anything to undo");
        }
        Journal.Header header = open.get().header();
        ProcessIdentity runner = header.runner();
        if (!runner.alive()) {
            throw new RefusedToStartException(
                    DrillMain.REFUSED,
                    "drill " + header.drill() + " has died; undo it: ./meridian drill undo" + choice.flag());
        }
        runner.handle().ifPresent(ProcessHandle::destroy); // TERM
        System.out.println(" asked " + header.drill() + " to end; waiting until it has undone what it did ...");
        if (!runner.awaitEnd(PATIENCE)) {
            throw new RefusedToStartException(
                    DrillMain.UNKNOWN, "it has not ended after " + PATIENCE.toMinutes() + " min and goes on undoing");
        }
        if (choice.openJournal().isPresent()) {
            throw new RefusedToStartException(
                    DrillMain.FAILED, "it has ended and not undone everything: ./meridian drill undo" + choice.flag());
        }
        System.out.println(" it has ended, and everything is undone: ./meridian drill report" + choice.flag() + " "
                + header.drill());
        return DrillMain.DONE;
    }
}
