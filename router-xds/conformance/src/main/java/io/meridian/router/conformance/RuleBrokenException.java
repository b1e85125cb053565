package io.meridian.router.conformance;

/** A server did what a rule forbids, or not what it demands. */
final class RuleBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RuleBrokenException(String why) {
        super(why);
    }
}
