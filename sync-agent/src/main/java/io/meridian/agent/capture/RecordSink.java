package io.meridian.agent.capture;

import io.meridian.agent.record.SourceRecord;

/** Takes the records of a transaction one by one, as they are made. @param <X> why it may take no more */
@FunctionalInterface
public interface RecordSink<X extends Exception> {
    void take(SourceRecord record) throws X;
}
