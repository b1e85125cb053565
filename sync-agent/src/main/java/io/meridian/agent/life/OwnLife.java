package io.meridian.agent.life;

import io.meridian.agent.server.StoreHistory;
import io.meridian.topology.RegionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Which life of its region's store this agent works in. Found once, before anything else is done in the store: a database of an earlier life is given up for
 * good, and only an empty one begins another.
 */
public final class OwnLife {
    private static final Logger LOG = Logger.getLogger(OwnLife.class);

    private final RegionId here;
    private final Supplier<OptionalInt> controlPlane;
    private final StoreHistory history;
    private volatile int number = 1;
    private volatile int overtakenBy;

    /** @param controlPlane the life that it knows; empty: no node answers */
    public OwnLife(RegionId here, Supplier<OptionalInt> controlPlane, StoreHistory history) {
        this.here = here;
        this.controlPlane = controlPlane;
        this.history = history;
    }

    /** Before a session is opened: the database of an earlier life is not looked for any more. */
    public void ask() {
        controlPlane.get().ifPresent(history::begin);
    }

    /** @return why this database cannot be worked with; empty: the life is known */
    public Optional<String> settle(Connection store) throws SQLException {
        int wanted = history.life();
        int found = LifeRows.load(store).getOrDefault(here, 1);
        if (found < wanted) {
            if (!LifeRows.kept(store)) {
                return Optional.of("its schema meridian is of an earlier release: run agent install --apply");
            }
            if (!LifeRows.fresh(store)) {
                return Optional.of("it was given up when the region began anew (life " + wanted + "; this is of life "
                        + found + "): nothing is read from it or written to it. Give this agent an empty database");
            }
            LifeRows.write(store, here, wanted);
            LOG.infof("an empty database is this region's store from now on life=%d", wanted);
        }
        number = Math.max(found, wanted);
        history.begin(number);
        return Optional.empty();
    }

    public int number() {
        return number;
    }

    /** @return whether another life began, so that nothing more is to be done in this one */
    public boolean overtaken(int told) {
        if (told <= number) {
            return false;
        }
        overtakenBy = told;
        return true;
    }

    public Optional<String> problem() {
        return overtakenBy == 0
                ? Optional.empty()
                : Optional.of("the region began anew (life " + overtakenBy + "), and this agent's database is of life "
                        + number
                        + ", which is given up: stop the agent, give it an empty database, and start it again");
    }
}
