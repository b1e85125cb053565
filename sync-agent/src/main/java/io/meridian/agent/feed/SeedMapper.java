package io.meridian.agent.feed;

import io.meridian.agent.seeding.SeedOrder;
import io.meridian.agent.seeding.SeedOrders;
import io.meridian.agent.seeding.SeedTold;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.AgentView;
import io.meridian.wire.RowKey;
import io.meridian.wire.SeedReport;
import io.meridian.wire.SeedRequest;
import io.meridian.wire.SeedState;

/** The part of {@link ViewMapper} and {@link ReportMapper} that is about shards which are copied anew. */
final class SeedMapper {
    private SeedMapper() {}

    /** @param message that tells them all */
    static SeedOrders orders(AgentView message) {
        return new SeedOrders(
                message.getSeedingsList().stream().map(SeedMapper::fromMessage).toList(), message.getUnseeded());
    }

    private static SeedOrder fromMessage(SeedRequest message) {
        return new SeedOrder(
                message.getId(),
                message.getAttempt(),
                ShardId.of(message.getShard()),
                RegionId.of(message.getTarget()),
                RegionId.of(message.getOwner()),
                Epoch.of(message.getEpoch()),
                message.getPrepared());
    }

    static SeedReport toMessage(SeedTold told) {
        SeedReport.Builder report = SeedReport.newBuilder()
                .setId(told.id())
                .setAttempt(told.attempt())
                .setShard(told.shard().number())
                .setState(
                        switch (told.state()) {
                            case PREPARED -> SeedState.SEED_STATE_PREPARED;
                            case TELLING -> SeedState.SEED_STATE_TELLING;
                            case TOLD -> SeedState.SEED_STATE_TOLD;
                            case RECEIVING -> SeedState.SEED_STATE_RECEIVING;
                            case DONE -> SeedState.SEED_STATE_DONE;
                            case FAILED -> SeedState.SEED_STATE_FAILED;
                        })
                .setRows(told.rows())
                .setExpected(told.expected())
                .setProblem(told.problem());
        told.missed()
                .forEach(missed -> report.addMissed(
                        RowKey.newBuilder().setTable(missed.table()).setKey(missed.key())));
        return report.build();
    }
}
