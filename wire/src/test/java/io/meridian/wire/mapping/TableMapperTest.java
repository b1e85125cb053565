package io.meridian.wire.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.topology.Topology;
import io.meridian.wire.TableMessage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableMapperTest {
    @Test
    void aMultiWriterTableComesBackAsItWas() {
        var table = new Topology.Table(
                "shop",
                "carts",
                "user_key",
                "main",
                "column-wise",
                new TreeMap<>(Map.of("items", "set", "total", "counter")));

        assertThat(TableMapper.fromMessage(TableMapper.toMessage(table), "main"))
                .isEqualTo(table);
    }

    @Test
    void aShardedTableKeepsWhatBecomesOfItsOrphans() {
        var table = new Topology.Table(
                "shop",
                "orders",
                "user_key",
                "main",
                false,
                List.of(),
                Topology.TableKind.SHARDED,
                "",
                Collections.emptySortedMap(),
                "column-wise");

        assertThat(TableMapper.fromMessage(TableMapper.toMessage(table), "main"))
                .isEqualTo(table);
    }

    @Test
    void whatAnOlderControlPlaneSendsIsSharded() {
        var message = TableMessage.newBuilder()
                .setSchema("shop")
                .setName("carts")
                .setShardingColumn("user_key")
                .build();

        assertThat(TableMapper.fromMessage(message, "main"))
                .isEqualTo(new Topology.Table("shop", "carts", "user_key", "main"));
    }

    @Test
    void aKindOfALaterVersionIsNotGuessed() {
        var message = TableMessage.newBuilder().setKindValue(99).build();

        assertThatThrownBy(() -> TableMapper.fromMessage(message, "main")).hasMessageContaining("does not know");
    }
}
