package io.meridian.control.state;

import java.util.List;

/**
 * What became of a mutation, kept under its idempotency key: asked again, the same is answered and nothing is done.
 *
 * @param digest of what was asked, so that the key cannot be used for something else
 * @param subject the run or verification it made, or the generation of the lease that it renewed; empty: none
 * @param changes what it changed, for people
 * @param givenMillis since 1970, by the command's clock; 0: not known, an older version gave it
 * @param approval what it waits for, so that nothing was done yet; empty: it was done
 */
public record Receipt(
        String digest, Revision at, String subject, List<String> changes, long givenMillis, String approval) {
    public Receipt {
        changes = List.copyOf(changes);
    }

    /** Of what was done. */
    public Receipt(String digest, Revision at, String subject, List<String> changes, long givenMillis) {
        this(digest, at, subject, changes, givenMillis, "");
    }
}
