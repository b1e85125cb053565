package io.meridian.agent.transport;

/** What a person does about a hole, in one way everywhere. */
public final class Cures {
    /** There is no command yet that copies shards anew: the page says what to do by hand, and what must not be done. */
    public static final String COPY_ANEW =
            "The copies of its shards must be made anew from their owner: docs/outages.md, 'A copy with a hole'";

    private Cures() {}
}
