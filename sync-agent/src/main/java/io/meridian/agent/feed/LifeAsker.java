package io.meridian.agent.feed;

import io.grpc.StatusRuntimeException;
import io.meridian.topology.RegionId;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.LifeRequest;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Asks which life this store is in: an agent that has no database to work with has no feed, either. */
public final class LifeAsker {
    private static final Logger LOG = Logger.getLogger(LifeAsker.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final FeedServers servers;
    private final LifeRequest request;

    public LifeAsker(FeedServers servers, RegionId region, String group) {
        this.servers = servers;
        this.request = LifeRequest.newBuilder()
                .setRegion(region.name())
                .setGroup(group)
                .build();
    }

    /** @return the latest that a node knows; empty: none answers, or none knows such a store */
    public OptionalInt ask() {
        OptionalInt latest = OptionalInt.empty();
        for (int others = 0; others < servers.count(); others++) {
            FeedServers.Server server = servers.skipping(others);
            try {
                int life = FeedsGrpc.newBlockingStub(server.channel())
                        .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .life(request)
                        .getLife();
                if (life > latest.orElse(0)) {
                    latest = OptionalInt.of(life);
                }
            } catch (StatusRuntimeException e) {
                LOG.debugf(
                        "not told which life this store is in server=%s problem=%s", server.address(), e.getMessage());
            }
        }
        return latest;
    }
}
