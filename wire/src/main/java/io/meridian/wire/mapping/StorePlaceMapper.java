package io.meridian.wire.mapping;

import io.meridian.topology.StoreIdentity;
import io.meridian.topology.StorePlace;

/** {@link StorePlace} and its message, both ways. */
public final class StorePlaceMapper {
    private StorePlaceMapper() {}

    public static io.meridian.wire.StorePlace toMessage(StorePlace place) {
        return io.meridian.wire.StorePlace.newBuilder()
                .setSystemId(place.store().systemId())
                .setInstallation(place.store().installation())
                .setTimeline(place.timeline())
                .setLsn(place.lsn())
                .build();
    }

    public static StorePlace fromMessage(io.meridian.wire.StorePlace message) {
        return new StorePlace(
                new StoreIdentity(message.getSystemId(), message.getInstallation()),
                message.getTimeline(),
                message.getLsn());
    }
}
