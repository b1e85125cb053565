package io.meridian.drill.injection;

import java.io.IOException;

/** Who breaks things and mends them. Both may be asked for again, after a crash too, and then change only what is not yet so. */
public interface Injector {
    /** In the journal, so that whoever undoes a dead drill's faults does it in the same way. */
    enum Kind {
        LOCAL,
        MANUAL
    }

    Kind kind();

    /** @param id of the journal's entry, which names the fault to people */
    void inject(int id, Fault fault) throws IOException, InterruptedException;

    /** Returns when it is undone. */
    void undo(int id, Fault fault) throws IOException, InterruptedException;
}
