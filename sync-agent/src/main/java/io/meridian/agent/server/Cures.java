package io.meridian.agent.server;

/** What a person does about a store's servers, in one way everywhere. */
public final class Cures {
    public static final String PROMOTED =
            "Promote a server that has all of it, or take the region for lost: docs/postgresql-ha.md, 'A primary that lacks something'";

    static final String REPLACED =
            "Start the database that was, or take the region for lost: docs/failover.md, 'A database that is gone'";

    static final String STANDBY = "see docs/postgresql-ha.md, 'Setting it up'";

    private Cures() {}
}
