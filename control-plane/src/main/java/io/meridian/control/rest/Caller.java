package io.meridian.control.rest;

import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import jakarta.enterprise.context.RequestScoped;

/** Who sent the present request, and why, as the filters found out. */
@RequestScoped
public class Caller {
    private Actor actor = Actor.NOBODY;
    private String reason = "";

    void is(Actor found, String given) {
        actor = found;
        reason = given;
    }

    Actor actor() {
        return actor;
    }

    Command.Asked asks(Command.Keyed what) {
        if (actor.equals(Actor.NOBODY)) {
            throw new IllegalStateException("a change without anybody who asks for it: " + what);
        }
        return new Command.Asked(actor, reason, what);
    }
}
