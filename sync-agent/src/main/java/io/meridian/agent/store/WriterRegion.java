package io.meridian.agent.store;

import io.meridian.topology.RegionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Tells a store with multi-writer tables which region its changes are of. Once: versions tell regions apart by it. */
public final class WriterRegion {
    private WriterRegion() {}

    /** @throws IllegalStateException the store has been another region's */
    public static void tell(StoreAccess access, RegionId region) throws SQLException {
        try (Connection store = access.open("writer-region");
                PreparedStatement update = store.prepareStatement(
                        "update meridian.writer set region = ? where id = 1 and region is null");
                PreparedStatement query = store.prepareStatement("select region from meridian.writer where id = 1")) {
            update.setString(1, region.name());
            update.executeUpdate();
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !region.name().equals(row.getString(1))) {
                    throw new IllegalStateException("this store's changes are versioned as another region's, not as "
                            + region + "'s: mend meridian.region, or the address of the store");
                }
            }
        }
    }
}
