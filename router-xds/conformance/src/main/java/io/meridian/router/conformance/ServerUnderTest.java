package io.meridian.router.conformance;

import java.io.IOException;

/** An ADS server that the rules are tried on, as a process would be: it starts with nothing. */
public interface ServerUnderTest extends AutoCloseable {
    /** Starts one more of the kind, on a free port of the loopback: another rule's, a replica, or one that has restarted. */
    interface Provider {
        String name();

        ServerUnderTest start() throws IOException;
    }

    String host();

    int port();

    /** All clients should have this now. @throws CannotException nobody here can tell it what to serve */
    void publish(Snapshot snapshot) throws CannotException;

    @Override
    void close();

    /** Something that a rule needs cannot be done with this server, so the rule says nothing about it. */
    final class CannotException extends Exception {
        private static final long serialVersionUID = 1;

        public CannotException(String what) {
            super(what);
        }
    }
}
