package io.meridian.wire.mapping;

import io.meridian.topology.Topology;
import io.meridian.wire.TableKind;
import io.meridian.wire.TableMessage;
import java.util.List;
import java.util.TreeMap;

/** {@link Topology.Table} to and from its message. */
public final class TableMapper {
    private TableMapper() {}

    public static TableMessage toMessage(Topology.Table table) {
        return TableMessage.newBuilder()
                .setSchema(table.schema())
                .setName(table.name())
                .setShardingColumn(table.shardingColumn())
                .setKind(
                        switch (table.kind()) {
                            case SHARDED -> TableKind.TABLE_KIND_UNSPECIFIED;
                            case MULTI_WRITER -> TableKind.TABLE_KIND_MULTI_WRITER;
                        })
                .setResolver(table.resolver())
                .putAllColumns(table.columns())
                .setOrphans(table.orphans())
                .build();
    }

    /**
     * @param group the receiver's
     * @throws IllegalStateException a kind that this version does not know: a table taken for another kind would be written by the wrong rules
     */
    public static Topology.Table fromMessage(TableMessage message, String group) {
        return new Topology.Table(
                message.getSchema(),
                message.getName(),
                message.getShardingColumn(),
                group,
                false, // how the fence checks it is the installer's affair
                List.of(),
                switch (message.getKind()) {
                    case TABLE_KIND_UNSPECIFIED -> Topology.TableKind.SHARDED;
                    case TABLE_KIND_MULTI_WRITER -> Topology.TableKind.MULTI_WRITER;
                    case UNRECOGNIZED ->
                        throw new IllegalStateException("table " + message.getSchema() + "." + message.getName()
                                + " is of a kind that this version does not know");
                },
                message.getResolver(),
                new TreeMap<>(message.getColumnsMap()),
                message.getOrphans().isEmpty() ? "reject" : message.getOrphans());
    }
}
