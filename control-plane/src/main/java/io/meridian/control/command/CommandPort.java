package io.meridian.control.command;

/** Where commands go in. */
public interface CommandPort {
    Outcome submit(Command command) throws InterruptedException;
}
