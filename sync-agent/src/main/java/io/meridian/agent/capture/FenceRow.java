package io.meridian.agent.capture;

import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A row of {@code meridian.fence} as the log holds it. State OPEN is a marker; so is {@code closes}, set by the very update that ended an
 * owned epoch. Anything else is a raise of a row that was not open.
 */
record FenceRow(ShardId shard, Epoch epoch, boolean open, Optional<Epoch> closes, Base base) {
    static final String TABLE = "meridian.fence";

    static FenceRow of(SourceChange change) {
        List<Value> row = switch (change) {
            case SourceChange.Inserted inserted -> inserted.row();
            case SourceChange.Updated updated -> updated.row();
            case SourceChange.Deleted _, SourceChange.Truncated _ ->
                throw new StreamStoppedException("rows of " + TABLE + " were removed: the fence was tampered with");
        };
        var cells = new Cells(change.relation(), row);
        return new FenceRow(
                ShardId.of(Integer.parseInt(cells.required("shard"))),
                Epoch.of(Long.parseLong(cells.required("epoch"))),
                cells.required("state").equals("OPEN"),
                cells.text("closes").map(Long::parseLong).map(Epoch::of),
                cells.text("base_region").map(cells::base).orElse(new Base.None()));
    }

    /** @param known the shard's epoch by the stream so far */
    Optional<Marker> marker(Epoch known) {
        if (open) {
            if (known.owned() || !epoch.isAbove(known)) {
                throw new StreamStoppedException("OPEN of shard " + shard + " at epoch " + epoch + " follows epoch "
                        + known + " without a CLOSE: the fence was tampered with, or the stream has a gap");
            }
            return Optional.of(new Marker.Open(shard, epoch, base));
        }
        if (closes.isPresent() != known.owned() || !closes.orElse(known).equals(known)) {
            throw new StreamStoppedException("the fence of shard " + shard + " was raised to " + epoch + " closing "
                    + closes.map(Epoch::toString).orElse("nothing") + ", but the stream stands at epoch " + known);
        }
        return closes.map(closed -> new Marker.Close(shard, closed, epoch));
    }

    private record Cells(Relation relation, List<Value> row) {
        Optional<String> text(String column) {
            int index = relation.indexOf(column);
            if (index < 0) {
                throw new StreamStoppedException(TABLE + " has no column " + column + ": install this agent's version");
            }
            return row.get(index) instanceof Value.Text text ? Optional.of(text.text()) : Optional.empty();
        }

        String required(String column) {
            return text(column).orElseThrow(() -> new StreamStoppedException(TABLE + " has a row without " + column));
        }

        Base base(String region) {
            long lsn = LogSequenceNumber.valueOf(required("base_position")).asLong();
            return new Base.At(
                    RegionId.of(region),
                    Epoch.of(Long.parseLong(required("base_epoch"))),
                    new Position(required("base_incarnation"), lsn, 0));
        }
    }
}
