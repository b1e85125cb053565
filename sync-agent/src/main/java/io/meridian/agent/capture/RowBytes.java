package io.meridian.agent.capture;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import java.util.List;

/** How large a change's values are as UTF-8, which is how they travel. Pure. */
final class RowBytes {
    private RowBytes() {}

    static long of(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> of(insert.row());
            case RowChange.Update update ->
                of(update.row()) + update.oldKey().map(RowBytes::of).orElse(0L);
            case RowChange.Delete delete -> of(delete.oldKey());
        };
    }

    static long of(MergeChange change) {
        return of(change.row());
    }

    private static long of(List<Value> values) {
        long bytes = 0;
        for (Value value : values) {
            if (value instanceof Value.Text text) {
                bytes += of(text.text());
            }
        }
        return bytes;
    }

    private static long of(String text) {
        long bytes = text.length();
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (unit >= 0x80) {
                bytes += unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2; // two halves make four bytes
            }
        }
        return bytes;
    }
}
