package io.meridian.agent.feed.peers;

import io.meridian.agent.failsafe.PromiseAsked;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.wire.PromiseRequest;
import io.meridian.wire.ShardEpoch;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@link PromiseAsked} as a message, and back. */
final class PromiseMapper {
    private PromiseMapper() {}

    static PromiseRequest toMessage(PromiseAsked asked) {
        var message = PromiseRequest.newBuilder()
                .setRegion(asked.region().name())
                .setGroup(asked.group())
                .setDurationMillis(asked.duration().toMillis());
        asked.members().stream().sorted().forEach(member -> message.addMembers(member.name()));
        new TreeMap<>(asked.open())
                .forEach((shard, epoch) -> message.addOpen(
                        ShardEpoch.newBuilder().setShard(shard.number()).setEpoch(epoch.number())));
        return message.build();
    }

    static PromiseAsked fromMessage(PromiseRequest message) {
        var open = new TreeMap<ShardId, Epoch>();
        message.getOpenList().forEach(one -> open.put(ShardId.of(one.getShard()), Epoch.of(one.getEpoch())));
        return new PromiseAsked(
                RegionId.of(message.getRegion()),
                message.getGroup(),
                Duration.ofMillis(message.getDurationMillis()),
                message.getMembersList().stream().map(RegionId::of).collect(Collectors.toSet()),
                open);
    }
}
