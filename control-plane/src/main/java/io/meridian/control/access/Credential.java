package io.meridian.control.access;

/** By what somebody showed who they are. It goes into the log with what they ask, so that the log decides whether it is still good. */
public sealed interface Credential {
    /** A token file of the node that took the request: whoever wants to shut it out changes the file. */
    record TokenFile() implements Credential {}

    /** @param hash of the local token: the name alone may have been given to another one since */
    record LocalToken(String hash) implements Credential {}

    /** What an identity provider vouches for. Issuer and subject are the person; a subject means nothing without its issuer. */
    record Vouched(String issuer, String subject) implements Credential {}
}
