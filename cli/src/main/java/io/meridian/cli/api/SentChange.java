package io.meridian.cli.api;

import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Whether a change that was asked for, perhaps several times with one key, can have taken effect. One attempt whose answer got lost leaves
 * that open, until a later one is answered by the control plane's rules: with the same key these tell what became of all attempts.
 */
final class SentChange {
    private boolean done;
    private boolean open;

    void done() {
        done = true;
    }

    /** No answer came. While a connection is made nothing of the request has left. */
    void lost(IOException why) {
        open |= !(why instanceof HttpConnectTimeoutException || why instanceof SSLHandshakeException);
    }

    void answered(RefusedException.Problem problem) {
        String type = String.valueOf(problem.type());
        if (type.endsWith(":not-ready") || problem.status() == 401 || problem.status() == 403) {
            return; // this attempt came to nothing before any rule looked at the key; an earlier one need not have
        }
        open = problem.status() >= 500 || (open && !type.startsWith("urn:meridian:"));
    }

    boolean withoutEffect() {
        return !done && !open;
    }
}
