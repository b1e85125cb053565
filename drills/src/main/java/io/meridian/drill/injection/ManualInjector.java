package io.meridian.drill.injection;

import java.io.IOException;

/** Asks a person for it and waits. For what no program may touch. */
public final class ManualInjector implements Injector {
    /** Where the person is. */
    public interface Terminal {
        /** Returns when the person says that it is done. @throws IOException nobody is there any more */
        void ask(String text) throws IOException;
    }

    private final Terminal terminal;

    public ManualInjector(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Kind kind() {
        return Kind.MANUAL;
    }

    @Override
    public void inject(int id, Fault fault) throws IOException {
        terminal.ask("#" + id + ": please " + fault.doing());
    }

    @Override
    public void undo(int id, Fault fault) throws IOException {
        terminal.ask("#" + id + ": please " + fault.undoing() + ", if it is not so already");
    }
}
