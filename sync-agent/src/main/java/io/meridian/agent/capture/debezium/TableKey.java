package io.meridian.agent.capture.debezium;

import java.util.List;

/**
 * What tells a table's rows apart, as the catalog has it.
 *
 * @param identity PostgreSQL's letter: d, the primary key; i, an index; f, the whole row; n, nothing
 * @param columns of the key, empty for f and n
 * @param index oid of the key's index and the transaction that made it what it is: another key that looks the same is another key
 */
record TableKey(long oid, String identity, List<String> columns, String index) {
    boolean whole() {
        return identity.equals("f");
    }

    /** As the log marks a column: under f all of them. */
    boolean has(String column) {
        return whole() || columns.contains(column);
    }
}
