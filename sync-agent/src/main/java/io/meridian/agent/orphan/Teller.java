package io.meridian.agent.orphan;

import io.meridian.agent.record.Orphan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Tells the other regions of orphans that were found here. Telling twice is as telling once: they are named by where they stand in their source's log. */
final class Teller {
    /** In one transaction, so that no record grows beyond what a row may have. */
    private static final int AT_ONCE = 100;

    private Teller() {}

    /** @return whether there may be more */
    static boolean tell(Connection store) throws SQLException {
        store.setAutoCommit(false);
        try {
            List<Orphan> untold = OpenOrphans.untold(store, AT_ONCE);
            if (!untold.isEmpty()) {
                Telling.tell(store, untold);
                OpenOrphans.told(store, untold.stream().map(Orphan::origin).toList());
                Telling.removeAgain(store);
            }
            store.commit();
            return untold.size() == AT_ONCE;
        } finally {
            if (!store.isClosed()) {
                store.rollback();
            }
        }
    }
}
