package io.meridian.wire.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.GrantMessage;
import io.meridian.wire.OwnershipMessage;
import io.meridian.wire.PositionMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class OwnershipMapperTest {
    static final Base.At CLOSED = new Base.At(
            RegionId.of("east"), Epoch.of(41), new Position("7412/1/slot-3/topic-9", 0xFFFF_FFFF_0000_0001L, 2));
    static final Ownership.Grant FIRST =
            new Ownership.Grant(ShardId.of(0), Epoch.FIRST, RegionId.of("east"), new Base.None());
    static final Ownership.Grant LATER =
            new Ownership.Grant(ShardId.of(1023), Epoch.of(43), RegionId.of("west"), CLOSED);

    static final List<Ownership> OWNERSHIPS = List.of(
            FIRST,
            LATER,
            new Ownership.Withdrawal(ShardId.of(0), Epoch.of(2), FIRST, "mv-1"),
            new Ownership.Withdrawal(ShardId.of(1023), Epoch.of(44), LATER, "mv-2"));

    @ParameterizedTest
    @FieldSource("OWNERSHIPS")
    void ownershipComesBackFromItsBytesAsItWas(Ownership ownership) throws InvalidProtocolBufferException {
        byte[] bytes = OwnershipMapper.toMessage(ownership).toByteArray();

        var back = OwnershipMapper.fromMessage(OwnershipMessage.parseFrom(bytes));

        assertThat(back).contains(ownership);
    }

    @Test
    void positionWithTheHighestBitSetComesBackFromItsBytes() throws InvalidProtocolBufferException {
        var position = new Position("7412/1", 0xFFFF_FFFF_FFFF_FFFEL, 3);

        byte[] bytes = OwnershipMapper.toMessage(position).toByteArray();

        assertThat(OwnershipMapper.fromMessage(PositionMessage.parseFrom(bytes)))
                .isEqualTo(position);
    }

    @Test
    void baseOfTheFirstGrantIsAnAbsentMessage() {
        assertThat(OwnershipMapper.toMessage(FIRST).hasBase()).isFalse();
        assertThat(OwnershipMapper.toOptionalMessage(new Base.None())).isEmpty();
        assertThat(OwnershipMapper.toOptionalMessage(CLOSED)).contains(OwnershipMapper.toMessage(CLOSED));
    }

    @Test
    void kindThatIsNotKnownIsNoOwnership() {
        assertThat(OwnershipMapper.fromMessage(OwnershipMessage.getDefaultInstance()))
                .isEmpty();
    }

    @Test
    void grantOfAnEvenEpochIsADefectOfItsSender() {
        var grant = GrantMessage.newBuilder()
                .setShard(7)
                .setEpoch(4)
                .setOwner("east")
                .build();

        assertThatThrownBy(() -> OwnershipMapper.fromMessage(grant))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shard 7");
    }
}
