package io.meridian.drill;

import io.meridian.drill.injection.Injector;
import io.meridian.drill.injection.Journal;
import io.meridian.drill.injection.LocalInjector;
import io.meridian.drill.injection.ManualInjector;
import io.meridian.local.LocalInstance;
import io.meridian.local.instance.InstanceLock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "undo",
        description = "Undoes what a drill did that died before it could; may be interrupted and begun again.")
final class UndoCommand implements Callable<Integer> {
    @Mixin
    private final InstanceChoice choice = new InstanceChoice();

    @Override
    public Integer call() throws Exception {
        LocalInstance instance = choice.running();
        try (InstanceLock lock = InstanceLock.take(instance.layout().name(), "drill undo");
                ControlPlane api = InstanceChoice.controlPlane(instance)) {
            if (!undo(choice, instance, api)) {
                System.out.println(" no drill is to be undone");
            }
            return DrillMain.DONE;
        }
    }

    /** Whoever calls it holds the instance's lock, so no drill runs. @return whether there was anything to undo */
    static boolean undo(InstanceChoice choice, LocalInstance instance, ControlPlane api) throws Exception {
        Optional<Journal> open = choice.openJournal();
        if (open.isEmpty()) {
            Leftovers.tell(choice.drills(), api, System.out, Leftovers.DIED);
            return false;
        }
        Journal journal = open.get();
        var diary = new Diary(new DrillClock(), System.out, _ -> {});
        diary.event("undoing drill " + journal.header().drill() + ": "
                + journal.open().size() + " entries of its journal are open");
        new Undo(api, injector(journal, instance), journal, diary, new Runs(api, diary)).all(() -> {});
        String drill = journal.header().drill();
        journal.close(choice.reports().folder(drill.isEmpty() ? "unnamed" : drill));
        Leftovers.tell(choice.drills(), api, System.out, Leftovers.UNDONE);
        diary.event("everything is undone; a drill that died leaves no report");
        return true;
    }

    private static Injector injector(Journal journal, LocalInstance instance) throws RefusedToStartException {
        return switch (journal.header().injector()) {
            case LOCAL -> new LocalInjector(instance);
            case MANUAL -> new ManualInjector(RunCommand.terminal());
        };
    }
}
