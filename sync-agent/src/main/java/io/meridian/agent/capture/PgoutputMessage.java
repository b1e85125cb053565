package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.List;
import java.util.Optional;

/** A message of PostgreSQL's logical replication protocol, version 1. Times are microseconds since 1970. */
sealed interface PgoutputMessage {
    record Begin(long finalLsn, long commitMicros, int xid) implements PgoutputMessage {}

    record Commit(long commitLsn, long endLsn, long commitMicros) implements PgoutputMessage {}

    record Origin(String name) implements PgoutputMessage {}

    record Described(int oid, Relation relation) implements PgoutputMessage {}

    record Insert(int oid, List<Value> row) implements PgoutputMessage {}

    record Update(int oid, Optional<OldTuple> old, List<Value> row) implements PgoutputMessage {}

    record Delete(int oid, OldTuple old) implements PgoutputMessage {}

    record Truncate(List<Integer> oids) implements PgoutputMessage {}

    /** Nothing that changes a row: a type's name, a logical message. */
    record Other(char tag) implements PgoutputMessage {}

    /** @param whole the row as it was (replica identity FULL); else the key's columns, all others sent as null */
    record OldTuple(boolean whole, List<Value> values) {}
}
