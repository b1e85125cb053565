package io.meridian.control.access;

import io.meridian.control.command.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that one person asked for and another one has to agree to.
 *
 * @param asked decided as it stands, at the time of the approval
 * @param ended absent while it waits
 */
public record Approval(String id, Command.Asked asked, Instant askedAt, Instant expires, Optional<Ending> ended) {
    /** Long enough to wake somebody; short enough that what was asked still fits the day. */
    static final Duration LASTS = Duration.ofHours(1);

    public enum State {
        WAITING,
        APPROVED,
        REJECTED,
        EXPIRED
    }

    /**
     * @param by empty: nobody, it expired
     * @param note what there is to say beside; the reason given is in the audit
     * @param subject the run or verification that an approved request made; empty: none
     */
    public record Ending(State state, Instant at, String by, String note, String subject) {}

    public State state() {
        return ended.map(Ending::state).orElse(State.WAITING);
    }

    /** What it is at {@code now}, though no command has said so since it expired. */
    public State stateAt(Instant now) {
        return overdue(now) ? State.EXPIRED : state();
    }

    boolean overdue(Instant now) {
        return ended.isEmpty() && !now.isBefore(expires);
    }

    Approval ended(Ending ending) {
        if (ended.isPresent()) {
            throw new IllegalStateException(id + " has ended as " + ended.get() + ", and now as " + ending);
        }
        return new Approval(id, asked, askedAt, expires, Optional.of(ending));
    }
}
