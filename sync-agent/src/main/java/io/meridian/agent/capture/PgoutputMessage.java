package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.List;
import java.util.Optional;

/** A message of PostgreSQL's logical replication protocol, version 2. Times are microseconds since 1970. */
sealed interface PgoutputMessage {
    record Begin(long finalLsn, long commitMicros, int xid) implements PgoutputMessage {}

    record Commit(long commitLsn, long endLsn, long commitMicros) implements PgoutputMessage {}

    record Origin(String name) implements PgoutputMessage {}

    /** What follows, up to the stop, belongs to the transaction {@code xid}, which has not ended. @param first nothing of it came before */
    record StreamStart(int xid, boolean first) implements PgoutputMessage {}

    record StreamStop() implements PgoutputMessage {}

    record StreamCommit(int xid, Commit commit) implements PgoutputMessage {}

    /** @param subXid what is undone: a subtransaction of {@code xid}, or {@code xid} itself */
    record StreamAbort(int xid, int subXid) implements PgoutputMessage {}

    /** @param subXid the subtransaction in which it happened, or the transaction itself */
    record Streamed(int subXid, Content content) implements PgoutputMessage {}

    /** What stands inside a transaction. */
    sealed interface Content extends PgoutputMessage {}

    record Described(int oid, Relation relation) implements Content {}

    record Insert(int oid, List<Value> row) implements Content {}

    record Update(int oid, Optional<OldTuple> old, List<Value> row) implements Content {}

    record Delete(int oid, OldTuple old) implements Content {}

    record Truncate(List<Integer> oids) implements Content {}

    /** Nothing that changes a row: a type's name, a logical message. */
    record Other(char tag) implements Content {}

    /** @param whole the row as it was (replica identity FULL); else the key's columns, all others sent as null */
    record OldTuple(boolean whole, List<Value> values) {}
}
