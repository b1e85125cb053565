package io.meridian.agent.server;

import io.meridian.topology.StorePlace;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether a server's word may be relied on: asked in each transaction that writes a lease, a promise or an opening. */
public interface StoreStanding {
    /** For stores of one server, whose history nobody remembers. */
    StoreStanding ANY = _ -> new Look(Optional.empty(), Optional.empty());

    /**
     * @param obstacle what stands in the way, with its cure; empty: nothing
     * @param place all before it is durable once the caller's transaction has committed; empty: nobody remembers it
     */
    record Look(Optional<String> obstacle, Optional<StorePlace> place) {}

    /** @throws SQLException also for a server that must not be worked with any more */
    Look look(Connection transaction) throws SQLException;

    /** The transaction that looked has committed, and others go by it. */
    default void rely(Look look) {}
}
