package io.meridian.wire.mapping;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.BaseMessage;
import io.meridian.wire.GrantMessage;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.PositionMessage;
import io.meridian.wire.WithdrawalMessage;
import java.util.Optional;

/** Messages of {@code ownership.proto} and the types of {@code io.meridian.topology.ownership}, both ways. */
public final class OwnershipMapper {
    private OwnershipMapper() {}

    public static PositionMessage toMessage(Position position) {
        return PositionMessage.newBuilder()
                .setIncarnation(position.incarnation())
                .setLsn(position.lsn())
                .setPart(position.part())
                .build();
    }

    public static Position fromMessage(PositionMessage message) {
        return new Position(message.getIncarnation(), message.getLsn(), message.getPart());
    }

    public static BaseMessage toMessage(Base.At base) {
        return BaseMessage.newBuilder()
                .setRegion(base.region().name())
                .setEpoch(base.epoch().number())
                .setPosition(toMessage(base.position()))
                .build();
    }

    public static Base.At fromMessage(BaseMessage message) {
        return new Base.At(
                RegionId.of(message.getRegion()), Epoch.of(message.getEpoch()), fromMessage(message.getPosition()));
    }

    /** For the fields where absence of the message means {@link Base.None}: leave the field unset when this is empty. */
    public static Optional<BaseMessage> toOptionalMessage(Base base) {
        return switch (base) {
            case Base.None _ -> Optional.empty();
            case Base.At at -> Optional.of(toMessage(at));
        };
    }

    /** @param present whether the field that holds {@code message} is set */
    public static Base fromOptionalMessage(boolean present, BaseMessage message) {
        return present ? fromMessage(message) : new Base.None();
    }

    public static GrantMessage toMessage(Ownership.Grant grant) {
        var message = GrantMessage.newBuilder()
                .setShard(grant.shard().number())
                .setEpoch(grant.epoch().number())
                .setOwner(grant.owner().name());
        toOptionalMessage(grant.base()).ifPresent(message::setBase);
        return message.build();
    }

    /** @throws IllegalStateException the epoch is even: whoever sent it is broken */
    public static Ownership.Grant fromMessage(GrantMessage message) {
        return new Ownership.Grant(
                ShardId.of(message.getShard()),
                Epoch.of(message.getEpoch()),
                RegionId.of(message.getOwner()),
                fromOptionalMessage(message.hasBase(), message.getBase()));
    }

    public static OwnershipMessage toMessage(Ownership ownership) {
        return switch (ownership) {
            case Ownership.Grant grant ->
                OwnershipMessage.newBuilder().setGrant(toMessage(grant)).build();
            case Ownership.Withdrawal withdrawal ->
                OwnershipMessage.newBuilder()
                        .setWithdrawal(WithdrawalMessage.newBuilder()
                                .setEpoch(withdrawal.epoch().number())
                                .setWithdrawn(toMessage(withdrawal.withdrawn()))
                                .setRun(withdrawal.run()))
                        .build();
        };
    }

    /**
     * Empty for a kind that this version does not know: the receiver keeps what it had and says so.
     *
     * @throws IllegalStateException the epochs contradict each other: whoever sent it is broken
     */
    public static Optional<Ownership> fromMessage(OwnershipMessage message) {
        return switch (message.getStateCase()) {
            case GRANT -> Optional.of(fromMessage(message.getGrant()));
            case WITHDRAWAL -> Optional.of(withdrawal(message.getWithdrawal()));
            case STATE_NOT_SET -> Optional.empty();
        };
    }

    private static Ownership.Withdrawal withdrawal(WithdrawalMessage message) {
        Ownership.Grant withdrawn = fromMessage(message.getWithdrawn());
        return new Ownership.Withdrawal(withdrawn.shard(), Epoch.of(message.getEpoch()), withdrawn, message.getRun());
    }
}
