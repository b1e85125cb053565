package io.meridian.agent.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.meridian.wire.ChangeRecord;
import io.meridian.wire.Entry;
import java.io.IOException;

/**
 * What the records that came last are like, so that a number of records can be told in rows and bytes. An offset counts records only, and what was not
 * pulled yet cannot be looked into; what waits is mostly of the kind that came last. One thread adds, any asks.
 */
public final class MeanRecord {
    /** A record that came a few hundred before counts half. */
    private static final double FADES = 0.998;

    /** @param rows row changes per record @param bytes as they lie in the topic, before compression */
    public record Size(double rows, double bytes) {
        static final Size UNKNOWN = new Size(Double.NaN, Double.NaN);

        public boolean known() {
            return !Double.isNaN(bytes);
        }
    }

    private double records;
    private double rows;
    private double bytes;
    private volatile Size size = Size.UNKNOWN;

    void add(byte[] record) {
        records = records * FADES + 1;
        rows = rows * FADES + rows(record);
        bytes = bytes * FADES + record.length;
        size = new Size(rows / records, bytes / records);
    }

    public Size size() {
        return size;
    }

    /** Counts without decoding: every record passes here, and is decoded once more when it is applied. */
    static int rows(byte[] record) {
        int rows = 0;
        try {
            CodedInputStream in = CodedInputStream.newInstance(record);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ChangeRecord.ENTRIES_FIELD_NUMBER) {
                    int limit = in.pushLimit(in.readRawVarint32());
                    rows += WireFormat.getTagFieldNumber(in.readTag()) == Entry.ROW_FIELD_NUMBER ? 1 : 0;
                    in.skipRawBytes(in.getBytesUntilLimit());
                    in.popLimit(limit);
                } else {
                    in.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("a record of " + record.length + " bytes is not one", e);
        }
        return rows;
    }
}
